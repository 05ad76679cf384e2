//! Right answers in unusual forms: each is right, and none is blamed for a broken rule.

use secant::sheet::Limits;
use secant_course::answer_line;
use serde_json::{Value, json};

/// `f | wrt`, and below it derivatives of `f` as people write them.
const DERIVATIVES: &str = "
# sin(3x) | x
3cos(3x)
cos(3x)*3
3 cos(x + 2x)
3 sin(pi/2 - 3x)
3 sin(3x + pi/2)
3 (cos(x)^3 - 3 cos(x) sin(x)^2)
3 - 6 sin(1.5x)^2
# x^2 sin(x) | x
2x sin(x) + x^2 cos(x)
x (2 sin(x) + x cos(x))
x^2 cos(x) + x sin(x) + sin(x) x
x^2 (cos(x) + 2 sin(x)/x)
2x sin(x) - x^2 sin(x - pi/2)
# exp(x^2) | x
2x exp(x^2)
2x e^(x^2)
e^(x^2) x + x e^(x^2)
2 x (exp(x))^x
2x/exp(-x^2)
# log(x^2 + 1) | x
2x/(x^2 + 1)
2x (1 + x^2)^(-1)
(x + x)/(1 + x^2)
1/(x + 1/x) * 2
2/(x + 1/x)
# x/(x + 1) | x
1/(x + 1)^2
(x + 1)^(-2)
1/(x^2 + 2x + 1)
((x + 1) - x)/(x + 1)^2
1/(x + 1) - x/(x + 1)^2
# sqrt(x^2 + 1) | x
x/sqrt(x^2 + 1)
x (x^2 + 1)^(-1/2)
2x/(2 sqrt(1 + x^2))
x sqrt(x^2 + 1)/(x^2 + 1)
(1/2) (x^2 + 1)^(-0.5) * 2x
# tan(x) | x
sec(x)^2
1/cos(x)^2
1 + tan(x)^2
(cos(x)^2 + sin(x)^2)/cos(x)^2
2/(1 + cos(2x))
# x^x | x
x^x (log(x) + 1)
x^x log(x) + x^x
exp(x log(x)) (1 + log(x))
x^x + log(x) x^x
# 5 x^3 - 2 x + 7 | x
15x^2 - 2
15 x x - 2
-2 + 15 x^2
3*5 x^2 - 2
(15x^3 - 2x)/x
# cos(x)^2 | x
-2 cos(x) sin(x)
-sin(2x)
-2 sin(x) cos(x)
2 cos(x) (-sin(x))
sin(-2x)
# atan(x) | x
1/(1 + x^2)
(x^2 + 1)^-1
cos(atan(x))^2
1 - x^2/(1 + x^2)
# asin(x) | x
1/sqrt(1 - x^2)
(1 - x^2)^(-1/2)
sqrt(1 - x^2)/(1 - x^2)
1/cos(asin(x))
# exp(-x) cos(2x) | x
-exp(-x) cos(2x) - 2 exp(-x) sin(2x)
-e^(-x) (cos(2x) + 2 sin(2x))
-(cos(2x) + 2 sin(2x))/e^x
exp(-x) (-2 sin(2x) - cos(2x))
# (2x + 1)^5 | x
10 (2x + 1)^4
5 (2x + 1)^4 * 2
10 (1 + 2x)^4
160 (x + 1/2)^4
10 (4x^2 + 4x + 1)^2
# a x^2 + b x + c | x
2 a x + b
b + 2 x a
a x + x a + b
2 a (x + b/(2 a))
# x^2 y^3 | y
3 x^2 y^2
3 (x y)^2
3 x^2 y y
x^2 y^3*3/y
# sin(x y) | x
y cos(x y)
cos(y x) y
y sin(x y + pi/2)
# 2^x | x
2^x log(2)
log(2) exp(x log(2))
ln(2)*2^x
2^(x + 1) log(2)/2
# log(x)/x | x
(1 - log(x))/x^2
1/x^2 - log(x)/x^2
(1 - ln(x)) x^(-2)
x^(-2) - x^(-2) log(x)
# cosh(x) | x
sinh(x)
(e^x - e^(-x))/2
(exp(2x) - 1)/(2 exp(x))
# 1/x^3 | x
-3/x^4
-3 x^(-4)
-3 x^-4
-(3/x)/x^3
# sin(x)/x | x
(x cos(x) - sin(x))/x^2
cos(x)/x - sin(x)/x^2
(cos(x) - sin(x)/x)/x
# sin(cos(x)) | x
-sin(x) cos(cos(x))
-cos(cos(x)) sin(x)
cos(cos(x)) (-sin(x))
sin(-x) cos(cos(x))
# exp(sin(x)) | x
cos(x) exp(sin(x))
exp(sin(x)) cos(x)
e^sin(x) sin(x + pi/2)
# (x^2 + 1)(x - 3) | x
3x^2 - 6x + 1
2x (x - 3) + x^2 + 1
2x (x - 3) + (x^2 + 1)
(x^2 + 1) + 2 x^2 - 6 x
# t^2 exp(-t) | t
t (2 - t) exp(-t)
2 t e^(-t) - t^2 e^(-t)
(2t - t^2)/e^t
# abs(x) | x
x/abs(x)
sign(x)
abs(x)/x
# x^(1/3) | x
1/(3 x^(2/3))
x^(-2/3)/3
x^(1/3)/(3x)
# log(3x) | x
1/x
3/(3x)
x^(-1)
# sin(x)^2 + cos(x)^2 | x
0
x - x
sin(x) - sin(x)
# sigmoid(x) | x
sigmoid(x) (1 - sigmoid(x))
exp(-x)/(1 + exp(-x))^2
sigmoid(x) - sigmoid(x)^2
# tanh(x) | x
1 - tanh(x)^2
1/cosh(x)^2
4/(e^x + e^(-x))^2
# x sqrt(x) | x
(3/2) sqrt(x)
3 x^(1/2)/2
1.5 sqrt(x)
sqrt(x) + x/(2 sqrt(x))
# m v^2/2 | v
m v
v m
(2 m v)/2
# A sin(w t + p) | t
A w cos(w t + p)
w A cos(p + w t)
A w (cos(w t) cos(p) - sin(w t) sin(p))
# (x + 1)/(x - 1) | x
-2/(x - 1)^2
-2 (1 - x)^(-2)
((x - 1) - (x + 1))/(x - 1)^2
1/(x - 1) - (x + 1)/(x - 1)^2
# exp(x) log(x) | x
exp(x) (log(x) + 1/x)
e^x/x + e^x ln(x)
e^x (x log(x) + 1)/x
# sec(x) | x
sec(x) tan(x)
sin(x)/cos(x)^2
tan(x)/cos(x)
# x^10 | x
10 x^9
10 (x^3)^3
10 x^10/x
";

/// `kind`, what else the request says, and `answer | model`.
const OTHERS: &str = r#"
# value
3/4 | 0.75
0.75 | 3/4
1.20e3 | 1200
6/8 | 3/4
2 pi | pi + pi
sqrt(8) | 2 sqrt(2)
2^(1/2) | sqrt(2)
1/sqrt(2) | sqrt(2)/2
log(8)/log(2) | 3
5! | 120
e^log(7) | 7
-(-3) | 3
cos(pi/3) | 1/2
sin(pi/12) | (sqrt(6) - sqrt(2))/4
1/(sqrt(2) - 1) | sqrt(2) + 1
10^-3 | 0.001
exp(0) | 1
# value {"tolerance": {"relative": 0.01}}
3.14 | pi
22/7 | pi
2.7 | e
1.41 | sqrt(2)
6.02e23 | 6.022e23
# value {"tolerance": {"significant_figures": 3}}
0.333 | 1/3
1/3 | 1/3
2.72 | e
0.00314 | pi/1000
-1.41 | -sqrt(2)
# value {"tolerance": {"absolute": 0.5}}
10 | 9.6
9.1 | 9.6
# value {"tolerance": {"decimal_places": 2}}
3.14 | pi
0.67 | 2/3
# expression
x - 1 + 2 | x + 1
(x^2 - 1)/(x + 1) | x - 1
tan(x) cos(x) | sin(x)
1 - cos(x)^2 | sin(x)^2
log(x^3) | 3 log(x)
exp(x) exp(y) | exp(x + y)
sqrt(x^2) | abs(x)
x^2 - y^2 | (x - y)(x + y)
(a + b)^3 | a^3 + 3 a^2 b + 3 a b^2 + b^3
cosh(x)^2 - sinh(x)^2 | 1
2 sin(x) cos(x) | sin(2x)
0.1 x | x/10
x/y/z | x/(y z)
atan(1/x) | acot(x)
# antiderivative {"wrt": "x"}
x^2 + C | x^2
x^2 + c | x^2 + C
x^2 + 7 + K | x^2
x^2 - C | x^2
(x^3 + C)/3 | x^3/3
-cos(x) + C | -cos(x)
sin(x)^2 + C | -cos(x)^2
-cos(2x)/2 + C | sin(x)^2
log(abs(x)) + C | log(abs(5 x))
log(abs(2x)) + C | log(abs(x))
log(C_1 abs(x)) | log(abs(x))
x log(x) - x + C | x (log(x) - 1)
-exp(-x) + C | -1/exp(x)
tan(x) + C | sin(x)/cos(x)
atan(x) + C | atan(x) + 5
C - acos(x) | asin(x)
(x + 1)^2/2 + C | x^2/2 + x
sinh(x) + C | (e^x - e^(-x))/2
a x^2/2 + C | a x^2/2
log(abs(x - 1)) - log(abs(x + 1)) + C | log(abs((x - 1)/(x + 1)))
# antiderivative {"wrt": "t"}
t^3/3 + C | t^3/3
sin(w t)/w + A | sin(w t)/w
# equation
x = 2 | 2x + 1 = 5
2 = x | x - 2 = 0
3x = 6 | x = 2
x = -2 or x = 2 | x^2 = 4
x = 2, x = -2 | x^2 - 4 = 0
(x - 1)(x + 3) = 0 | x^2 + 2x = 3
x = (-1 + sqrt(5))/2 or x = (-1 - sqrt(5))/2 | x^2 + x - 1 = 0
y = 2x + 1 | 2x - y + 1 = 0
y - 3 = 2 (x - 1) | y = 2x + 1
x + y = 3 | 2x + 2y = 6
x^2 + y^2 = 25 | y^2 = 25 - x^2
x = 1 and y = 2 | x + y = 3 and y - x = 1
y = 2, x = 1 | x = 1, y = 2
E = m c^2 | m c^2 = E
x^3 - x = 0 | x = 0 or x = 1 or x = -1
x = 0.5 | 2x = 1
no solution | x^2 + 1 = 0
# inequality
x > 3 | 3 < x
3 < x | x > 3
2x > 6 | x > 3
-x < -3 | x > 3
x >= 1 and x <= 2 | 1 <= x <= 2
2 >= x >= 1 | 1 <= x <= 2
abs(x) < 2 | -2 < x < 2
x^2 < 4 | -2 < x < 2
x < 1 or x > 2 | x^2 - 3x + 2 > 0
x > 2 or x < 1 | (x - 1)(x - 2) > 0
not (x <= 3) | x > 3
y < 2x | 2x > y
x - y > 0 | y < x
x != 1 | x < 1 or x > 1
# interval
[1, 2) | [1, 2)
1 <= x < 2 | [1, 2)
x > 3 | (3, inf)
(3, inf) | x > 3
(-inf, 2] | x <= 2
(-inf, 0) union (0, inf) | x != 0
[0, 1] ∪ [2, 3] | [2, 3] union [0, 1]
[0, 2] ∪ [1, 3] | [0, 3]
(-sqrt(2), sqrt(2)) | x^2 < 2
[0, pi] | [0, pi/2] union [pi/2, pi]
(-∞, ∞) | all real numbers
# set
{1, 2, 3} | {3, 2, 1}
{1, 1, 2} | {1, 2}
2, 1 | {1, 2}
{sqrt(4), 1} | {1, 2}
{} | {}
{x + 1, 2x} | {x + x, 1 + x}
{(1, 2), (0, 1)} | {(0, 1), (1, 2)}
{{1, 2}, {3}} | {{3}, {2, 1}}
x = 2 or x = 3 | {2, 3}
# list
1, 2, 3 | [1, 2, 3]
{1, 4, 9} | [1, 2^2, 3^2]
(1, x x) | [1, x^2]
# point
(1, 2) | (1, 2)
1, 2 | (1, 2)
(2/2, sqrt(4)) | (1, 2)
(cos(0), pi/2) | (1, pi/2)
# vector
[1, 2, 3] | [1, 2, 3]
(1, 2, 3) | [1, 2, 3]
[1; 2; 3] | [1, 2, 3]
[2x, 2y] | grad(x^2 + y^2, [x, y])
[1, 2] + [3, 4] | [4, 6]
2 [1, 2] | [2, 4]
# matrix
[1, 2; 3, 4] | [1, 2; 3, 4]
[[1, 2], [3, 4]] | [1, 2; 3, 4]
[1, 3; 2, 4]' | [1, 2; 3, 4]
[cos(t), -sin(t); sin(t), cos(t)] | [cos(-t), sin(-t); -sin(-t), cos(t)]
2 [1, 0; 0, 1] | [2, 0; 0, 2]
# series {"wrt": "x", "order": 3}
x - x^3/6 | sin(x)
x - x^3/3! | sin(x)
x - x^3/6 + O(x^4) | sin(x)
x - x^3/6 + O(x^5) | sin(x)
1 + x + x^2/2 + x^3/6 | exp(x)
x^3/6 + x^2/2 + x + 1 | exp(x)
1 + x (1 + (x/2) (1 + x/3)) | exp(x)
1 + x + x^2 + x^3 | 1/(1 - x)
(1 + x)(1 + x^2) | 1/(1 - x)
1 - x^2/2 | cos(x)
x - x^2/2 + x^3/3 + ... | log(1 + x)
# series {"wrt": "x", "order": 2, "at": 1}
(x - 1) - (x - 1)^2/2 | log(x)
2x - x^2/2 - 3/2 | log(x)
1 + (x - 1)/2 - (x - 1)^2/8 | sqrt(x)
# working
(x + 1)^2 = x^2 + 2x + 1 | x^2 + 2x + 1
y' = 2x sin(x) + x^2 cos(x) = x (2 sin(x) + x cos(x)) | diff(x^2 sin(x), x)
x^2 - 1 = (x - 1)(x + 1) | (x - 1)(x + 1)
2x + 1 = 5 ⇒ 2x = 4 ⇒ x = 2 | x = 2
# choice
b | b
B | b
(b) | b
b, a | a, b
a and b | a, b
# parameters
a = 1, b = 2 | a = 1, b = 2
b = 2, a = 2/2 | a = 1, b = 2
"#;

fn ask(request: &Value) -> Value {
    serde_json::from_str(&answer_line(&request.to_string(), &Limits::default())).unwrap()
}

#[test]
fn right_in_any_form_and_blamed_for_nothing() {
    let mut requests: Vec<Value> = Vec::new();
    let mut task = Value::Null;
    for line in DERIVATIVES.lines().filter(|l| !l.is_empty()) {
        if let Some((f, x)) = line.strip_prefix("# ").and_then(|t| t.split_once(" | ")) {
            task = json!({"op": "diff", "expr": f, "wrt": x});
            continue;
        }
        let model = format!("diff({}, {})", task["expr"].as_str().unwrap(), task["wrt"].as_str().unwrap());
        requests.push(json!({"op": "grade", "answer": line, "model": model, "task": task}));
    }
    let mut base = Value::Null;
    for line in OTHERS.lines().filter(|l| !l.is_empty()) {
        if let Some(head) = line.strip_prefix("# ") {
            let (kind, more) = head.split_once(' ').unwrap_or((head, "{}"));
            base = serde_json::from_str(more).unwrap();
            base["op"] = "grade".into();
            base["kind"] = kind.into();
            continue;
        }
        let (answer, model) = line.split_once(" | ").unwrap();
        let mut request = base.clone();
        request["answer"] = answer.into();
        request["model"] = model.into();
        requests.push(request);
    }
    assert!(requests.len() >= 300, "{} rows", requests.len());
    let mut wrong = Vec::new();
    for request in &requests {
        let reply = ask(request);
        let right = reply["verdict"].as_str().is_some_and(|v| v.starts_with("right"));
        if !right || reply["score"] != 1.0 || reply["diagnosis"] != json!([]) {
            wrong.push(format!("{request}\n    {reply}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), requests.len(), wrong.join("\n"));
}
