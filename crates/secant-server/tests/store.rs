//! What is kept, and what happens when the folder or the file is not as it should be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use secant_course::assignment::Standing;
use secant_server::store::{Attempt, KeptSheet, Noted, Progress, Sitting, Sqlite, Store, StoreError, Tally};

fn attempt(answer: &str, score: f64, at: i64) -> Attempt {
    let verdict = if score > 0.9 { "right" } else { "wrong" };
    Attempt {
        question: "rise-over-run/two-points".to_owned(),
        seed: u64::MAX - 7,
        answer: answer.to_owned(),
        verdict: verdict.to_owned(),
        score,
        record: (score < 0.5).then(|| "{\"attempt\":1}".to_owned()),
        at,
    }
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("not/there/yet");
    let first = attempt("2x'; DROP TABLE attempts; --", 0.0, 1);
    let second = attempt("½ · π\n\0", 1.0, 2);

    let store = Sqlite::open(&below).await.unwrap();
    let seed = store.seed().await.unwrap();
    assert!((1..=1_000_000).contains(&seed), "{seed}");
    assert_eq!(store.tally(first.question.clone()).await.unwrap(), Tally::default());
    assert_eq!(store.record(first.clone()).await.unwrap(), Tally { attempts: 1, best: 0.0 });
    assert_eq!(store.record(second.clone()).await.unwrap(), Tally { attempts: 2, best: 1.0 });
    store.reach("a".into(), Progress { scene: 3, finished: false }, 1).await.unwrap();
    store.reach("b".into(), Progress { scene: 1, finished: true }, 1).await.unwrap();
    store.keep_functions("a".into(), "slope".into(), texts(&[("f", "sin(x)")]), 1).await.unwrap();
    store.close().await.unwrap();

    let store = Sqlite::open(&below).await.unwrap();
    assert_eq!(store.attempts(first.question.clone(), 9).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.attempts(first.question.clone(), 1).await.unwrap(), [second]);
    assert_eq!(store.attempts("another".into(), 9).await.unwrap(), []);
    assert_eq!(store.tries(first.question.clone(), first.seed).await.unwrap(), 2);
    assert_eq!(store.tries(first.question.clone(), first.seed - 1).await.unwrap(), 0);
    assert_eq!(store.seed().await.unwrap(), seed);
    let progress = store.progress().await.unwrap();
    assert_eq!(progress["a"], Progress { scene: 3, finished: false });
    assert_eq!(progress["b"], Progress { scene: 1, finished: true });
    assert_eq!(store.functions("a".into()).await.unwrap()["slope"], texts(&[("f", "sin(x)")]));
}

#[tokio::test]
async fn sheets_are_kept_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    let sheet = |title: &str, cells: &str| KeptSheet { title: title.to_owned(), cells: cells.to_owned() };
    let one = store.make_sheet("One".into(), "[]".into(), 1).await.unwrap();
    let two = store.make_sheet("Two'; --".into(), "[]".into(), 2).await.unwrap();
    assert!(store.keep_sheet(one, sheet("First", "[1]"), 3).await.unwrap());
    assert!(!store.keep_sheet(two + 7, sheet("None", "[]"), 3).await.unwrap());
    store.close().await.unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    let rows = store.sheets().await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.id, row.title.as_str())).collect::<Vec<_>>(),
        [(one, "First"), (two, "Two'; --")]
    );
    assert_eq!(store.sheet(one).await.unwrap(), Some(sheet("First", "[1]")));
    store.delete_sheet(one).await.unwrap();
    assert_eq!(store.sheet(one).await.unwrap(), None);
    // A number is never given twice.
    store.delete_sheet(two).await.unwrap();
    assert!(store.make_sheet("Three".into(), "[]".into(), 4).await.unwrap() > two);
}

#[tokio::test]
async fn progress_only_grows_and_functions_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    for (scene, finished, want) in [(2, false, (2, false)), (5, true, (5, true)), (0, false, (5, true))] {
        store.reach("a".into(), Progress { scene, finished }, 1).await.unwrap();
        let (scene, finished) = want;
        assert_eq!(store.progress().await.unwrap()["a"], Progress { scene, finished });
    }
    for functions in [texts(&[("f", "x"), ("g", "x^2")]), texts(&[("f", "e^x")])] {
        store.keep_functions("a".into(), "slope".into(), functions.clone(), 1).await.unwrap();
        assert_eq!(store.functions("a".into()).await.unwrap()["slope"], functions);
    }
    store.keep_functions("a".into(), "slope".into(), BTreeMap::new(), 1).await.unwrap();
    assert_eq!(store.functions("a".into()).await.unwrap(), BTreeMap::new());
}

#[tokio::test]
async fn two_servers_may_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) =
        (Sqlite::open(folder.path()).await.unwrap(), Sqlite::open(folder.path()).await.unwrap());
    let writes = (0..40).map(|k| {
        let store = if k % 2 == 0 { one.clone() } else { other.clone() };
        tokio::spawn(async move { store.record(attempt("x", 0.0, k)).await.map(|_| ()) })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
    let tally = other.tally(attempt("", 0.0, 0).question).await.unwrap();
    assert_eq!(tally.attempts, 40);
}

#[tokio::test]
async fn a_folder_that_cannot_be_one_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    // A file in place of the folder, or of one above it, stops root as well.
    for place in [file.clone(), file.join("below")] {
        let error = Sqlite::open(&place).await.unwrap_err();
        assert!(matches!(error, StoreError::Folder { .. }), "{error:?}");
        assert_eq!(error.code(), "store.folder");
        let message = error.to_string();
        assert!(message.contains(&place.display().to_string()) && message.contains("--data"), "{message}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "in the way");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_is_named_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // Permissions do not stop root: there the rest of this test has nothing to see.
    if fs::write(folder.path().join("probe"), "").is_ok() {
        return;
    }
    let error = Sqlite::open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Folder { .. }), "{error:?}");
}

/// Opening a damaged file fails with the file's name and leaves every byte of it.
async fn is_refused(folder: &Path, bytes: &[u8]) {
    let file = folder.join("secant.sqlite3");
    fs::write(&file, bytes).unwrap();
    let error = Sqlite::open(folder).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    assert!(fs::read(&file).unwrap() == bytes, "the file was changed");
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secant.sqlite3");
    let store = Sqlite::open(folder.path()).await.unwrap();
    for k in 0..400 {
        store.record(attempt(&"x + ".repeat(50), 0.0, k)).await.unwrap();
    }
    store.close().await.unwrap();
    let sound = fs::read(&file).unwrap();
    assert!(sound.len() > 65_536);

    is_refused(folder.path(), b"these are my notes, not a database").await;
    is_refused(folder.path(), b"SQLite").await;
    let mut head_only = b"SQLite format 3\0".to_vec();
    head_only.extend([0xa5; 4096]);
    is_refused(folder.path(), &head_only).await;
    is_refused(folder.path(), &sound[..sound.len() / 2]).await;
    let mut scratched = sound.clone();
    scratched[4096..20_000].fill(0xee);
    is_refused(folder.path(), &scratched).await;

    fs::write(&file, &sound).unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_eq!(store.tally(attempt("", 0.0, 0).question).await.unwrap().attempts, 400);
}

#[tokio::test]
async fn an_empty_file_is_a_beginning() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secant.sqlite3"), "").unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_eq!(store.record(attempt("x", 1.0, 0)).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    Sqlite::open(folder.path()).await.unwrap().close().await.unwrap();
    let file = folder.path().join("secant.sqlite3");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let later =
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         VALUES (999, 'later', 0, 1, x'00', 0)";
    sqlx::query(later).execute(&pool).await.unwrap();
    pool.close().await;
    let error = Sqlite::open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error:?}");
}

fn answered(name: &str, seed: u64, earned: f64) -> Noted {
    let attempt = Attempt { question: format!("quiz/{name}"), seed, ..attempt("x", earned, 1) };
    Noted::Answered { attempt, earned }
}

#[tokio::test]
async fn an_attempt_at_an_assignment_is_kept_question_by_question() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    let quiz = || "quiz".to_owned();
    let first = store.sitting(quiz()).await.unwrap();
    assert_eq!((first.number, first.seed), (1, store.seed().await.unwrap()));
    // Looking is no attempt.
    assert!(store.sittings().await.unwrap().is_empty());

    let question = || "quiz/a".to_owned();
    for (noted, best, tries, hints, shown) in [
        (answered("a", first.seed, 0.0), 0.0, 1, 0, false),
        (Noted::Helped, 0.0, 1, 1, false),
        (answered("a", first.seed, 0.5), 0.5, 2, 1, false),
        (answered("a", first.seed, 0.25), 0.5, 3, 1, false),
        (Noted::Shown, 0.5, 3, 1, true),
        (answered("a", first.seed, 1.0), 0.5, 4, 1, true),
    ] {
        let sitting = store.note(quiz(), question(), noted, 1).await.unwrap();
        assert_eq!(sitting.standings[&question()], Standing { best, tries, hints, shown });
        assert_eq!((sitting.number, sitting.seed), (1, first.seed));
    }
    assert_eq!(store.tries(question(), first.seed).await.unwrap(), 4);

    let second = store.sit(quiz(), first.seed + 1, 2).await.unwrap();
    assert_eq!((second.number, second.seed, second.standings.len()), (2, first.seed + 1, 0));
    let other = store.note(quiz(), "quiz/b".into(), answered("b", second.seed, 1.0), 3).await.unwrap();
    store.close().await.unwrap();

    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_eq!(store.sitting(quiz()).await.unwrap(), other);
    let all = store.sittings().await.unwrap();
    let [one, two] = &all["quiz"][..] else { panic!("{all:?}") };
    assert_eq!((one.standings[&question()].best, two), (0.5, &other));
    // Another assignment begins at its own first attempt.
    let begun = store.sit("other".into(), first.seed + 3, 4).await.unwrap();
    assert_eq!((begun.number, begun.seed), (2, first.seed + 3));
    assert_eq!(store.sittings().await.unwrap()["other"][0].number, 1);
}

#[tokio::test]
async fn two_servers_begin_no_attempt_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) =
        (Sqlite::open(folder.path()).await.unwrap(), Sqlite::open(folder.path()).await.unwrap());
    let begun = (0..12).map(|k| {
        let store = if k % 2 == 0 { one.clone() } else { other.clone() };
        tokio::spawn(async move {
            store.note("quiz".into(), format!("quiz/{k}"), Noted::Helped, k).await.unwrap();
            store.sit("quiz".into(), k as u64, k).await.unwrap().number
        })
    });
    let mut numbers = Vec::new();
    for sitting in begun.collect::<Vec<_>>() {
        numbers.push(sitting.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (2..14).collect::<Vec<_>>());
    let sittings: Vec<Sitting> = one.sittings().await.unwrap().remove("quiz").unwrap();
    let helped: u32 = sittings.iter().flat_map(|s| s.standings.values()).map(|s| s.hints).sum();
    assert_eq!((sittings.len(), helped), (13, 12));
}

#[tokio::test]
async fn an_answer_to_a_prompt_is_kept_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    for (text, want) in [
        ("first", Some("first")),
        ("$x$; DROP TABLE discussions", Some("$x$; DROP TABLE discussions")),
        (" \n", None),
    ] {
        store.discuss("why".into(), text.to_owned(), 1).await.unwrap();
        assert_eq!(store.discussions().await.unwrap().get("why").map(String::as_str), want);
    }
}

/// The schema as it was: migrations are added, and never changed.
const OLDER: &[(i64, &str, &str)] = &[
    (1, "learner", include_str!("../migrations/0001_learner.sql")),
    (2, "tutor", include_str!("../migrations/0002_tutor.sql")),
    (3, "parts", include_str!("../migrations/0003_parts.sql")),
];

#[tokio::test]
async fn a_database_of_every_earlier_version_is_taken_over_with_all_that_is_in_it() {
    use sqlx::migrate::{Migration, MigrationType, Migrator};
    for versions in 1..=OLDER.len() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secant.sqlite3");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let rows = OLDER[..versions].iter().map(|&(version, name, sql)| {
            let sql = sqlx::SqlStr::from_static(sql);
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        });
        Migrator::with_migrations(rows.collect()).run(&pool).await.unwrap();
        sqlx::query(
            "INSERT INTO attempts (question, seed, answer, verdict, score, at) VALUES ('a/b', 7, '2 x', 'right', 1.0, 5)",
        )
        .execute(&pool)
        .await
        .unwrap();
        sqlx::query("INSERT INTO progress VALUES ('a', 3, 1, 5)").execute(&pool).await.unwrap();
        pool.close().await;

        let store = Sqlite::open(folder.path()).await.unwrap();
        let kept = store.attempts("a/b".into(), 9).await.unwrap();
        assert_eq!(
            (kept.len(), kept[0].answer.as_str(), kept[0].seed),
            (1, "2 x", 7),
            "from version {versions}"
        );
        assert_eq!(store.progress().await.unwrap()["a"], Progress { scene: 3, finished: true });
        let sitting = store.note("quiz".into(), "quiz/a".into(), Noted::Helped, 1).await.unwrap();
        assert_eq!(sitting.standings.len(), 1);
        store.discuss("why".into(), "so".into(), 1).await.unwrap();
    }
}
