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
        [2 x]              | [2 x, 2 y]       | wrong
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
fn sets_of_equations() {
    rows(
        "set",
        &json!({}),
        "
        {x^2 + y^2 = 1, x = 2 L y, y = 2 L x} | {y = 2 L x, x = 2 L y, x^2 + y^2 = 1} | right
        {y - 2 L x = 0, x/2 = L y, 1 = x^2 + y^2} | {y = 2 L x, x = 2 L y, x^2 + y^2 = 1} | right
        {y = 2 L x, x = 2 L y} | {y = 2 L x, x = 2 L y, x^2 + y^2 = 1} | wrong
        {z = 2 L x, x = 2 L y, x^2 + y^2 = 1} | {y = 2 L x, x = 2 L y, x^2 + y^2 = 1} | wrong
        {x = 2, x = -2} | {-2, 2} | right
        {0, 0} | {0, 0} | right
        {1, 2} | {1, 2, 2, 1} | right
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

#[test]
fn antiderivatives() {
    rows(
        "antiderivative",
        &json!({"wrt": "x"}),
        "
        x^2 + C                | x^2 + C           | right
        x^2 + k                | x^2               | right
        x^2 + 2 C + 1          | x^2               | right
        (x^3 + c)/3            | x^3/3             | right
        x^2                    | x^2 + C           | wrong
        2 x + C                | x^2 + C           | wrong
        a x^2 + a              | a x^2 + C         | wrong
        log(x) + C             | log(abs(x)) + C   | right where both exist
        log(abs(x)) + C        | log(abs(x)) + C   | right
        log(abs(3 x)) + C      | log(abs(x)) + C   | right
        log(2 x) + C           | log(x) + C        | right
        sin(x)^2 + C           | -cos(x)^2 + C     | right
        sin(x)^2 + C           | -cos(2x)/2 + C    | right
        x^2 + C = 0            | x^2 + C           | not understood
    ",
    );
    rows(
        "antiderivative",
        &json!({"form": "no-constant"}),
        "
        x^2                    | x^2 + C           | right
        x^2 + 5                | x^2 + C           | right
        x^3                    | x^2 + C           | wrong
    ",
    );
    let missing = ask(&json!({"kind": "antiderivative", "answer": "x^2", "model": "x^2 + C", "wrt": "x"}));
    assert_eq!((&missing["form"]["ok"], &missing["score"]), (&json!(false), &json!(0.0)));
    assert!(missing["feedback"].as_str().unwrap().contains("constant of integration"), "{missing}");
    let log = ask(&json!({"kind": "antiderivative", "answer": "log(x) + C", "model": "log(abs(x)) + C"}));
    assert!(log["feedback"].as_str().unwrap().contains("log(abs(…))"), "{log}");
}

#[test]
fn equations() {
    rows(
        "equation",
        &json!({}),
        "
        x = 2                  | 2 x + 1 = 5            | right
        2 = x                  | x = 2                  | right
        x = 2 or x = -2        | x^2 = 4                | right
        x = 2, x = -2          | x^2 = 4                | right
        x = 2                  | x^2 = 4                | wrong
        x = sqrt(2) or x = -sqrt(2) | x^2 = 2           | right
        x = sqrt(3)            | x^2 = 2                | wrong
        x = (1 + sqrt(5))/2 or x = (1 - sqrt(5))/2 | x^2 - x - 1 = 0 | right
        x^3 = x                | x = 0 or x = 1 or x = -1 | right
        x^2 + 1 = 0            | {}                     | right
        x^2 (x - 1) = 0        | x = 0 or x = 1         | right
        y = 2 x + 1            | y - 1 = 2 x            | right
        2 y = 4 x + 2          | y = 2 x + 1            | right
        y = 2 x - 1            | y = 2 x + 1            | wrong
        x y = 1                | 2 x y - 2 = 0          | right
        y = 1/x                | x y = 1                | right where both exist
        x = 1, y = 2           | x + y = 3 and x - y = -1 | right
        x = 2, y = 1           | x + y = 3 and x - y = -1 | wrong
        x + y = 3 and x = 1    | x = 1 and y = 2        | right
        x = 1 and y = 2 or x = 2 and y = 1 | x = 2 and y = 1 or x = 1 and y = 2 | right
        x^2 + y^2 = 2          | x^2 + y^2 = 1          | wrong
        a x = b                | 2 a x - 2 b = 0        | right
        x = log(2)             | exp(x) = 2             | right at tested points
        x = 2 pi               | x - 2 pi = 0           | right
        5                      | x = 5                  | not understood
        x = = 5                | x = 5                  | not understood
    ",
    );
}

#[test]
fn inequalities() {
    rows(
        "inequality",
        &json!({}),
        "
        3 < x                  | x > 3                  | right
        2 x > 6                | x > 3                  | right
        x >= 3                 | x > 3                  | wrong
        x < 3                  | x > 3                  | wrong
        -x < -3                | x > 3                  | right
        1 < x < 2              | x > 1 and x < 2        | right
        x < 1 or x > 2         | (x - 1)(x - 2) > 0     | right
        x < -sqrt(2) or x > sqrt(2) | x^2 > 2           | right
        x^2 < 4                | -2 < x < 2             | right
        -5 < x < -1            | abs(x + 3) < 2         | right
        not (x <= 3)           | x > 3                  | right
        x != 0                 | x < 0 or x > 0         | right
        1/x > 0                | x > 0                  | right
        x^2 >= 0               | all real numbers       | right
        y > x                  | x < y                  | right
        2 y - 2 x > 0          | y > x                  | right
        y >= x                 | y > x                  | wrong
        x - y > 0              | y > x                  | wrong
        x > log(2)             | exp(x) > 2             | right at tested points
        x + y                  | x > y                  | not understood
    ",
    );
}

#[test]
fn intervals() {
    rows(
        "interval",
        &json!({}),
        "
        [1, 2)                 | [1, 2)                 | right
        [1, 2]                 | [1, 2)                 | wrong
        (1, inf)               | x > 1                  | right
        x > 1                  | (1, inf)               | right
        t > 1                  | (1, inf)               | right
        [0, 1] union [2, 3]    | 0 <= x <= 1 or 2 <= x <= 3 | right
        [0, 1] ∪ [1, 2]        | [0, 2]                 | right
        [0, 1) ∪ (1, 2]        | [0, 2]                 | wrong
        [0, 1) ∪ {1} ∪ (1, 2]  | [0, 2]                 | right
        [-sqrt(2), sqrt(2)]    | x^2 <= 2               | right
        (-inf, inf)            | all real numbers       | right
        (2, 2)                 | none                   | right
        (0, pi)                | (0, 3.14)              | wrong
        [3, 1]                 | [1, 3]                 | not understood
        [1, 2                  | [1, 2)                 | not understood
        x                      | [1, 2)                 | not understood
    ",
    );
}

#[test]
fn series() {
    rows(
        "series",
        &json!({"wrt": "x", "order": 3}),
        "
        x - x^3/6              | x - x^3/6              | right
        x - x^3/6 + O(x^4)     | sin(x)                 | right
        x - x^3/3!             | sin(x)                 | right
        x - x^3/3              | sin(x)                 | wrong
        x                      | sin(x)                 | wrong
        x - x^3/6 + x^5/120    | sin(x)                 | wrong
        sin(x)                 | sin(x)                 | wrong
        x + O(x^3)             | sin(x)                 | wrong
        1/x + x                | 1/x + x                | right
    ",
    );
    rows(
        "series",
        &json!({"wrt": "x", "order": 2, "at": 1}),
        "
        (x - 1) - (x - 1)^2/2  | log(x)                 | right
        x - 1 - (x - 1)^2/2    | log(x)                 | right
        x - x^2/2              | log(x)                 | wrong
    ",
    );
    let reply = ask(&json!({"kind": "series", "answer": "1 + x + x^2", "model": "exp(x)", "order": 2}));
    assert_eq!(reply["score"], json!(2.0 / 3.0));
    assert_eq!(
        (&reply["parts"][2]["name"], &reply["parts"][2]["verdict"]),
        (&json!("`x^2`"), &json!("wrong"))
    );
}

#[test]
fn workings() {
    let work = |lines: &str, model: &str| ask(&json!({"kind": "working", "answer": lines, "model": model}));
    let right = work(
        "y' = diff(x^2 sin(x), x)\n= 2x sin(x) + x^2 cos(x)\n= x (2 sin(x) + x cos(x))",
        "2 x sin(x) + x^2 cos(x)",
    );
    assert_eq!((&right["verdict"], &right["score"]), (&json!("right"), &json!(1.0)), "{right}");
    let slip = work("(x + 1)^2\n= x^2 + 1\n= 1 + x^2", "(x + 1)^2");
    assert_eq!(slip["verdict"], "wrong");
    let verdicts: Vec<_> =
        slip["parts"].as_array().unwrap().iter().map(|p| p["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["right", "wrong", "right"], "{slip}");
    assert!(slip["feedback"].as_str().unwrap().contains("line 2 does not follow from line 1"), "{slip}");
    assert!(slip["parts"][2]["message"].as_str().unwrap().contains("follows"));
    let solved = work("2x + 1 = 5\n2x = 4\nx = 2", "x = 2");
    assert_eq!(solved["verdict"], "right", "{solved}");
    let lost = work("x^2 = 4\nx = 2", "x^2 = 4");
    assert_eq!((&lost["verdict"], &lost["score"]), (&json!("wrong"), &json!(0.5)), "{lost}");
    let chain = work("3(x + 1) = 3x + 3 = 3 + 3x", "3x + 3");
    assert_eq!((&chain["verdict"], chain["parts"].as_array().unwrap().len()), (&json!("right"), 3));
}

#[test]
fn forms() {
    #[track_caller]
    fn form(form: &str, table: &str) {
        rows("expression", &json!({ "form": form }), table);
    }
    form(
        "expanded",
        "
        x^2 + 2 x + 1          | (x + 1)^2              | right
        (x + 1)^2              | (x + 1)^2              | wrong
        x (x + 2) + 1          | (x + 1)^2              | wrong
        2 (x - 1)              | 2 x - 2                | wrong
        -(x + 1)               | -x - 1                 | wrong
        cos(2 (x + 1))         | cos(2 x + 2)           | right
    ",
    );
    form(
        "factored",
        "
        (x - 1)(x + 1)         | x^2 - 1                | right
        x^2 - 1                | x^2 - 1                | wrong
        2 (x - 1)              | 2 x - 2                | right
        x (2 x - 6)            | 2 x^2 - 6 x            | wrong
        (x - 1)(x^2 + x + 1)   | x^3 - 1                | right
        (1 - x)^2              | (x - 1)^2              | right
        3 y (y^2 - 2 y - 8)    | 3 y (y - 4)(y + 2)     | wrong
        x^2 + 1                | x^2 + 1                | right
        x^4 + 4                | x^4 + 4                | wrong
    ",
    );
    form(
        "single-fraction",
        "
        (1 + a)/a^2            | (1 + 1/a)/a            | right
        (1 + 1/a)/a            | (1 + a)/a^2            | wrong
        1/x + 1/y              | (x + y)/(x y)          | wrong
        -1/2                   | -1/2                   | right
        1/(1 - sqrt(2))        | 1/(1 - sqrt(2))        | right
        (1/2) (1/3)            | 1/6                    | wrong
    ",
    );
    form(
        "lowest-terms",
        "
        1/2                    | 2/4                    | right
        2/4                    | 1/2                    | wrong
        (-1)/(-3)              | 1/3                    | wrong
        x^(2/4)                | x^(1/2)                | wrong
        (x^2 - 1)/(x - 1)      | x + 1                  | wrong
        2 x/(3 y)              | 2 x/(3 y)              | right
    ",
    );
    form(
        "no-negative-powers",
        "
        1/x^2                  | x^(-2)                 | right
        x^(-2)                 | x^(-2)                 | wrong
        x^-2                   | x^(-2)                 | wrong
    ",
    );
    form(
        "exact",
        "
        sqrt(2)/2              | sqrt(2)/2              | right
        0.5                    | 1/2                    | wrong
    ",
    );
    form(
        "completed-square",
        "
        (x - 1)^2 + 3          | x^2 - 2 x + 4          | right
        2 (x - 1)^2 + 3        | 2 x^2 - 4 x + 5        | right
        x^2 - 2 x + 4          | x^2 - 2 x + 4          | wrong
        x^2 - 1                | x^2 - 1                | right
        -(1 - x)^2 + 3         | -x^2 + 2 x + 2         | right
    ",
    );
    form(
        "partial-fractions",
        "
        1/(x + 1) - 1/x        | -1/(x (x + 1))         | right
        -1/(x (x + 1))         | -1/(x (x + 1))         | wrong
        2 x + 1/(x + 1) + 1/(x - 1) | 2 x^3/(x^2 - 1)   | right
        1/(x - 1) - (x + 1)/(x^2 + 1) | 2/((x - 1)(x^2 + 1)) | right
        x/(x + 1)^2            | x/(x + 1)^2            | wrong
        x^2/(x + 1)            | x^2/(x + 1)            | wrong
    ",
    );
    form(
        "same-form",
        "
        x + y + z              | z + x + y              | right
        (x + 1)(x - 1)         | (x - 1)(x + 1)         | right
        x^2 - 1                | (x - 1)(x + 1)         | wrong
        x + 0                  | x                      | wrong
        1 + 2*x                | 2 x + 1                | right
        0.75                   | 3/4                    | wrong
    ",
    );
    form(
        "contains sin",
        "
        2 sin(x) cos(x)        | sin(2 x)               | right
        2 cos(x) cos(x)        | 2 cos(x)^2             | wrong
    ",
    );
    form(
        "without decimal",
        "
        0.5 x                  | x/2                    | wrong
        x/2                    | x/2                    | right
    ",
    );
    let reply = ask(&json!({"answer": "x (x + 2) + 1", "model": "(x + 1)^2", "form": "expanded"}));
    assert_eq!(
        reply["form"],
        json!({"asked": "expanded", "ok": false, "message": "multiply out `x*(x + 2)`"})
    );
    let reply = ask(&json!({"answer": "x^2", "model": "(x + 1)^2", "form": "expanded"}));
    assert_eq!(reply.get("form"), None, "a wrong value has no form to look at");
}

#[test]
fn the_question_can_be_wrong_too() {
    let fails = |request: Value| -> Value {
        let mut request = request;
        request["op"] = "grade".into();
        let reply: Value =
            serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap();
        assert_eq!(reply["ok"], false, "{reply}");
        reply["error"]["code"].clone()
    };
    assert_eq!(fails(json!({"answer": "x", "model": "x +"})), "syntax.missing-operand");
    assert_eq!(fails(json!({"answer": "x", "model": "x", "form": "pretty"})), "request.form");
    assert_eq!(fails(json!({"answer": "x", "model": "x", "kind": "poem"})), "request.field");
    assert_eq!(fails(json!({"answer": "x"})), "request.field");
    assert_eq!(fails(json!({"answer": "x", "model": "x", "declare": {"x": "blob"}})), "syntax.declaration");
}

#[test]
fn gradients_of_a_network_are_formulas_with_axes() {
    let shapes = json!({"declare": {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}});
    rows(
        "expression",
        &shapes,
        "
        2 X' (X w - y)         | grad(sum((X w - y).^2), w) | right
        X' (X w - y)           | grad(sum((X w - y).^2), w) | wrong
        2 (X w - y)            | grad(sum((X w - y).^2), w) | wrong
        2 X (X w - y)          | grad(sum((X w - y).^2), w) | not understood
    ",
    );
}

#[test]
fn a_broken_rule_is_named() {
    let task = json!({"op": "diff", "expr": "sin(3x)", "wrt": "x"});
    let reply = ask(&json!({"answer": "cos(3x)", "model": "3 cos(3x)", "task": task}));
    assert_eq!(reply["diagnosis"][0]["slip"], "inner-derivative-forgotten", "{reply}");
    assert_eq!(
        (&reply["diagnosis"][0]["explanation"], reply["diagnosis"][0]["at"].is_array()),
        (&json!(1), true)
    );
    let reply = ask(&json!({"answer": "cos(3x) 3", "model": "3 cos(3x)", "task": task}));
    assert_eq!(reply["diagnosis"], json!([]));
}

/// Kind by kind, what is named first; and where, in the text of the answer.
#[test]
fn broken_rules_are_named_in_every_kind() {
    let circle = json!({"op": "minimize", "expr": "x y", "subject_to": ["x^2 + y^2 = 1"]});
    let layer = json!({"a3": "matrix(k, N)", "y": "matrix(k, N)", "a2": "matrix(j, N)"});
    let gradient = "(2/N) ((a3 - y) .* a3 .* (1 - a3)) a2'";
    let rows = [
        // Without a task the model is what was to be rewritten.
        (json!({"answer": "x^2 + 1", "model": "(x + 1)^2"}), "algebra-square-of-sum", "x^2 + 1"),
        (json!({"answer": "3 x + y", "model": "3 (x + y)"}), "algebra-distribution", "3 x + y"),
        (
            json!({"kind": "working", "answer": "(x + 2)^2 + 3\nx^2 + 4 + 3\nx^2 + 7", "model": "x^2 + 4 x + 7"}),
            "algebra-square-of-sum",
            "x^2 + 4 + 3",
        ),
        (
            json!({"kind": "working", "answer": "2 (x + 1) = 8\n2 x + 1 = 8\nx = 7/2", "model": "x = 3"}),
            "algebra-distribution",
            "2 x + 1 = 8",
        ),
        (
            json!({"kind": "set", "answer": "{y = -2 L x, x = 2 L y, x^2 + y^2 = 1}", "task": circle,
                "model": "{y = 2 L x, x = 2 L y, x^2 + y^2 = 1}"}),
            "multiplier-sign",
            "y = -2 L x",
        ),
        (
            json!({"kind": "set", "answer": "{y = 2 L x, x = 2 L y}", "task": circle,
                "model": "{y = 2 L x, x = 2 L y, x^2 + y^2 = 1}"}),
            "constraint-forgotten",
            "",
        ),
        (
            json!({"answer": "(2/N) (a3 - y) a2'", "model": gradient, "declare": layer}),
            "activation-derivative",
            "",
        ),
    ];
    for (request, slip, at) in rows {
        let reply = ask(&request);
        let first = &reply["diagnosis"][0];
        assert_eq!(
            (&reply["verdict"], &first["slip"]),
            (&json!("wrong"), &json!(slip)),
            "{request}: {reply}"
        );
        let (from, to) =
            (first["at"][0].as_u64().unwrap() as usize, first["at"][1].as_u64().unwrap() as usize);
        let answer = request["answer"].as_str().unwrap();
        let place: String = answer.chars().skip(from).take(to - from).collect();
        assert!(place.contains(at) || at.contains(&place) && !place.is_empty(), "{request}: `{place}`");
    }
    let reply = ask(&json!({"answer": "(2/N) (a3 - y) a2'", "model": gradient, "declare": layer}));
    assert!(reply["diagnosis"][0]["missing"].as_str().unwrap().contains("a3"), "{reply}");
}
