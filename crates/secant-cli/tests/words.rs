//! The command as a person or a script meets it: words in, lines and an exit code out.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn secant(words: &[&str]) -> Done {
    Command::new(env!("CARGO_BIN_EXE_secant")).args(words).stdin(Stdio::null()).output().unwrap().into()
}

/// The command with `input` on its standard input.
fn fed(words: &[&str], input: &[u8]) -> Done {
    let mut child = Command::new(env!("CARGO_BIN_EXE_secant"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap().into()
    })
}

#[track_caller]
fn prints(words: &[&str], want: &str) {
    let done = secant(words);
    assert_eq!((done.code, done.out.trim_end(), done.err.as_str()), (Some(0), want, ""), "{words:?}");
}

/// Bad input: exit code 2, nothing on standard output, and an error that has these words in it.
#[track_caller]
fn refuses(words: &[&str], want: &[&str]) {
    let done = secant(words);
    let said: String =
        words.iter().map(|word| word.chars().take(40).chain(" ".chars()).collect::<String>()).collect();
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{said}: {}", done.err);
    for part in want {
        assert!(done.err.contains(part), "{part:?} is not in\n{}", done.err);
    }
    assert!(!done.err.contains("panicked") && !done.err.contains('\x1b'), "{}", done.err);
}

#[test]
fn answers() {
    prints(&["diff", "x^2 sin(x)", "x"], "x^2 cos(x) + 2 x sin(x)");
    prints(&["diff", "x^5", "x", "--order", "2"], "20 x^3");
    prints(&["diff", "x^5", "x", "--order", "2", "--at", "x=2"], "20 x^3\n= 160");
    prints(&["diff", "a x^2", "x", "--at", "x=-1/2", "--at", "a=3"], "2 a x\n= -3");
    prints(&["diff", "-x^2", "x"], "-2 x");
    prints(&["diff", "--order", "2", "-x^3", "x"], "-6 x");
    prints(&["diff", "x^2", "x", "--format", "latex"], "2 x");
    prints(&["evaluate", "x^2 + y", "x=1/3", "y=2"], "2.111111111111111");
    prints(&["evaluate", "-x", "x=-3"], "3");
    prints(&["evaluate", "cos(pi)"], "-1");
    prints(&["taylor", "exp(x)", "x=0", "--order", "3"], "x^3/6 + x^2/2 + x + 1");
    prints(&["taylor", "(1 + x)^2", "x=0", "--order", "2"], "x^2 + 2 x + 1\n  nothing is left out");
    prints(&["taylor", "x y", "x=0", "y=0", "--order", "2"], "x y\n  nothing is left out");
    prints(&["limit", "sin(x)/x", "x=0"], "1");
    prints(&["limit", "(1 + 1/x)^x", "x=inf"], "e");
    prints(&["limit", "1/x", "x=0", "--side", "left"], "-inf");
}

#[test]
fn an_error_bound_is_printed_as_proven() {
    let done = secant(&["taylor", "sin(x)", "x=0", "--order", "4", "--over", "x=-1..1"]);
    let (first, second) = done.out.trim_end().split_once('\n').unwrap();
    assert_eq!((done.code, first), (Some(0), "x - x^3/6"));
    let error =
        second.trim().strip_prefix("error at most ").and_then(|e| e.strip_suffix(", proven")).unwrap();
    // The next term, 1/120, and no more than cos(ξ) ≤ 1 allows.
    let error: f64 = error.parse().unwrap();
    assert!((0.0081..0.0084).contains(&error), "{error}");
}

#[test]
fn names_with_a_meaning() {
    prints(&["diff", "f(3 t)", "t", "--define", "f(x) = x^2"], "18 t");
    prints(&["diff", "f(x) = x^2; f(3 t)", "t"], "18 t");
    prints(&["evaluate", "A = [1, 2; 3, 4]; A [1, 1]"], "[3, 7]");
    prints(&["evaluate", "[1, 2; 3, 4] x", "x=2"], "[[2, 4], [6, 8]]");
    prints(
        &["explain", "c = 2; c x", "x"].map(|w| w),
        "  1. constant factor\n     diff(2 x, x)\n     = 2\nResult: 2",
    );
    prints(&["equal", "f(x) = x^2; f(x) - 1", "(x - 1) (x + 1)"], "equal");
    prints(
        &["grad", "x' A x", "x[2:n]", "--declare", "x: vector(n)", "--declare", "A=matrix(n, n)"],
        "(A x + A' x)[2:n]",
    );
    prints(&["simplify", "sqrt(x^2)", "--assume", "x > 0"], "x");
    prints(&["parse", "\\frac{1}{2} x + x", "--latex"], "3 x/2");
    prints(&["parse", "-x - x"], "-2 x");
    refuses(&["diff", "f(x) = x^; f(3 t)", "t"], &["| f(x) = x^", "syntax.missing-operand"]);
    refuses(&["diff", "a = b; b = a; a", "t"], &["name.cycle"]);
    refuses(&["evaluate", "1", "--declare", "x"], &["NAME=SHAPE"]);
}

#[test]
fn mathml_and_json() {
    let done = secant(&["diff", "x^2", "x", "--format", "mathml"]);
    assert!(done.out.starts_with("<math") && done.out.trim_end().ends_with("</math>"), "{}", done.out);
    let done = secant(&["diff", "x^2", "x", "--format", "json"]);
    let reply: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((&reply["ok"], &reply["expr"]), (&json!(true), &json!("2 x")));
    let done = secant(&["diff", "x^", "x", "--format", "json"]);
    let reply: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &reply["ok"]), (Some(2), &json!(false)));
}

#[test]
fn steps_end_in_the_answer() {
    let done = secant(&["explain", "sin(x^2)", "x"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines.last(), Some(&"Result: 2 x cos(x^2)"), "{}", done.out);
    assert!(done.out.trim_start().starts_with("1. ") && done.out.contains("chain"), "{}", done.out);
    let done = secant(&["explain", "sin(x^2)", "x", "--format", "json"]);
    let reply: Value = serde_json::from_str(&done.out).unwrap();
    assert!(reply["steps"].as_array().unwrap().len() > 1);
}

#[test]
fn conditions_are_printed() {
    let done = secant(&["diff", "log(x)", "x"]);
    assert_eq!(done.code, Some(0));
    assert!(done.out.contains("where x > 0"), "{}", done.out);
}

#[test]
fn nothing_found_has_its_own_exit_code() {
    let done = secant(&["evaluate", "log(x)", "x=-1"]);
    assert_eq!((done.code, done.out.trim()), (Some(1), "not a number"), "{}", done.err);
    let done = secant(&["limit", "1/x", "x=0"]);
    let sides = "there is no limit\n  from below: -inf\n  from above: inf";
    assert_eq!((done.code, done.out.trim()), (Some(1), sides), "{}", done.err);
}

#[test]
fn bad_input_says_where_and_what_to_do() {
    refuses(&["diff", "sin(x", "x"], &["error:", "[syntax.", "| sin(x\n", "^"]);
    refuses(&["diff", "x + )", "x"], &["[syntax.", "| x + )\n  |     ^\n"]);
    refuses(
        &["evaluate", "x + foo", "x=1"],
        &["[name.", "`foo` has no value", "hint: give it one: NAME=VALUE"],
    );
    refuses(&["evaluate", "1/0"], &["[domain.", "1/0"]);
    refuses(&["evaluate", ""], &["[syntax."]);
    refuses(&["diff", "x", "2"], &["error:"]);
    refuses(&["diff", "1/2x", "x"], &["[syntax.", "hint:"]);
    refuses(&["diff", "x"], &["required"]);
    refuses(&["evaluate", "x", "x"], &["NAME=VALUE"]);
    refuses(&["evaluate", "x", "x="], &["NAME=VALUE"]);
    refuses(&["diff", "x", "x", "--order=-1"], &["--order"]);
    refuses(&["unheard-of"], &["unheard-of"]);
    refuses(&["serve", "--port", "70000"], &["70000"]);
    refuses(&["check", "/no/such/course"], &["/no/such/course"]);
}

#[test]
fn ten_thousand_brackets_and_a_long_text_are_refused() {
    let deep = "(".repeat(10_000) + "x" + &")".repeat(10_000);
    refuses(&["diff", &deep, "x"], &["[budget."]);
    refuses(&["diff", &"(".repeat(10_000), "x"], &["error:", "["]);
    refuses(&["diff", &"-".repeat(10_000), "x"], &["error:", "["]);
    // One word of the command line may hold 128 KiB on Linux.
    let long = "x+".repeat(60_000) + "x";
    refuses(&["diff", &long, "x"], &["[budget."]);
    let done = secant(&["diff", &long, "x"]);
    assert!(done.err.len() < 1000, "an error of {} bytes", done.err.len());
}

#[test]
fn colours_are_for_terminals() {
    let done: Done =
        Command::new(env!("CARGO_BIN_EXE_secant")).args(["diff", "(", "x"]).output().unwrap().into();
    assert!(!done.err.contains('\x1b'));
}

#[test]
fn an_instruction_set_can_be_asked_for() {
    let with = |name: &str| -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_secant"));
        command.args(["evaluate", "exp(x)", "x=0.5"]).env("SECANT_ISA", name).output().unwrap().into()
    };
    let done = with("baseline");
    assert_eq!((done.code, done.out.trim_end()), (Some(0), "1.6487212707001282"));
    let done = with("mmx");
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
    assert!(done.err.contains("SECANT_ISA is `mmx`; this machine has baseline"), "{}", done.err);
}

fn replies(done: &Done) -> Vec<Value> {
    done.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

#[test]
fn a_batch_answers_every_line_whatever_stands_between() {
    let long = format!("{{\"id\":8,\"op\":\"parse\",\"expr\":\"{}\"}}", "x+".repeat(600_000));
    let deep = format!("{{\"id\":9,\"op\":\"parse\",\"expr\":\"{}\"}}", "(".repeat(10_000));
    let mut input = Vec::new();
    for line in [
        br#"{"id":1,"op":"diff","expr":"x^2","wrt":"x"}"#.as_slice(),
        b"garbage",
        b"",
        b"{\"id\":2",
        b"[]",
        b"\xff\xfe",
        b"null",
        br#"{"id":"three","op":"no-such-op"}"#,
        br#"{"id":4,"op":"evaluate","expr":"1/0"}"#,
        br#"{"id":5,"op":"evaluate","expr":"x y","at":{"x":2,"y":3}}"#,
        long.as_bytes(),
        deep.as_bytes(),
        b"  {\"id\":6,\"op\":\"parse\",\"expr\":\"x\"}\r",
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    input.extend_from_slice(br#"{"id":7,"op":"diff","expr":"x^3","wrt":"x"}"#);
    let done = fed(&["batch"], &input);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let replies = replies(&done);
    assert_eq!(replies.len(), 13, "{}", done.out);
    let oks: Vec<bool> = replies.iter().map(|reply| reply["ok"].as_bool().unwrap()).collect();
    assert_eq!(oks, [true, false, false, false, false, false, false, false, true, false, false, true, true]);
    assert_eq!(replies[0]["expr"], "2 x");
    assert_eq!((&replies[6]["id"], &replies[7]["id"]), (&json!("three"), &json!(4)));
    assert_eq!((&replies[8]["id"], &replies[8]["value"]), (&json!(5), &json!(6.0)));
    assert_eq!(replies[9]["error"]["code"], "budget.line");
    assert!(replies[10]["error"]["code"].as_str().unwrap().starts_with("budget."));
    assert_eq!((&replies[11]["id"], &replies[12]["expr"]), (&json!(6), &json!("3 x^2")));
    for reply in replies.iter().filter(|reply| reply["ok"] == false) {
        let code = reply["error"]["code"].as_str().unwrap();
        assert!(!code.starts_with("internal."), "{reply}");
    }
}

#[test]
fn an_answer_is_graded() {
    let done = secant(&["grade", "3 cos(3x)", "--model", "diff(sin(3x), x)"]);
    assert_eq!((done.code, done.out.as_str()), (Some(0), "right, score 1.0\n  Right.\n"));
    let done = secant(&["grade", "cos(3x)", "--model", "diff(sin(3x), x)"]);
    assert!(done.out.starts_with("wrong, score 0.0\n  Not yet. At x = 2 "), "{}", done.out);
    assert!(done.out.contains("perhaps inner-derivative-forgotten: "), "{}", done.out);
    let done = secant(&["grade", "cos(3x", "--model", "cos(3x)"]);
    assert_eq!((done.code, done.out.as_str()), (Some(2), "not understood, score 0.0\n"));
    assert!(done.err.contains("[syntax.unbalanced]"), "{}", done.err);
    let done =
        secant(&["grade", "0.33", "--model", "1/3", "--kind", "value", "--tolerance", "relative=0.05"]);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let done =
        secant(&["grade", "x (x + 1)", "--model", "x^2 + x", "--form", "expanded", "--format", "json"]);
    let reply: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((&reply["verdict"], &reply["form"]["ok"]), (&json!("wrong"), &json!(false)));
    let done = fed(&["batch"], br#"{"id":1,"op":"grade","answer":"2x","model":"x + x"}"#);
    assert_eq!(replies(&done)[0]["verdict"], "right");
    let done = secant(&["grade", "x", "--model", "x +"]);
    assert_eq!((done.code, done.out.as_str()), (Some(2), ""));
}

#[test]
fn a_batch_answers_while_it_is_being_asked() {
    use std::io::{BufRead as _, BufReader};
    let mut child = Command::new(env!("CARGO_BIN_EXE_secant"))
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for k in 0..5 {
        writeln!(stdin, r#"{{"id":{k},"op":"parse","expr":"x"}}"#).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let reply: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(reply["id"], k);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_secant"))
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The first replies meet a closed pipe; later lines may meet a process that has ended.
    for _ in 0..100 {
        if stdin.write_all(b"{\"op\":\"parse\",\"expr\":\"x\"}\n").is_err() {
            break;
        }
    }
    drop(stdin);
    let done: Done = child.wait_with_output().unwrap().into();
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
}

#[test]
fn help_version_and_completions() {
    let help = secant(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in
        ["serve", "diff", "explain", "evaluate", "batch", "check", "completions", "Examples:", "--data"]
    {
        assert!(help.out.contains(word), "{word} is not in\n{}", help.out);
    }
    assert_eq!(secant(&["--version"]).out.trim(), concat!("secant ", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = secant(&["completions", shell]);
        assert!(done.code == Some(0) && done.out.contains("evaluate"), "{shell}");
    }
}

/// The examples of `--help` are run as they stand.
#[test]
fn examples_of_the_help_are_true() {
    let help = secant(&["diff", "x^2 sin(x)", "x"]);
    let shown = secant(&["--help"]).out;
    let line = shown.lines().find(|line| line.contains("secant diff 'x^2 sin(x)' x")).unwrap();
    assert!(line.ends_with(help.out.trim_end()), "{line}\n{}", help.out);
}

#[test]
fn a_new_course_holds_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().join("deep/course");
    let path = course.to_str().unwrap();
    let made = secant(&["new", "course", path]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let checked = secant(&["check", path]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    let file = course.join("course.toml");
    std::fs::write(&file, "mine").unwrap();
    let again = secant(&["new", "course", path]);
    assert_eq!((again.code, std::fs::read_to_string(&file).unwrap().as_str()), (Some(2), "mine"));
    let checked = secant(&["check", path]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("course.toml:1:5: syntax.course: "), "{}", checked.out);
    assert!(checked.out.contains("\n  1 | mine\n"), "{}", checked.out);
}
