//! Wrong answers as learners type them, and the mistakes they are explained by.

use secant::expr::Expr;
use secant::sheet::{Limits, Request, Scope, run};
use secant::syntax::{self, parse};
use secant_course::diagnosis::{Explanation, Problem, diagnose, likely};
use serde_json::{Value, json};

/// The result of a request, as text.
fn model(task: &Value) -> String {
    let reply = run(&Request::from_json(task.clone()).expect("a request"), &Limits::default());
    let answer =
        serde_json::to_value(reply.outcome.unwrap_or_else(|e| panic!("{task}: {e:?}"))).expect("JSON");
    listed(&answer["expr"])
}

/// Nested lists as they are typed.
fn listed(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(listed).collect::<Vec<_>>().join(", ")),
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}

fn explain(task: &Value, answer: &str) -> Vec<Explanation> {
    let scope = Scope::open();
    let read = |text: &str| {
        let written = parse(text, &syntax::Limits::default()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let meaning = syntax::lower(&written, &mut scope.clone());
        // A point means no number; its entries do.
        (written, meaning.map_or_else(|_| Expr::undefined(), |m| m.expr))
    };
    let ((written, meaning), (_, model)) = (read(answer), read(&model(task)));
    diagnose(&Problem { task, scope: &scope, written: &written, answer: &meaning, model: &model })
}

fn names(explanation: &Explanation) -> String {
    explanation.slips.iter().map(|b| b.slip.name).collect::<Vec<_>>().join(" + ")
}

/// Rows of (task, answer, mistakes); every row that is not as it should be is told.
#[track_caller]
fn check(rows: &[(&str, &str, &str)], task: fn(&str) -> Value) {
    let mut off = Vec::new();
    for (expr, answer, expected) in rows {
        let found: Vec<String> = explain(&task(expr), answer).iter().map(names).collect();
        if found.first().map(String::as_str) != Some(*expected) {
            off.push(format!("{expr}  ->  {answer}: expected {expected}, found {found:?}"));
        }
    }
    assert!(off.is_empty(), "{} of {} rows:\n{}", off.len(), rows.len(), off.join("\n"));
}

fn by_x(expr: &str) -> Value {
    json!({"op": "diff", "expr": expr, "wrt": "x"})
}

#[test]
fn chain_rule() {
    check(
        &[
            ("sin(3x)", "cos(3x)", "inner-derivative-forgotten"),
            ("cos(5x)", "-sin(5 x)", "inner-derivative-forgotten"),
            ("e^(2x)", "e^(2x)", "inner-derivative-forgotten"),
            ("exp(x^2)", "exp(x^2)", "inner-derivative-forgotten"),
            ("(3x+1)^4", "4 (3x+1)^3", "inner-derivative-forgotten"),
            ("(x^2+1)^3", "3 x^4 + 6 x^2 + 3", "inner-derivative-forgotten"),
            ("log(x^2+1)", "1/(1+x^2)", "inner-derivative-forgotten"),
            ("ln(5x)", "1/(5x)", "inner-derivative-forgotten"),
            ("sqrt(x^2+1)", "1/(2 sqrt(x^2+1))", "inner-derivative-forgotten"),
            ("tan(2x)", "1/cos(2x)^2", "inner-derivative-forgotten"),
            ("atan(3x)", "1/(1+9x^2)", "inner-derivative-forgotten"),
            ("1/(2x+1)", "-1/(2x+1)^2", "inner-derivative-forgotten"),
            ("x sin(2x)", "sin(2x) + x cos(2x)", "inner-derivative-forgotten"),
            ("sin(x)^2", "2 sin(x)", "inner-derivative-forgotten"),
            ("5 cos(x^2) + x", "1 - 5 sin(x^2)", "inner-derivative-forgotten"),
            ("2^(3x)", "2^(3x) ln(2)", "inner-derivative-forgotten"),
            ("sin(cos(x))", "cos(cos(x))", "inner-derivative-forgotten"),
            ("sin(x^2)", "cos(2x)", "inner-argument-dropped"),
            ("sin(x^2)", "2x cos(x)", "inner-argument-dropped"),
            ("e^(x^2)", "e^(2x)", "inner-argument-dropped"),
            ("sqrt(x^2+1)", "1/(2 sqrt(2x))", "inner-argument-dropped"),
            ("log(x^2+1)", "1/(2x)", "inner-argument-dropped"),
            ("(x^2+1)^3", "3(2x)^2", "inner-argument-dropped"),
            ("sin(x^2)", "2x sin(x^2)", "outer-not-differentiated"),
            ("cos(3x)", "3 cos(3x)", "outer-not-differentiated"),
            ("(x^2+1)^3", "2x (x^2+1)^3", "outer-not-differentiated"),
            ("tan(x^2)", "2x tan(x^2)", "outer-not-differentiated"),
            ("sin(x^2)", "x^2 cos(x^2)", "inner-derivative-wrong"),
            ("sin(x^2)", "cos(x^2) + 2x", "inner-derivative-wrong"),
            ("e^(x^3)", "x^3 e^(x^3)", "power-rule-on-exponential"),
            ("sin(3x)", "cos(3x)/3", "inner-derivative-wrong"),
            ("(2x+1)^5", "5(2x+1)^4 (2x+1)", "inner-derivative-wrong"),
        ],
        by_x,
    );
}

#[test]
fn products() {
    check(
        &[
            ("x^2 sin(x)", "2x cos(x)", "product-as-product-of-derivatives"),
            ("x e^x", "e^x", "product-as-product-of-derivatives"),
            ("x^3 log(x)", "3x^2/x", "product-as-product-of-derivatives"),
            ("(x+1)(x^2+3)", "2x", "product-as-product-of-derivatives"),
            ("sin(x) cos(x)", "-sin(x) cos(x)", "product-as-product-of-derivatives"),
            ("3 x^2 e^x", "6 x e^x", "product-as-product-of-derivatives"),
            ("x^2 e^x", "2x e^x", "product-as-product-of-derivatives"),
            ("x^2 sin(x)", "2 x sin x", "product-half"),
            ("x^2 sin(x)", "x^2 cos(x)", "product-half"),
            ("x log(x)", "log(x)", "product-half"),
            ("x log(x)", "1", "product-half"),
            ("e^x sin(x)", "e^x sin(x)", "product-half"),
            ("x^2 e^(3x)", "3 x^2 e^(3x)", "product-half"),
            ("x^2 sin(x)", "2x^3 + sin(x) cos(x)", "product-own-derivatives"),
            ("x e^x", "x + e^(2x)", "product-own-derivatives"),
            ("x^2 sin(x)", "2x + cos(x)", "sum-rule-on-product"),
            ("x e^x", "1 + e^x", "sum-rule-on-product"),
            ("x^2 sin(x)", "x^2 cos(x) - 2x sin(x)", "product-sign"),
            ("x e^x", "e^x - x e^x", "product-sign"),
            ("x sin(x) e^x", "sin(x) e^x + x cos(x) e^x", "product-half"),
            ("x sin(x) e^x", "cos(x) e^x", "product-as-product-of-derivatives"),
            ("x sqrt(x+1)", "sqrt(x+1) - x/(2 sqrt(x+1))", "product-sign"),
            ("1 + x cos(x)", "-sin(x)", "product-as-product-of-derivatives"),
            ("2 x sin(x)", "2 sin(x)", "product-half"),
            ("x tan(x)", "tan(x)", "product-half"),
        ],
        by_x,
    );
}

#[test]
fn quotients() {
    check(
        &[
            ("x/(x+1)", "-1/(x+1)^2", "quotient-order-swapped"),
            ("sin(x)/x", "(sin(x) - x cos(x))/x^2", "quotient-order-swapped"),
            ("(x^2+1)/(x-1)", "((x^2+1) - 2x(x-1))/(x-1)^2", "quotient-order-swapped"),
            ("e^x/x", "(e^x - x e^x)/x^2", "quotient-order-swapped"),
            ("x/(x+1)", "(2x+1)/(x+1)^2", "quotient-sign"),
            ("sin(x)/x", "(x cos(x) + sin(x))/x^2", "quotient-sign"),
            ("1/x", "1/x^2", "quotient-sign"),
            ("3/(x^2+1)", "6x/(x^2+1)^2", "quotient-sign"),
            ("x/(x+1)", "1/(x+1)", "quotient-denominator-not-squared"),
            ("sin(x)/x", "(x cos(x) - sin(x))/x", "quotient-denominator-not-squared"),
            ("log(x)/x", "(1 - log(x))/x", "quotient-denominator-not-squared"),
            ("sin(x)/x", "x cos(x) - sin(x)", "quotient-denominator-not-squared"),
            ("sin(x)/x", "(x cos(x) - sin(x))/sin(x)^2", "quotient-numerator-squared"),
            ("x^2/(x+1)", "(2x(x+1) - x^2)/x^4", "quotient-numerator-squared"),
            ("sin(x)/x", "cos(x)", "quotient-as-quotient-of-derivatives"),
            ("x^3/(x^2+1)", "3x^2/(2x)", "quotient-as-quotient-of-derivatives"),
            ("e^x/(x^2+x)", "e^x/(2x+1)", "quotient-as-quotient-of-derivatives"),
            ("log(x)/x", "1/x", "quotient-as-quotient-of-derivatives"),
            ("1/(x^2+1)", "1/(2x)", "quotient-as-quotient-of-derivatives"),
            ("sin(x)/x", "cos(x)/x", "quotient-half"),
            ("sin(x)/x", "-sin(x)/x^2", "quotient-half"),
            ("x^2/(x+1)", "2x/(x+1)", "quotient-half"),
            ("sin(x)/x", "(sin(x) cos(x) - x)/x^2", "product-own-derivatives"),
            ("1/x", "log(x)", "integrated-instead"),
            ("5/x", "5 ln(x)", "integrated-instead"),
            ("1/x^2", "-2/x", "power-raised"),
            ("1/x^3", "3/x^4", "quotient-sign"),
            ("(x+1)/(x-1)", "2/(x-1)^2", "quotient-order-swapped"),
            ("tan(x)/x", "(x/cos(x) - tan(x))/x^2", "tangent-derivative"),
        ],
        by_x,
    );
}

#[test]
fn powers_and_exponentials() {
    check(
        &[
            ("x^5", "5x^5", "power-not-lowered"),
            ("3x^4", "12 x^4", "power-not-lowered"),
            ("x^3 + x", "3x^3 + 1", "power-not-lowered"),
            ("(2x+1)^3", "6 (2x+1)^3", "power-not-lowered"),
            ("x^5", "x^4", "exponent-lost"),
            ("2x^3", "2 x^2", "exponent-lost"),
            ("x^5", "4x^4", "power-lowered-first"),
            ("x^5", "5x^6", "power-raised"),
            ("x^-3", "-3x^-2", "power-raised"),
            ("x^-2", "2 x^-3", "algebra-sign"),
            ("x^3", "x^3 log(x)", "exponential-rule-on-power"),
            ("x^3", "x^4/4", "integrated-instead"),
            ("5x^3", "3x^2", "coefficient-lost"),
            ("4 sin(x)", "cos(x)", "coefficient-lost"),
            ("7 log(x)", "1/x", "coefficient-lost"),
            ("2 a x^2", "4 x", "coefficient-lost"),
            ("x^2/5", "2x", "coefficient-lost"),
            ("x^n", "n x^n", "power-not-lowered"),
            ("2^x", "x*2^(x-1)", "power-rule-on-exponential"),
            ("e^x", "x e^(x-1)", "power-rule-on-exponential"),
            ("e^(3x)", "3x e^(3x-1)", "power-rule-on-exponential"),
            ("5*3^x", "5 x*3^(x-1)", "power-rule-on-exponential"),
            ("2^x", "2^x", "log-factor-lost"),
            ("10^(2x)", "2*10^(2x)", "log-factor-lost"),
            ("x*3^x", "3^x + x*3^x", "log-factor-lost"),
            ("x^x", "x x^(x-1)", "power-rule-on-exponential"),
            ("x^x", "x^x log(x)", "exponential-rule-on-power"),
            ("sqrt(x)", "1/sqrt(x)", "root-derivative"),
            ("sqrt(x)", "sqrt(x)/2", "power-not-lowered"),
            ("sqrt(x)", "-1/(2 sqrt(x))", "root-derivative"),
            ("sqrt(3x+1)", "3/sqrt(3x+1)", "root-derivative"),
            ("sqrt(x^2+1)", "sqrt(2x)", "root-derivative"),
            ("x^(1/3)", "x^(-2/3)", "exponent-lost"),
            ("cbrt(x)", "1/(3 cbrt(x))", "root-derivative"),
            ("x^2 + 5", "2x + 5", "constant-not-dropped"),
            ("x^2 - 7", "2x - 7", "constant-not-dropped"),
            ("sin(x) + pi", "cos(x) + pi", "constant-not-dropped"),
            ("x^3 + 2", "3x^2 + 1", "constant-not-dropped"),
            ("x^2 + a", "2x + 1", "wrong-variable"),
            ("x^4 - 3x", "4x^3 + 3", "algebra-sign"),
        ],
        by_x,
    );
}

#[test]
fn functions() {
    check(
        &[
            ("cos(x)", "sin(x)", "sign-of-cosine"),
            ("x + cos(2x)", "1 + 2 sin(2x)", "sign-of-cosine"),
            ("cos(x)^3", "3 cos(x)^2 sin(x)", "sign-of-cosine"),
            ("sin(x)", "-cos(x)", "sign-of-sine"),
            ("x sin(x)", "sin(x) - x cos(x)", "sign-of-sine"),
            ("sin(5x)", "-5 cos(5x)", "sign-of-sine"),
            ("tan(x)", "1/cos(x)", "tangent-derivative"),
            ("tan(x)", "-1/cos(x)^2", "tangent-derivative"),
            ("tan(x)", "1 - tan(x)^2", "tangent-derivative"),
            ("tan(3x)", "3 sec(3x) tan(3x)", "tangent-derivative"),
            ("tan(x)", "1/(1+x^2)", "inverse-function"),
            ("sec(x)", "-sec(x) tan(x)", "tangent-derivative"),
            ("cot(x)", "csc(x)^2", "tangent-derivative"),
            ("csc(x)", "csc(x) cot(x)", "tangent-derivative"),
            ("asin(x)", "1/cos(x)", "inverse-function"),
            ("asin(x)", "-cos(x)/sin(x)^2", "inverse-function"),
            ("asin(x)", "1/(1-x^2)", "inverse-trig-derivative"),
            ("asin(x)", "1/sqrt(1+x^2)", "inverse-trig-derivative"),
            ("acos(x)", "1/sqrt(1-x^2)", "inverse-trig-derivative"),
            ("atan(x)", "1/(1-x^2)", "inverse-trig-derivative"),
            ("atan(x)", "1/(1+x)", "inverse-trig-derivative"),
            ("atan(x)", "cos(x)^2", "inverse-function"),
            ("atan(2x)", "2/(1+2x)", "inverse-trig-derivative"),
            ("atan(2x)", "2/sqrt(1+4x^2)", "inverse-trig-derivative"),
            ("log(x)", "1/log(x)", "log-derivative"),
            ("ln(x^2+1)", "2x/ln(x^2+1)", "log-derivative"),
            ("log(3x)", "log(3)", "log-derivative"),
            ("x^2 ln(x)", "2x ln(x) + x^2/ln(x)", "log-derivative"),
            ("log(x, 2)", "1/x", "log-factor-lost"),
            ("log10(x)", "1/x", "log-factor-lost"),
            ("log10(x)", "ln(10)/x", "log-derivative"),
            ("cosh(x)", "-sinh(x)", "hyperbolic-sign"),
            ("sinh(2x)", "-2 cosh(2x)", "hyperbolic-sign"),
            ("tanh(x)", "1 + tanh(x)^2", "tangent-derivative"),
            ("tanh(x)", "1 - tanh(x)", "tangent-derivative"),
            ("abs(x)", "1", "modulus-derivative"),
            ("sigmoid(x)", "1 - sigmoid(x)", "activation-derivative"),
            ("sigmoid(2x)", "2 sigmoid(2x) (1 + sigmoid(2x))", "activation-derivative"),
            ("relu(x)", "1", "activation-derivative"),
        ],
        by_x,
    );
}

#[test]
fn the_task_as_a_whole() {
    check(
        &[
            ("x^3", "x^3", "not-differentiated"),
            ("x sin(x)", "x sin(x)", "not-differentiated"),
            ("x^3", "6x", "differentiated-twice"),
            ("sin(x)", "-sin(x)", "differentiated-twice"),
            ("x^2 + 1", "x^3/3 + x", "integrated-instead"),
            ("e^(2x)", "e^(2x)/2", "integrated-instead"),
            ("x^2", "x^3/3 + 4", "integrated-instead"),
            ("x^2 y^3", "3 x^2 y^2", "wrong-variable"),
            ("x^2 + y^2", "2x + 2y", "wrong-variable"),
            ("x y", "x", "wrong-variable"),
            ("a x^2", "x^2", "wrong-variable"),
            ("x^3 - x", "1 - 3x^2", "algebra-sign"),
            ("x^2 + x", "4x + 2", "constant-factor"),
            ("x^3 + x^2", "3x^2", "term-lost"),
            ("x^3 + x^2", "3x^2 - 2x", "algebra-sign"),
            ("x^3 + x^2", "3x^2 + 7x", "algebra-arithmetic"),
            ("x^3 + x^2", "6x^3", "product-rule-on-sum"),
            ("x^3 + x^2 + x^4", "3x^3 + 2x^2 + 4x^4", "power-not-lowered"),
            ("sin(2x) + cos(3x)", "cos(2x) - sin(3x)", "inner-derivative-forgotten"),
            ("x sin(x) + x^2 e^x", "cos(x) + 2x e^x", "product-as-product-of-derivatives"),
        ],
        by_x,
    );
}

#[test]
fn second_derivatives() {
    check(
        &[
            ("x^4", "4x^3", "differentiated-once-only"),
            ("sin(2x)", "2 cos(2x)", "differentiated-once-only"),
            ("x^4", "24x", "differentiated-twice"),
            ("x^4", "x^4", "not-differentiated"),
            ("x^4", "16x^6", "derivative-squared"),
            ("sin(2x)", "-2 sin(2x)", "inner-derivative-forgotten"),
            ("sin(2x)", "4 sin(2x)", "sign-of-cosine"),
            ("cos(x)", "cos(x)", "sign-of-cosine"),
            ("x e^x", "e^x", "product-as-product-of-derivatives"),
            ("x^5", "20 x^4", "power-not-lowered"),
            ("x^2 sin(x)", "2 sin(x) + 2x cos(x)", "product-half"),
            ("x^2 y", "2x", "mixed-partial"),
            ("e^(3x)", "3e^(3x)", "differentiated-once-only"),
            ("log(x)", "1/x^2", "quotient-sign"),
            ("1/x", "-2/x^3", "quotient-sign"),
        ],
        |expr| json!({"op": "diff", "expr": expr, "wrt": "x", "order": 2}),
    );
}

#[test]
fn two_rules() {
    check(
        &[
            ("x^2 cos(3x)", "2x cos(3x) + x^2 sin(3x)", "inner-derivative-forgotten + sign-of-cosine"),
            ("cos(log(5x))", "sin(log(5x))/(5x)", "sign-of-cosine + inner-derivative-forgotten"),
            ("sin(5x+2)", "-cos(5x+2)", "inner-derivative-forgotten + sign-of-sine"),
            ("sqrt(tan(x^3))", "1/(2 sqrt(tan(x^3)) cos(x^3)^2)", "inner-derivative-forgotten"),
            ("x sin(2x)", "sin(2x) - x cos(2x)", "inner-derivative-forgotten + sign-of-sine"),
            ("cos(x)/x", "(x sin(x) - cos(x))/x", "quotient-denominator-not-squared + sign-of-cosine"),
            ("sqrt(x^2+1) x", "2x/sqrt(x^2+1)", "product-as-product-of-derivatives + root-derivative"),
        ],
        by_x,
    );
}

#[test]
fn gradients() {
    check(
        &[
            ("x^2 y", "[2x, x^2]", "coefficient-lost"),
            ("x^2 + y^2", "[2x, 0]", "wrong-variable"),
            ("x^2 y", "[x^2, 2x y]", "wrong-variable"),
            ("x^2 y", "(2 x y)", "row-lost"),
            ("sin(x y)", "[cos(x y), cos(x y)]", "inner-derivative-forgotten"),
            ("sin(x) cos(y)", "[cos(x) cos(y), sin(x) sin(y)]", "sign-of-cosine"),
            ("x^3 + x y", "[3x^3 + y, x]", "power-not-lowered"),
            ("e^(x y)", "(y e^(x y), e^(x y))", "inner-derivative-forgotten"),
            ("x y + 5", "[y + 5, x]", "constant-not-dropped"),
            ("x^2 - y^2", "[2x, 2y]", "algebra-sign"),
        ],
        |expr| json!({"op": "grad", "expr": expr, "wrt": ["x", "y"]}),
    );
}

#[test]
fn jacobians() {
    check(
        &[
            ("x y; x + y", "[y, 1; x, 1]", "jacobian-transposed"),
            ("x y; x + y", "[[y, 1], [x, 1]]", "jacobian-transposed"),
            ("x^2 y; x + y", "[2 x y, x^2]", "row-lost"),
            ("x^2 y; sin(x)", "[x^2, 2 x y; 0, cos(x)]", "wrong-variable"),
            ("x^2; sin(3y)", "[2x, 0; 0, cos(3y)]", "inner-derivative-forgotten"),
            ("cos(x) y; x", "[y sin(x), cos(x); 1, 0]", "sign-of-cosine"),
        ],
        |expr| json!({"op": "jacobian", "expr": expr.split("; ").collect::<Vec<_>>(), "wrt": ["x", "y"]}),
    );
}

#[test]
fn hessians() {
    check(
        &[
            ("x^2 y", "[2y, x; x, 0]", "hessian-off-diagonal"),
            ("x^2 y", "[2y, 4x; 4x, 0]", "hessian-off-diagonal"),
            ("x^2 y", "[2y, -2x; -2x, 0]", "hessian-off-diagonal"),
            ("x^2 y^2", "[2y^2, 0; 0, 2x^2]", "hessian-off-diagonal"),
            ("x^2 y^3", "[2y^3, 6x y^2; 6x y^2, 3 x^2 y^2]", "differentiated-once-only"),
            ("x^3 y", "[3x^2 y, 3x^2; 3x^2, 0]", "differentiated-once-only"),
            ("x^3 y", "[[6 x y, 3x^2], [3x^2, 6 x y]]", "wrong-variable"),
            ("x^3 y", "[[3x^2, 3x^2], [3x^2, 0]]", "mixed-partial"),
        ],
        |expr| json!({"op": "hessian", "expr": expr, "wrt": ["x", "y"]}),
    );
}

#[test]
fn curves_by_an_equation() {
    check(
        &[
            ("x^2 + y^2 = 25", "-y/x", "dydx-inverted"),
            ("x^2 + y^2 = 25", "x/y", "algebra-sign"),
            ("x^2 + y^2 = 25", "2x", "wrong-variable"),
            ("x^3 + y^3 = 6 x y", "(2y - x^2)/y^2", "product-half"),
            ("x^3 + y^3 = 6 x y", "-x^2/(y^2 - 2x)", "product-half"),
            ("x y = 1", "-x/y", "dydx-inverted"),
            ("x^2 + sin(y) = 1", "-2x/sin(y)", "outer-not-differentiated"),
            ("x^2 + y^2 = 25", "(25 - 2x)/(2y)", "constant-not-dropped"),
            ("x^2 + cos(y) = 3", "-2x/sin(y)", "sign-of-cosine"),
            ("x y + y^2 = 4", "-(y + 2y)/x", "implicit-derivative-forgotten"),
            ("x y + y^2 = 4 + x", "1/(1 + 2y)", "product-as-product-of-derivatives"),
        ],
        |equation| json!({"op": "implicit_diff", "equation": equation, "y": "y", "x": "x"}),
    );
}

#[test]
fn curves_by_a_parameter() {
    check(
        &[
            ("t^2; t^3", "2/(3t)", "dydx-inverted"),
            ("t^2; t^3", "3t^2", "parametric-not-divided"),
            ("cos(t); sin(t)", "cos(t)/sin(t)", "sign-of-cosine"),
            ("cos(t); sin(t)", "-tan(t)", "dydx-inverted"),
            ("t^2; sin(3t)", "cos(3t)/(2t)", "inner-derivative-forgotten"),
            ("t^2; t e^t", "e^t/(2t)", "product-as-product-of-derivatives"),
        ],
        |curve| {
            let (x, y) = curve.split_once("; ").expect("two coordinates");
            json!({"op": "parametric_diff", "x": x, "y": y, "t": "t"})
        },
    );
    check(
        &[
            ("t^2; t^3", "3/2", "parametric-not-divided"),
            ("t^2; t^3", "3t", "quotient-as-quotient-of-derivatives"),
            ("t^2; t^3", "3 t/2", "differentiated-once-only"),
            ("cos(t); sin(t)", "1/sin(t)^2", "parametric-not-divided"),
        ],
        |curve| {
            let (x, y) = curve.split_once("; ").expect("two coordinates");
            json!({"op": "parametric_diff", "x": x, "y": y, "t": "t", "order": 2})
        },
    );
}

#[test]
fn places() {
    let mut off = Vec::new();
    for (expr, answer, place) in [
        ("5 cos(x^2) + x", "1 - 5 sin(x^2)", "sin(x^2)"),
        ("x^2 sin(x) + log(x)", "2x cos(x) + 1/x", "2x cos(x)"),
        ("x sin(2x)", "sin(2x) + x cos(2x)", "cos(2x)"),
        ("x^3 + 7", "3x^2 + 7", "7"),
        ("x^4 + x^2", "4x^4 + 2x", "4x^4"),
        ("sin(x)/x", "(x cos(x) + sin(x))/x^2", "(x cos(x) + sin(x))/x^2"),
        ("x + cos(2x)", "1 + 2 sin(2x)", "2 sin(2x)"),
        ("sin(3x)", "cos(3x)", "cos(3x)"),
        ("x^2 - 5x", "2x + 5", "5"),
    ] {
        let found = explain(&by_x(expr), answer);
        let at = found.first().map(|e| e.slips[0].at.of(answer));
        if at != Some(place) {
            off.push(format!("{expr} -> {answer}: {at:?}, expected {place}"));
        }
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

#[test]
fn likely_slips_are_wrong_and_named() {
    for task in [
        by_x("sin(3x)"),
        by_x("x^2 e^x"),
        json!({"op": "diff", "expr": "x sin(x)", "wrt": "x", "order": 2}),
        json!({"op": "grad", "expr": "x^2 y", "wrt": ["x", "y"]}),
        json!({"op": "hessian", "expr": "x^2 y", "wrt": ["x", "y"]}),
        json!({"op": "implicit_diff", "equation": "x^2 + y^2 = 1", "y": "y", "x": "x"}),
        json!({"op": "parametric_diff", "x": "t^2", "y": "t^3", "t": "t"}),
    ] {
        let all = likely(&task, &Scope::open());
        assert!(all.len() >= 5, "{task}: {}", all.len());
        for l in &all {
            let text = l.gives.to_string();
            let found = explain(&task, &text);
            let named = found.iter().any(|e| e.slips.iter().any(|b| b.slip == l.slip));
            let alone = found.first().is_some_and(|e| e.slips.len() == 1);
            assert!(
                named || alone,
                "{task}: {text} by {}: {:?}",
                l.slip.name,
                found.iter().map(names).collect::<Vec<_>>()
            );
        }
    }
}
