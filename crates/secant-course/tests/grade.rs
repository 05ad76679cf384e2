//! The grader, kind by kind: what is right in any form, what is wrong and why, what costs nothing.

use secant::sheet::Limits;
use secant_course::answer_line;
use secant_course::grade::{Grade, GradeAsk, Record, grade, replay};
use serde_json::{Value, json};

/// Grades through the door.
#[track_caller]
fn ask(request: &Value) -> Value {
    let mut request = request.clone();
    request["op"] = "grade".into();
    let reply: Value = serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap();
    assert_eq!(reply["ok"], true, "{request}: {reply}");
    reply
}

/// Rows of `answer | model | verdict` for one kind, with what else the request says.
#[track_caller]
fn rows(kind: &str, more: &Value, table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [answer, model, verdict] = parts[..] else { panic!("{line}") };
        let mut request = json!({ "kind": kind, "answer": answer, "model": model });
        for (name, value) in more.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        let reply = ask(&request);
        if reply["verdict"] != verdict {
            wrong.push(format!("{line}: {}", reply));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions() {
    rows(
        "expression",
        &json!({}),
        "
        3 cos(3x)      | diff(sin(3x), x) | right
        cos(3x)*3      | diff(sin(3x), x) | right
        cos(3x)        | diff(sin(3x), x) | wrong
        x^2/x          | x                | right where both exist
        2x = 4         | 2 x              | not understood
        3 cos(3x       | 3 cos(3x)        | not understood
    ",
    );
}

#[test]
fn values() {
    rows(
        "value",
        &json!({}),
        "
        3/4            | 0.75             | right
        1.20e3         | 1200             | right
        2 pi           | 2 pi             | right
        sqrt(8)        | 2 sqrt(2)        | right
        0.33           | 1/3              | wrong
        5 m            | 5                | not understood
        1,5            | 1.5              | not understood
        50%            | 1/2              | not understood
    ",
    );
    rows(
        "value",
        &json!({"tolerance": {"relative": 0.01}}),
        "
        3.14           | pi               | right
        3.2            | pi               | wrong
        -3.14          | pi               | wrong
    ",
    );
    rows(
        "value",
        &json!({"tolerance": {"significant_figures": 3}, "form": "significant-figures 3"}),
        "
        3.14           | pi               | right
        3.142          | pi               | wrong
        3.15           | pi               | wrong
        0.00314        | pi/1000          | right
    ",
    );
    rows(
        "value",
        &json!({"tolerance": {"decimal_places": 2}, "form": "decimal-places 2"}),
        "
        0.33           | 1/3              | right
        0.333          | 1/3              | wrong
        1/3            | 1/3              | wrong
    ",
    );
}

#[test]
fn entries() {
    rows(
        "matrix",
        &json!({}),
        "
        [1, 2; 3, 4]       | [1, 2; 3, 4]     | right
        [[1, 2], [3, 4]]   | [1, 2; 3, 4]     | right
        [1, 3; 2, 4]       | [1, 2; 3, 4]     | wrong
        [1, 2; 3, 5]       | [1, 2; 3, 4]     | wrong
        7                  | [1, 2; 3, 4]     | not understood
    ",
    );
    rows(
        "vector",
        &json!({}),
        "
        [2 x, 2 y]         | grad(x^2 + y^2, [x, y]) | right
        (2 x, 2 y)         | [2 x, 2 y]       | right
        [2 x; 2 y]         | [2 x, 2 y]       | right
        [2 x, y]           | [2 x, 2 y]       | wrong
        [2 x]              | [2 x, 2 y]       | not understood
    ",
    );
    rows(
        "point",
        &json!({}),
        "
        (1, 2)             | (1, 2)           | right
        1, 2               | (1, 2)           | right
        (2, 1)             | (1, 2)           | wrong
    ",
    );
    rows(
        "list",
        &json!({}),
        "
        1, 2, 3            | [1, 2, 3]        | right
        {1, 2, 3}          | [1, 2, 3]        | right
        1, 3, 2            | [1, 2, 3]        | wrong
    ",
    );
    let reply = ask(&json!({"kind": "matrix", "answer": "[1, 2; 3, 5]", "model": "[1, 2; 3, 4]"}));
    assert_eq!((&reply["score"], &reply["parts"][3]["verdict"]), (&json!(0.75), &json!("wrong")));
    assert_eq!((&reply["parts"][3]["name"], &reply["parts"][3]["at"]), (&json!("[2, 2]"), &json!([10, 11])));
    let reply = ask(&json!({"kind": "matrix", "answer": "[1, 3; 2, 4]", "model": "[1, 2; 3, 4]"}));
    assert!(reply["feedback"].as_str().unwrap().contains("rows and columns are exchanged"), "{reply}");
}

#[test]
fn sets() {
    rows(
        "set",
        &json!({}),
        "
        {2, 1, 1}          | {1, 2}           | right
        1, 2               | {1, 2}           | right
        {1}                | {1, 2}           | wrong
        {1, 2, 3}          | {1, 2}           | wrong
        {}                 | {}               | right
        {(1, 2), (3, 4)}   | {(3, 4), (1, 2)} | right
        {(1, 2), (4, 3)}   | {(3, 4), (1, 2)} | wrong
        x = 2 or x = -2    | {2, -2}          | right
    ",
    );
}

#[test]
fn choices_and_parameters() {
    rows(
        "choice",
        &json!({}),
        "
        b                  | b                | right
        (B)                | b                | right
        a                  | b                | wrong
        c, a               | a, c             | right
        a                  | a, c             | wrong
    ",
    );
    assert_eq!(ask(&json!({"kind": "choice", "answer": ["a"], "model": ["a", "c"]}))["score"], 0.5);
    let near = json!({"kind": "parameters", "answer": {"a": 1.02, "b": 2}, "model": {"a": 1, "b": 2}});
    assert_eq!(ask(&near)["score"], 0.5);
    let mut within = near.clone();
    within["tolerance"] = json!({"absolute": 0.05});
    assert_eq!(ask(&within)["verdict"], "right");
    let missing = json!({"kind": "parameters", "answer": {"a": 1}, "model": {"a": 1, "b": 2}});
    assert_eq!(ask(&missing)["verdict"], "not understood");
}

#[test]
fn a_verdict_can_be_made_again() {
    let ask = GradeAsk {
        answer: "2 cos(2x) + 1".into(),
        model: "diff(sin(2x), x)".into(),
        record: true,
        seed: 7,
        ..GradeAsk::default()
    };
    let made: Grade = grade(&ask, &Limits::default()).unwrap();
    let record: Record = serde_json::from_value(json!(made.record.as_ref().unwrap())).unwrap();
    let again = replay(&record, &Limits::default()).unwrap();
    assert!(again.agrees && again.same_engine && again.grade == made);
    let forged = Record { verdict: secant_course::Verdict::Right, ..record };
    assert!(!replay(&forged, &Limits::default()).unwrap().agrees);
}
