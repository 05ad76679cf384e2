//! Attempts at assignments in the SQLite file.
//!
//! Here: the rows of `sittings` and `standings`. Not here: what a standing is worth (`secant-course`).
//! Invariant: an answer and what it earns are written in one transaction.

use std::collections::BTreeMap;

use secant_course::assignment::Standing;
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::sqlite::insert_attempt;
use super::{Millis, Noted, Sitting, StoreError};

/// The latest sitting of an assignment, or the first one, which is there before it has a row.
pub(super) async fn latest(change: &mut SqliteConnection, assignment: &str) -> Result<Sitting, StoreError> {
    let row = sqlx::query(
        "SELECT id, number, seed FROM sittings WHERE assignment = ? ORDER BY number DESC LIMIT 1",
    )
    .bind(assignment)
    .fetch_optional(&mut *change)
    .await?;
    let Some(row) = row else {
        let seed: i64 = sqlx::query_scalar("SELECT seed FROM learner").fetch_one(&mut *change).await?;
        return Ok(Sitting { number: 1, seed: seed.cast_unsigned(), standings: BTreeMap::new() });
    };
    let rows = sqlx::query("SELECT question, best, tries, hints, shown FROM standings WHERE sitting = ?")
        .bind(row.try_get::<i64, _>(0)?)
        .fetch_all(&mut *change)
        .await?;
    let standings = rows.iter().map(|row| Ok((row.try_get(0)?, standing(row, 1)?)));
    Ok(Sitting {
        number: count(row.try_get(1)?),
        seed: row.try_get::<i64, _>(2)?.cast_unsigned(),
        standings: standings.collect::<Result<_, StoreError>>()?,
    })
}

/// Begins the sitting after the latest one.
pub(super) async fn next(
    pool: &SqlitePool,
    assignment: &str,
    seed: u64,
    at: Millis,
) -> Result<Sitting, StoreError> {
    let mut change = pool.begin_with("BEGIN IMMEDIATE").await?;
    let latest = latest(&mut change, assignment).await?;
    if latest.number == 1 {
        begin(&mut change, assignment, &latest, at).await?;
    }
    let next = Sitting { number: latest.number + 1, seed, standings: BTreeMap::new() };
    begin(&mut change, assignment, &next, at).await?;
    change.commit().await?;
    Ok(next)
}

/// Notes what happened at a question of the latest sitting, and says how all of it stands then.
pub(super) async fn note(
    pool: &SqlitePool,
    assignment: &str,
    question: &str,
    noted: Noted,
    at: Millis,
) -> Result<Sitting, StoreError> {
    let mut change = pool.begin_with("BEGIN IMMEDIATE").await?;
    let sitting = latest(&mut change, assignment).await?;
    begin(&mut change, assignment, &sitting, at).await?;
    let mut standing = sitting.standings.get(question).copied().unwrap_or_default();
    match noted {
        Noted::Answered { attempt, earned } => {
            insert_attempt(&mut change, &attempt).await?;
            standing.tries += 1;
            if !standing.shown {
                standing.best = standing.best.max(earned);
            }
        }
        Noted::Helped => standing.hints += 1,
        Noted::Shown => standing.shown = true,
    }
    sqlx::query(
        "INSERT OR REPLACE INTO standings (sitting, question, best, tries, hints, shown)
         SELECT id, ?, ?, ?, ?, ? FROM sittings WHERE assignment = ? AND number = ?",
    )
    .bind(question)
    .bind(standing.best)
    .bind(i64::from(standing.tries))
    .bind(i64::from(standing.hints))
    .bind(i64::from(standing.shown))
    .bind(assignment)
    .bind(i64::from(sitting.number))
    .execute(&mut *change)
    .await?;
    let sitting = latest(&mut change, assignment).await?;
    change.commit().await?;
    Ok(sitting)
}

/// Every sitting that has a row, by assignment, in order.
pub(super) async fn all(pool: &SqlitePool) -> Result<BTreeMap<String, Vec<Sitting>>, StoreError> {
    let rows = sqlx::query(
        "SELECT assignment, number, seed, question, best, tries, hints, shown
         FROM sittings LEFT JOIN standings ON sitting = id ORDER BY assignment, number",
    )
    .fetch_all(pool)
    .await?;
    let mut all: BTreeMap<String, Vec<Sitting>> = BTreeMap::new();
    for row in &rows {
        let sittings = all.entry(row.try_get(0)?).or_default();
        let number = count(row.try_get(1)?);
        if sittings.last().is_none_or(|sitting| sitting.number != number) {
            let seed = row.try_get::<i64, _>(2)?.cast_unsigned();
            sittings.push(Sitting { number, seed, standings: BTreeMap::new() });
        }
        if let (Some(sitting), Some(question)) = (sittings.last_mut(), row.try_get::<Option<String>, _>(3)?) {
            sitting.standings.insert(question, standing(row, 4)?);
        }
    }
    Ok(all)
}

/// Gives a sitting its row, unless it has one.
async fn begin(
    change: &mut SqliteConnection,
    assignment: &str,
    sitting: &Sitting,
    at: Millis,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO sittings (assignment, number, seed, at) VALUES (?, ?, ?, ?)")
        .bind(assignment)
        .bind(i64::from(sitting.number))
        .bind(sitting.seed.cast_signed())
        .bind(at)
        .execute(change)
        .await?;
    Ok(())
}

/// The four columns of a standing, from one on.
fn standing(row: &sqlx::sqlite::SqliteRow, from: usize) -> Result<Standing, StoreError> {
    Ok(Standing {
        best: row.try_get(from)?,
        tries: count(row.try_get(from + 1)?),
        hints: count(row.try_get(from + 2)?),
        shown: row.try_get::<i64, _>(from + 3)? != 0,
    })
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
