//! The store in a SQLite file: write-ahead log, every commit flushed to the disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row, SqliteConnection};

use super::{
    Attempt, KeptSheet, Later, Millis, Noted, Progress, SheetRow, Sitting, Store, StoreError, Tally, sittings,
};

/// The name of the database inside the data folder.
const FILE: &str = "secant.sqlite3";

/// The schema, in the order of its growth: version, what for, SQL. Rows are added, never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "learner", include_str!("../../migrations/0001_learner.sql")),
    (2, "tutor", include_str!("../../migrations/0002_tutor.sql")),
    (3, "parts", include_str!("../../migrations/0003_parts.sql")),
    (4, "sheets", include_str!("../../migrations/0004_sheets.sql")),
    (5, "sandpit", include_str!("../../migrations/0005_sandpit.sql")),
];

/// [`Store`] in one SQLite file.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub(super) pool: SqlitePool,
}

impl Sqlite {
    /// Opens the database in `folder`, making both when they are missing.
    ///
    /// # Errors
    /// A folder that cannot be written in, a damaged file (left as it is), one of a later version.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let file = usable(folder)?;
        let corrupt = |error: sqlx::Error| broken(&file, &error);
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .map_err(corrupt)?;
        let sound: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&pool).await.map_err(corrupt)?;
        if sound != "ok" {
            return Err(StoreError::Corrupt { file, why: sound });
        }
        migrator().run(&pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                StoreError::Newer { file: file.clone() }
            }
            MigrateError::VersionMismatch(_) => {
                StoreError::Corrupt { file: file.clone(), why: "its schema is not ours".to_owned() }
            }
            MigrateError::ExecuteMigration(error, _) | MigrateError::Execute(error) => broken(&file, &error),
            other => StoreError::Database(other.to_string()),
        })?;
        Ok(Self { pool })
    }

    /// The folder for user data that the system names: where [`Sqlite::open`] goes when no other is asked for.
    ///
    /// # Errors
    /// [`StoreError::NoHome`] where the system names none.
    pub fn default_folder() -> Result<PathBuf, StoreError> {
        use etcetera::BaseStrategy;
        let strategy = etcetera::choose_base_strategy()
            .map_err(|error| StoreError::NoHome { why: error.to_string() })?;
        Ok(strategy.data_dir().join("secant"))
    }
}

/// Makes the folder, tries whether it can be written in, looks at the first bytes of the file.
fn usable(folder: &Path) -> Result<PathBuf, StoreError> {
    let refused =
        |error: std::io::Error| StoreError::Folder { folder: folder.into(), why: error.to_string() };
    fs::create_dir_all(folder).map_err(refused)?;
    let trial = folder.join(format!(".writable-{}", std::process::id()));
    File::create(&trial).map_err(refused)?;
    fs::remove_file(&trial).map_err(refused)?;

    let file = folder.join(FILE);
    match File::open(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(refused(error)),
        Ok(mut open) => {
            let mut head = [0; 16];
            match open.read_exact(&mut head) {
                Ok(()) if head == *b"SQLite format 3\0" => {}
                // SQLite itself begins with an empty file: a process killed there leaves nothing to lose.
                Err(_) if open.metadata().is_ok_and(|data| data.len() == 0) => {}
                _ => return Err(StoreError::Corrupt { file, why: "it does not begin like one".to_owned() }),
            }
        }
    }
    Ok(file)
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .map(|&(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

/// SQLite's own words for a file that cannot be trusted, as our error.
fn broken(file: &Path, error: &sqlx::Error) -> StoreError {
    const CORRUPT: &str = "11";
    const NOT_A_DATABASE: &str = "26";
    let code = error.as_database_error().and_then(|error| error.code());
    let why = error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
    match code.as_deref() {
        Some(CORRUPT | NOT_A_DATABASE) => StoreError::Corrupt { file: file.into(), why },
        _ if why.contains("readonly") || why.contains("unable to open") => {
            StoreError::Folder { folder: file.parent().unwrap_or(file).into(), why }
        }
        _ if why.contains("already exists") => StoreError::Corrupt { file: file.into(), why },
        _ => StoreError::Database(error.to_string()),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}

const TALLY: &str = "SELECT count(*), coalesce(max(score), 0.0) FROM attempts WHERE question = ?";

fn tally(row: &sqlx::sqlite::SqliteRow) -> Result<Tally, StoreError> {
    Ok(Tally { attempts: row.try_get::<i64, _>(0)?.unsigned_abs(), best: row.try_get(1)? })
}

/// One more attempt, as part of a change.
pub(super) async fn insert_attempt(
    change: &mut SqliteConnection,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO attempts (question, seed, answer, verdict, score, record, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&attempt.question)
    .bind(attempt.seed.cast_signed())
    .bind(&attempt.answer)
    .bind(&attempt.verdict)
    .bind(attempt.score)
    .bind(&attempt.record)
    .bind(attempt.at)
    .execute(change)
    .await?;
    Ok(())
}

impl Store for Sqlite {
    fn record(&self, attempt: Attempt) -> Later<'_, Tally> {
        Box::pin(async move {
            let mut change = self.pool.begin().await?;
            insert_attempt(&mut change, &attempt).await?;
            let row = sqlx::query(TALLY).bind(&attempt.question).fetch_one(&mut *change).await?;
            change.commit().await?;
            tally(&row)
        })
    }

    fn tries(&self, question: String, seed: u64) -> Later<'_, u64> {
        Box::pin(async move {
            let count: i64 =
                sqlx::query_scalar("SELECT count(*) FROM attempts WHERE question = ? AND seed = ?")
                    .bind(question)
                    .bind(seed.cast_signed())
                    .fetch_one(&self.pool)
                    .await?;
            Ok(count.unsigned_abs())
        })
    }

    fn seed(&self) -> Later<'_, u64> {
        Box::pin(async move {
            let seed: i64 = sqlx::query_scalar("SELECT seed FROM learner").fetch_one(&self.pool).await?;
            Ok(seed.unsigned_abs())
        })
    }

    fn tally(&self, question: String) -> Later<'_, Tally> {
        Box::pin(async move { tally(&sqlx::query(TALLY).bind(question).fetch_one(&self.pool).await?) })
    }

    fn attempts(&self, question: String, latest: u32) -> Later<'_, Vec<Attempt>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT seed, answer, verdict, score, record, at FROM attempts WHERE question = ? ORDER BY id DESC LIMIT ?",
            )
            .bind(&question)
            .bind(i64::from(latest))
            .fetch_all(&self.pool)
            .await?;
            rows.iter()
                .rev()
                .map(|row| {
                    Ok(Attempt {
                        question: question.clone(),
                        seed: row.try_get::<i64, _>(0)?.cast_unsigned(),
                        answer: row.try_get(1)?,
                        verdict: row.try_get(2)?,
                        score: row.try_get(3)?,
                        record: row.try_get(4)?,
                        at: row.try_get(5)?,
                    })
                })
                .collect()
        })
    }

    fn reach(&self, lesson: String, reached: Progress, at: Millis) -> Later<'_, ()> {
        Box::pin(async move {
            sqlx::query(
                "INSERT INTO progress (lesson, scene, finished, at) VALUES (?, ?, ?, ?)
                 ON CONFLICT (lesson) DO UPDATE SET scene = max(scene, excluded.scene),
                     finished = max(finished, excluded.finished), at = excluded.at",
            )
            .bind(lesson)
            .bind(i64::from(reached.scene))
            .bind(i64::from(reached.finished))
            .bind(at)
            .execute(&self.pool)
            .await?;
            Ok(())
        })
    }

    fn progress(&self) -> Later<'_, BTreeMap<String, Progress>> {
        Box::pin(async move {
            let rows =
                sqlx::query("SELECT lesson, scene, finished FROM progress").fetch_all(&self.pool).await?;
            rows.iter()
                .map(|row| {
                    let scene = u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX);
                    Ok((row.try_get(0)?, Progress { scene, finished: row.try_get::<i64, _>(2)? != 0 }))
                })
                .collect()
        })
    }

    fn keep_functions(
        &self,
        lesson: String,
        figure: String,
        functions: BTreeMap<String, String>,
        at: Millis,
    ) -> Later<'_, ()> {
        Box::pin(async move {
            let mut change = self.pool.begin().await?;
            sqlx::query("DELETE FROM functions WHERE lesson = ? AND figure = ?")
                .bind(&lesson)
                .bind(&figure)
                .execute(&mut *change)
                .await?;
            for (name, text) in functions {
                sqlx::query("INSERT INTO functions (lesson, figure, name, text, at) VALUES (?, ?, ?, ?, ?)")
                    .bind(&lesson)
                    .bind(&figure)
                    .bind(name)
                    .bind(text)
                    .bind(at)
                    .execute(&mut *change)
                    .await?;
            }
            change.commit().await?;
            Ok(())
        })
    }

    fn functions(&self, lesson: String) -> Later<'_, BTreeMap<String, BTreeMap<String, String>>> {
        Box::pin(async move {
            let rows = sqlx::query("SELECT figure, name, text FROM functions WHERE lesson = ?")
                .bind(lesson)
                .fetch_all(&self.pool)
                .await?;
            let mut figures: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
            for row in rows {
                figures.entry(row.try_get(0)?).or_default().insert(row.try_get(1)?, row.try_get(2)?);
            }
            Ok(figures)
        })
    }

    fn sitting(&self, assignment: String) -> Later<'_, Sitting> {
        Box::pin(async move { sittings::latest(&mut *self.pool.acquire().await?, &assignment).await })
    }

    fn sit(&self, assignment: String, seed: u64, at: Millis) -> Later<'_, Sitting> {
        Box::pin(async move { sittings::next(&self.pool, &assignment, seed, at).await })
    }

    fn note(&self, assignment: String, question: String, noted: Noted, at: Millis) -> Later<'_, Sitting> {
        Box::pin(async move { sittings::note(&self.pool, &assignment, &question, noted, at).await })
    }

    fn sittings(&self) -> Later<'_, BTreeMap<String, Vec<Sitting>>> {
        Box::pin(async move { sittings::all(&self.pool).await })
    }

    fn discuss(&self, discussion: String, text: String, at: Millis) -> Later<'_, ()> {
        Box::pin(async move {
            let change = if text.trim().is_empty() {
                sqlx::query("DELETE FROM discussions WHERE discussion = ?").bind(discussion)
            } else {
                sqlx::query("INSERT OR REPLACE INTO discussions (discussion, text, at) VALUES (?, ?, ?)")
                    .bind(discussion)
                    .bind(text)
                    .bind(at)
            };
            change.execute(&self.pool).await?;
            Ok(())
        })
    }

    fn make_sheet(&self, title: String, cells: String, at: Millis) -> Later<'_, i64> {
        Box::pin(async move {
            let made = sqlx::query("INSERT INTO sheets (title, cells, at) VALUES (?, ?, ?)")
                .bind(title)
                .bind(cells)
                .bind(at)
                .execute(&self.pool)
                .await?;
            Ok(made.last_insert_rowid())
        })
    }

    fn keep_sheet(&self, id: i64, sheet: KeptSheet, at: Millis) -> Later<'_, bool> {
        Box::pin(async move {
            let kept = sqlx::query("UPDATE sheets SET title = ?, cells = ?, at = ? WHERE id = ?")
                .bind(sheet.title)
                .bind(sheet.cells)
                .bind(at)
                .bind(id)
                .execute(&self.pool)
                .await?;
            Ok(kept.rows_affected() == 1)
        })
    }

    fn sheet(&self, id: i64) -> Later<'_, Option<KeptSheet>> {
        Box::pin(async move {
            let row = sqlx::query("SELECT title, cells FROM sheets WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
            row.map(|row| Ok(KeptSheet { title: row.try_get(0)?, cells: row.try_get(1)? })).transpose()
        })
    }

    fn sheets(&self) -> Later<'_, Vec<SheetRow>> {
        Box::pin(async move {
            let rows = sqlx::query("SELECT id, title, at FROM sheets ORDER BY at DESC, id DESC")
                .fetch_all(&self.pool)
                .await?;
            rows.iter()
                .map(|row| Ok(SheetRow { id: row.try_get(0)?, title: row.try_get(1)?, at: row.try_get(2)? }))
                .collect()
        })
    }

    fn delete_sheet(&self, id: i64) -> Later<'_, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM sheets WHERE id = ?").bind(id).execute(&self.pool).await?;
            Ok(())
        })
    }

    fn discussions(&self) -> Later<'_, BTreeMap<String, String>> {
        Box::pin(async move {
            let rows = sqlx::query("SELECT discussion, text FROM discussions").fetch_all(&self.pool).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
        })
    }

    fn close(&self) -> Later<'_, ()> {
        Box::pin(async move {
            self.pool.close().await;
            Ok(())
        })
    }
}
