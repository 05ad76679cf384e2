//! Longer questions: asked so that they can be stopped, with a sign of life while they last.
//!
//! Here: Ctrl-C, the line on a terminal that counts the seconds.
//! Not here: what is asked (`integrate`, `solve`, `minimize`, `fit`).
//! Invariant: standard output holds the reply and nothing else.
//! Start reading at [`asked`].

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use secant::sheet::{Answer, Limits, PointValue, Reply, Request, Stop, answer, run};
use serde_json::{Map, Value, json};

use crate::args::Names;
use crate::picture;
use crate::words::limits;

/// How long a question goes unremarked.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long a question has to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);
/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A request, but for its `op` and what is asked: what names mean.
pub(crate) fn base(op: &str, names: &Names, define: &[String]) -> Map<String, Value> {
    let declare: Map<String, Value> =
        names.declare.iter().map(|(name, shape)| (name.clone(), json!(shape))).collect();
    let request = json!({ "op": op, "declare": declare, "define": define, "assume": names.assume });
    match request {
        Value::Object(fields) => fields,
        _ => unreachable!("written as an object"),
    }
}

/// The reply to a request; `doing` says on a terminal what takes so long.
pub(crate) fn asked(request: Map<String, Value>, doing: &str) -> Reply {
    let _sign = SignOfLife::of(doing);
    answer(Value::Object(request), &stoppable())
}

/// Limits of something that ends at Ctrl-C.
pub(crate) fn stoppable() -> Limits {
    let stop = Stop::default();
    until_interrupted(stop.clone());
    Limits { stop: Some(stop), ..limits() }
}

/// Raises the flag at the first Ctrl-C; who does not listen is ended.
fn until_interrupted(stop: Stop) {
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            stop.raise();
            thread::sleep(GRACE);
            let _ = writeln!(io::stderr(), "stopped");
            std::process::exit(INTERRUPTED);
        }
    });
}

/// A line that counts seconds on a terminal, and is gone when it is dropped.
pub(crate) struct SignOfLife {
    over: Arc<AtomicBool>,
    counter: Option<thread::JoinHandle<()>>,
}

impl SignOfLife {
    /// Of something that may take long. Nothing is shown in the first seconds, or where nobody looks.
    pub(crate) fn of(doing: &str) -> SignOfLife {
        let over = Arc::new(AtomicBool::new(false));
        let counter = io::stderr().is_terminal().then(|| {
            let (over, doing) = (over.clone(), doing.to_owned());
            thread::spawn(move || count(&over, &doing))
        });
        SignOfLife { over, counter }
    }
}

impl Drop for SignOfLife {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(counter) = self.counter.take() {
            counter.thread().unpark();
            let _ = counter.join();
        }
    }
}

fn count(over: &AtomicBool, doing: &str) {
    let began = Instant::now();
    let mut shown = false;
    let mut rest = PATIENCE;
    loop {
        thread::park_timeout(rest);
        if over.load(Ordering::Relaxed) {
            break;
        }
        if began.elapsed() >= PATIENCE {
            let seconds = began.elapsed().as_secs();
            let _ = write!(io::stderr(), "\r{doing} … {seconds} s, Ctrl-C stops");
            let _ = io::stderr().flush();
            shown = true;
        }
        rest = Duration::from_millis(500);
    }
    if shown {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// A place as JSON: `{"x": "1/2"}`.
pub(crate) fn point(at: &[(String, String)]) -> Value {
    Value::Object(at.iter().map(|(name, value)| (name.clone(), json!(value))).collect())
}

/// Ranges as JSON: `{"x": ["-1", "1"]}`.
pub(crate) fn box_of(over: &[(String, [String; 2])]) -> Value {
    Value::Object(over.iter().map(|(name, ends)| (name.clone(), json!(ends))).collect())
}

/// Ends of a range as the engine takes them.
pub(crate) fn values(ends: [f64; 2]) -> [PointValue; 2] {
    ends.map(PointValue::Number)
}

/// Draws what a request for a picture asks for, into a file.
pub(crate) fn draw(request: &Request, path: &Path) -> anyhow::Result<()> {
    match run(request, &limits()).outcome {
        Ok(Answer::Plot { svg }) => picture::save(&svg, Some(path), &mut io::sink()),
        Ok(_) => bail!("a request for a picture was answered by something else"),
        Err(fault) => bail!("there is no picture: {fault}"),
    }
}
