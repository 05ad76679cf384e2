//! Games in the sandpit, kept: what was probed, what the stick said, how it ended.
//!
//! Here: [`Games`] and its types, and SQLite's version of it.
//! Not here: pits, and what wins (`secant_course::sandpit`).
//! Invariant: probes are numbered from 0 without a gap, and a game that is over gets no more.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Later, Millis, Sqlite, StoreError};

/// How a game ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GameOver {
    /// A probe came near enough.
    Won,
    /// Nobody wanted to go on.
    GivenUp,
}

impl GameOver {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::GivenUp => "given up",
        }
    }

    fn read(word: Option<&str>) -> Option<Self> {
        [Self::Won, Self::GivenUp].into_iter().find(|over| Some(over.word()) == word)
    }
}

/// A probe as it was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeptProbe {
    /// Where.
    pub x: f64,
    /// Where.
    pub y: f64,
    /// How deep the floor lies there.
    pub depth: f64,
    /// Which way it falls, where the level says so.
    pub arrow: Option<[f64; 2]>,
    /// When.
    pub at: Millis,
}

/// A game.
#[derive(Clone, Debug, PartialEq)]
pub struct Game {
    /// Its number.
    pub id: u64,
    /// Its level.
    pub level: String,
    /// The seed of its pit.
    pub seed: u64,
    /// Whether an earlier game had shown the floor of this pit.
    pub again: bool,
    /// How it ended, if it has.
    pub over: Option<GameOver>,
    /// Its probes, in order.
    pub probes: Vec<KeptProbe>,
}

/// A line of a score table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// The game's number.
    pub id: u64,
    /// The seed of its pit.
    pub seed: u64,
    /// Whether an earlier game had shown the floor of this pit.
    pub again: bool,
    /// How it ended, if it has.
    pub over: Option<GameOver>,
    /// How many probes it had.
    pub probes: u64,
    /// When it began.
    pub begun: Millis,
}

/// What is kept of one level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// The game won with the fewest probes in a pit that had not been seen.
    pub best: Option<Score>,
    /// The latest games that had a probe or ended, newest first.
    pub latest: Vec<Score>,
    /// How many games were won.
    pub won: u64,
}

/// Everything that is kept of the sandpit.
pub trait Games {
    /// Begins a game in the pit of `seed`, or of one that is drawn; a game under way in that pit is gone on with. Gives its
    /// number.
    fn begin_game(&self, level: String, seed: Option<u64>, at: Millis) -> Later<'_, u64>;
    /// A game with all its probes.
    fn game(&self, id: u64) -> Later<'_, Option<Game>>;
    /// Adds the probe with number `nth`, and perhaps ends the game. `false`, and nothing is changed, when the game is over or
    /// another probe has taken that number.
    fn add_probe(&self, game: u64, nth: u64, probe: KeptProbe, won: bool) -> Later<'_, bool>;
    /// Ends a game that is under way; `false` when it was over.
    fn give_up(&self, game: u64, at: Millis) -> Later<'_, bool>;
    /// What is kept of a level, with so many of its latest games.
    fn scores(&self, level: String, latest: u32) -> Later<'_, Scores>;
}

const SCORE: &str = "SELECT id, seed, again, over, begun_at, \
     (SELECT count(*) FROM sandpit_probes WHERE game = id) AS probes FROM sandpit_games";

fn score(row: &SqliteRow) -> Result<Score, StoreError> {
    let over: Option<String> = row.try_get("over")?;
    Ok(Score {
        id: row.try_get::<i64, _>("id")?.unsigned_abs(),
        seed: row.try_get::<i64, _>("seed")?.unsigned_abs(),
        again: row.try_get::<i64, _>("again")? != 0,
        over: GameOver::read(over.as_deref()),
        probes: row.try_get::<i64, _>("probes")?.unsigned_abs(),
        begun: row.try_get("begun_at")?,
    })
}

impl Games for Sqlite {
    fn begin_game(&self, level: String, seed: Option<u64>, at: Millis) -> Later<'_, u64> {
        Box::pin(async move {
            let mut change = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let seed: i64 = match seed {
                Some(seed) => seed.cast_signed(),
                None => {
                    sqlx::query_scalar("SELECT 1 + abs(random() % 999999)").fetch_one(&mut *change).await?
                }
            };
            let open: Option<i64> = sqlx::query_scalar(
                "SELECT max(id) FROM sandpit_games WHERE level = ? AND seed = ? AND over IS NULL",
            )
            .bind(&level)
            .bind(seed)
            .fetch_one(&mut *change)
            .await?;
            let id: i64 = match open {
                Some(id) => id,
                None => {
                    sqlx::query_scalar(
                        "INSERT INTO sandpit_games (level, seed, again, begun_at) VALUES (?1, ?2,
                             EXISTS (SELECT 1 FROM sandpit_games WHERE level = ?1 AND seed = ?2 AND over IS NOT NULL), ?3)
                         RETURNING id",
                    )
                    .bind(&level)
                    .bind(seed)
                    .bind(at)
                    .fetch_one(&mut *change)
                    .await?
                }
            };
            change.commit().await?;
            Ok(id.unsigned_abs())
        })
    }

    fn game(&self, id: u64) -> Later<'_, Option<Game>> {
        Box::pin(async move {
            let found = sqlx::query("SELECT level, seed, again, over FROM sandpit_games WHERE id = ?")
                .bind(id.cast_signed())
                .fetch_optional(&self.pool)
                .await?;
            let Some(row) = found else { return Ok(None) };
            let over: Option<String> = row.try_get("over")?;
            let rows = sqlx::query(
                "SELECT x, y, depth, arrow_x, arrow_y, at FROM sandpit_probes WHERE game = ? ORDER BY nth",
            )
            .bind(id.cast_signed())
            .fetch_all(&self.pool)
            .await?;
            let probe = |row: &SqliteRow| -> Result<KeptProbe, StoreError> {
                let arrow: (Option<f64>, Option<f64>) = (row.try_get("arrow_x")?, row.try_get("arrow_y")?);
                Ok(KeptProbe {
                    x: row.try_get("x")?,
                    y: row.try_get("y")?,
                    depth: row.try_get("depth")?,
                    arrow: arrow.0.zip(arrow.1).map(Into::into),
                    at: row.try_get("at")?,
                })
            };
            Ok(Some(Game {
                id,
                level: row.try_get("level")?,
                seed: row.try_get::<i64, _>("seed")?.unsigned_abs(),
                again: row.try_get::<i64, _>("again")? != 0,
                over: GameOver::read(over.as_deref()),
                probes: rows.iter().map(probe).collect::<Result<_, _>>()?,
            }))
        })
    }

    fn add_probe(&self, game: u64, nth: u64, probe: KeptProbe, won: bool) -> Later<'_, bool> {
        Box::pin(async move {
            let mut change = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let added = sqlx::query(
                "INSERT INTO sandpit_probes (game, nth, x, y, depth, arrow_x, arrow_y, at)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM sandpit_games
                 WHERE id = ?1 AND over IS NULL AND ?2 = (SELECT count(*) FROM sandpit_probes WHERE game = ?1)",
            )
            .bind(game.cast_signed())
            .bind(nth.cast_signed())
            .bind(probe.x)
            .bind(probe.y)
            .bind(probe.depth)
            .bind(probe.arrow.map(|arrow| arrow[0]))
            .bind(probe.arrow.map(|arrow| arrow[1]))
            .bind(probe.at)
            .execute(&mut *change)
            .await?
            .rows_affected();
            if added == 1 && won {
                sqlx::query("UPDATE sandpit_games SET over = 'won', over_at = ? WHERE id = ?")
                    .bind(probe.at)
                    .bind(game.cast_signed())
                    .execute(&mut *change)
                    .await?;
            }
            change.commit().await?;
            Ok(added == 1)
        })
    }

    fn give_up(&self, game: u64, at: Millis) -> Later<'_, bool> {
        Box::pin(async move {
            let ended = sqlx::query(
                "UPDATE sandpit_games SET over = 'given up', over_at = ? WHERE id = ? AND over IS NULL",
            )
            .bind(at)
            .bind(game.cast_signed())
            .execute(&self.pool)
            .await?;
            Ok(ended.rows_affected() == 1)
        })
    }

    fn scores(&self, level: String, latest: u32) -> Later<'_, Scores> {
        Box::pin(async move {
            let best =
                format!("{SCORE} WHERE level = ? AND over = 'won' AND again = 0 ORDER BY probes, id LIMIT 1");
            let best = sqlx::query(sqlx::AssertSqlSafe(best)).bind(&level).fetch_optional(&self.pool).await?;
            let rows = format!(
                "{SCORE} WHERE level = ? AND (over IS NOT NULL OR probes > 0) ORDER BY id DESC LIMIT ?"
            );
            let rows = sqlx::query(sqlx::AssertSqlSafe(rows))
                .bind(&level)
                .bind(i64::from(latest))
                .fetch_all(&self.pool)
                .await?;
            let won: i64 =
                sqlx::query_scalar("SELECT count(*) FROM sandpit_games WHERE level = ? AND over = 'won'")
                    .bind(&level)
                    .fetch_one(&self.pool)
                    .await?;
            Ok(Scores {
                best: best.as_ref().map(score).transpose()?,
                latest: rows.iter().map(score).collect::<Result<_, _>>()?,
                won: won.unsigned_abs(),
            })
        })
    }
}
