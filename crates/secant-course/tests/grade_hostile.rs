//! Answers that nobody would give, or only to see what happens: each gets a verdict, the same one each time, and none
//! makes the grader work for long.

use secant::sheet::Limits;
use secant_course::answer_line;
use secant_course::grade::Kind;
use serde_json::{Value, json};

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "\0",
        "x\0y",
        "2^2^2^2^x",
        "9^9^9^9",
        "-9^9^9^9",
        "x^x^x^x^x^x^x^x",
        "(x+1)^1000",
        "(x+y+z+a+b+c)^20",
        "exp(exp(exp(exp(exp(exp(x))))))",
        "1/0",
        "0/0",
        "0^0",
        "log(0)",
        "inf - inf",
        "sqrt(-1)",
        "nan",
        "undefined",
        "sin",
        "sin = 3",
        "diff",
        "diff(x",
        "diff(diff(diff(x^x^x, x), x), x)",
        "e^e^e^e^e",
        "pi^pi^pi^pi",
        "100000!",
        "gamma(1e9)",
        "1e4000",
        "1e-4000",
        "x'",
        "f'(x)",
        "∫x dx",
        "±2",
        "{{{{1}}}}",
        "[[[[1]]]]",
        "[1,2;3]",
        "[,]",
        "(,)",
        "x =",
        "= x",
        "x = y = z = x",
        "x < < 2",
        "1 < x > 2",
        "[1, 2) ∪",
        "∪",
        "union union",
        "O(x)",
        "x + O(",
        "O(O(x))",
        "a or b and not c",
        "not not not x > 1",
        "(1, 2)(3, 4)",
        "x\n=\n=",
        "===",
        "⇒⇒",
        "; ; ;",
        ",,,,",
        "x_1_2_3",
        "αβγδ",
        "ｘ＋１",
        "x²³",
        "√√√√x",
        "|||x|||",
        "‖x‖",
        "x!!!!!!!!",
        "((((",
        "))))",
        "]1, 2[",
        "%",
        "50%",
        "1,5",
        "1 000",
        "0x10",
        "\u{202e}x",
        "🙂",
        "x y z w v u t s r q p o n m l k j i h g f d c b a",
        "sum(x)",
        "inv(x)",
        "det([1,2;3,4])",
        "x^(1/1000000007)",
        "x^1000000007",
        "1/(x-1)/(x-1)/(x-1)",
        "mod(x, 0)",
        "floor(x^100)",
        "where(x > 0, 1, 2)",
    ]
    .map(str::to_owned)
    .into();
    all.push("9".repeat(3_900));
    all.push(format!("{}/{}", "7".repeat(1_500), "3".repeat(1_500)));
    all.push(format!("{}x{}", "(".repeat(100), ")".repeat(100)));
    all.push(format!("{}x{}", "(".repeat(1_900), ")".repeat(1_900)));
    all.push(format!("{}x{}", "sin(".repeat(110), ")".repeat(110)));
    all.push(format!("{}1", "x^".repeat(100)));
    all.push("x+".repeat(1_900) + "x");
    all.push("sin(x)*".repeat(500) + "x");
    all.push("(x+1)*".repeat(300) + "x");
    all.push("(x+y)^9*".repeat(100) + "x");
    all.push((0..300).map(|k| format!("x^{k}+")).collect::<String>() + "1");
    all.push((0..40).map(|k| format!("sin({k}x+y)cos({k}y)+")).collect::<String>() + "1");
    all.push((1..60).map(|k| format!("1/(x-{k})+")).collect::<String>() + "1");
    all.push((1..60).map(|k| format!("sqrt(x+{k})+")).collect::<String>() + "1");
    all.push((1..39).map(|k| format!("x^{k} > {k} and ")).collect::<String>() + "x > 0");
    all.push((1..30).map(|k| format!("abs(x-{k}) + ")).collect::<String>() + "x > 3");
    all.push((1..30).map(|k| format!("[{k}, {k}.5] union ")).collect::<String>() + "[40, 41]");
    all.push(
        (0..20).map(|k| format!("{} x^{k} + ", 7 * k * k % 31 + 1)).collect::<String>() + "x^20 - 900 = 0",
    );
    all.push(
        (0..40).map(|k| format!("{} x^{k} + ", 7 * k * k % 31 + 1)).collect::<String>() + "x^40 - 900 > 0",
    );
    all.push((1..=20).map(|k| format!("(x - {k}/7)")).collect::<String>() + " > 0");
    all.push("1,".repeat(1_500) + "1");
    all.push("x\n".repeat(35) + "x");
    all.push("x = 1 or ".repeat(35) + "x = 2");
    all.push("x".repeat(100_000));
    all.push("(x+1)".repeat(20_000));
    all.push("\u{0}".repeat(100_000));
    all
}

fn grade(kind: &str, answer: &str, model: &str, more: &Value) -> String {
    let mut request = json!({"op": "grade", "kind": kind, "answer": answer, "model": model, "wrt": "x"});
    if kind == "drawn" {
        request["draw"] = json!({"x": [-3, 3], "y": [-2, 2]});
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    answer_line(&request.to_string(), &Limits::default())
}

/// A model for each kind.
fn model(kind: Kind) -> &'static str {
    match kind {
        Kind::Value => "2 pi",
        Kind::Expression => "3 x^2 cos(x^3)",
        Kind::Antiderivative => "sin(x^3) + log(abs(x)) + C",
        Kind::Equation => "x^2 = 2",
        Kind::Inequality => "x^2 < 4 and x > -1",
        Kind::Set => "{1, 2, x}",
        Kind::List => "[1, 2, x]",
        Kind::Interval => "[0, 1) union (2, inf)",
        Kind::Point => "(1, 2)",
        Kind::Vector => "[2 x, 2 y]",
        Kind::Matrix => "[1, 2; 3, x]",
        Kind::Series => "1 + x + x^2/2",
        Kind::Working => "x^2 + 1",
        Kind::Choice => "a, b",
        Kind::Parameters => "a = 1, b = 2",
        Kind::Drawn => "sin(x)",
    }
}

#[test]
fn any_answer_gets_a_verdict() {
    for answer in hostile() {
        for (kind, word) in Kind::ALL {
            let once = grade(word, &answer, model(*kind), &Value::Null);
            let reply: Value = serde_json::from_str(&once).unwrap();
            let shown: String = answer.chars().take(60).collect();
            assert_eq!(reply["ok"], true, "{word}: {shown:?}: {once}");
            let verdict = reply["verdict"].as_str().unwrap();
            assert!(
                secant_course::Verdict::ALL.iter().any(|v| v.word() == verdict),
                "{word}: {shown:?}: {once}"
            );
            assert_eq!(
                verdict == "not understood",
                reply.get("error").is_some(),
                "{word}: {shown:?}: {once}"
            );
            assert!(!reply["feedback"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn an_answer_graded_against_itself_is_never_wrong() {
    for answer in hostile().iter().filter(|a| a.len() < 4_000) {
        for (_, word) in Kind::ALL {
            if *word == "working" && answer.contains('\n') {
                // What a working leads to is one line.
                continue;
            }
            let reply: Value = serde_json::from_str(&grade(word, answer, answer, &Value::Null)).unwrap();
            // As a model it may make no sense; then the question is refused. A constant may be missing, and what has no
            // end may not be written as a series.
            let form = reply.get("form").is_some();
            let shown: String = answer.chars().take(60).collect();
            assert!(form || reply["verdict"] != "wrong", "{word}: {shown:?}: {reply}");
        }
    }
}

#[test]
fn forms_of_any_answer() {
    let forms = json!({"form": ["expanded", "factored", "single-fraction", "lowest-terms", "no-negative-powers", "exact",
        "decimal-places 2", "significant-figures 3", "contains sin", "without diff", "completed-square",
        "partial-fractions", "same-form"]});
    for answer in hostile().iter().filter(|a| a.len() < 4_000) {
        for form in forms["form"].as_array().unwrap() {
            let reply = grade("expression", answer, answer, &json!({ "form": form }));
            assert!(serde_json::from_str::<Value>(&reply).is_ok());
        }
    }
}

#[test]
fn verdicts_do_not_depend_on_what_came_before() {
    let few: Vec<String> = hostile().into_iter().step_by(7).collect();
    let all = || -> Vec<String> {
        few.iter()
            .flat_map(|a| Kind::ALL.iter().map(move |(k, w)| grade(w, a, model(*k), &Value::Null)))
            .collect()
    };
    assert_eq!(all(), all());
}
