//! The language as text: what is accepted and what it means, what is refused and what is said about it.

use secant::syntax::{
    CODES, DeclaredKind, FreeNames, KnownNames, Limits, Statement, lower, parse, parse_expr, parse_statement,
};

/// Both texts stand for the same expression. The right one uses brackets and explicit signs throughout.
#[track_caller]
fn check(text: &str, plain: &str) {
    let read = parse_expr(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let want = parse_expr(plain).unwrap_or_else(|e| panic!("{plain}: {e}"));
    assert_eq!(
        read,
        want,
        "{text}\n is read as {}\n not as  {}",
        parse(text, &Limits::default()).unwrap(),
        plain
    );
    // Printing the surface tree and reading it again changes nothing.
    let written = parse(text, &Limits::default()).unwrap();
    let printed = written.to_string();
    let again =
        parse(&printed, &Limits::default()).unwrap_or_else(|e| panic!("{text} prints as {printed}: {e}"));
    assert_eq!(again.to_string(), printed, "{text}");
    assert_eq!(lower(&again, &mut FreeNames).unwrap().expr, want, "{text} prints as {printed}");
}

/// The text is refused with this code, at this piece of it, and with these words in the hint.
#[track_caller]
fn refuse(text: &str, code: &str, at: &str, hint: &str) {
    let errors = match parse_expr(text) {
        Ok(e) => panic!("{text} was read as {e:?}"),
        Err(errors) => errors,
    };
    let e = errors.first();
    assert_eq!(e.code(), code, "{text}: {e}");
    assert_eq!(e.span().of(text), at, "{text}: {e}");
    assert!(e.hint().unwrap_or_default().contains(hint), "{text}: {e}");
    assert!(CODES.iter().any(|(known, _)| *known == code), "{code} is in no table");
}

#[test]
fn products_may_be_implicit() {
    check("2x", "2*x");
    check("d/(dd se)", "d*(dd*se)^(-1)"); // no derivative: `d` and `dd` are names
    check("2 x sin(x)^2", "2*x*(sin(x)^2)");
    check("x(x+1)", "x*(x+1)");
    check("x (x+1)", "x*(x+1)");
    check("x(x+1)^2", "x*((x+1)^2)");
    check("e^x(x+1)^2", "(e^x)*((x+1)^2)");
    check("e^-x(x+1)", "(e^(-x))*(x+1)");
    check("x(x+1)(x+2)!", "x*(x+1)*((x+2)!)");
    check("(a)(b)", "a*b");
    check("2x^2 y", "2*(x^2)*y");
    check("3x^2y", "3*(x^2)*y");
    check("sin(x)(x+1)", "sin(x)*(x+1)");
    check("x² y³", "(x^2)*(y^3)");
    check("2πr", "2*pi*r");
    check("a b/c", "(a*b)/c");
    check("2 x/3", "(2*x)/3");
    check("x!y", "(x!)*y");
    check("|x||y|", "abs(x)*abs(y)");
    check("2|x|", "2*abs(x)");
    check("a/b*c", "(a/b)*c");
    check("1/2 * x", "(1/2)*x");
    check("2 e x", "2*e*x");
    check("xy", "xy");
}

#[test]
fn precedence() {
    check("-x^2", "-(x^2)");
    check("2^-x", "2^(-x)");
    check("x^-1", "1/x");
    check("2^3^x", "2^(3^x)");
    check("2**3", "8");
    check("a-b-c", "(a-b)-c");
    check("a/b/c", "(a/b)/c");
    check("a - -b", "a+b");
    check("a*-b", "-(a*b)");
    check("--x", "x");
    check("-x y", "-(x*y)");
    check("-2^2", "-4");
    check("3!^2", "36");
    check("x < y + 1 and not y = 2 or z >= 1", "((x < (y+1)) and (not(y == 2))) or (1 <= z)");
    check("a <= b < c", "(a <= b) and (b < c)");
    check("x != 2", "x <> 2");
    check("90°", "pi/2");
    check("sin 30°", "1/2");
    check("90 deg", "pi/2");
}

#[test]
fn functions_with_and_without_brackets() {
    check("sin x", "sin(x)");
    check("sin 2x", "sin(2*x)");
    check("sin 2πx", "sin(2*pi*x)");
    check("sin^2 x", "sin(x)^2");
    check("sin^2(x)", "sin(x)^2");
    check("sin²x", "sin(x)^2");
    check("sin x cos x", "sin(x)*cos(x)");
    check("2 sin x + 1", "2*sin(x)+1");
    check("sin x^2", "sin(x^2)");
    check("ln sin x", "log(sin(x))");
    check("ln|x|", "log(abs(x))");
    check("1/sin x", "1/sin(x)");
    check("sqrt 2", "2^(1/2)");
    check("log x", "ln(x)");
    check("log(x, 10)", "log10(x)");
    check("log(x, 2)", "log2(x)");
    check("log_2(8)", "3");
    check("log_b(x)", "log(x)/log(b)");
    check("logb(x, b)", "log(x)/log(b)");
    check("arcsin(x) + arctan x", "asin(x)+atan(x)");
    check("root(x, 3)", "cbrt(x)");
    check("root(x, 4)", "x^(1/4)");
    check("root(x, n)", "x^(1/n)");
    check("max(a, b, c)", "max(max(a, b), c)");
    check("where(x < 0, -x, x)", "where(0 > x, -x, x)");
    check("n!", "gamma(n+1)");
    check("5!", "120");
    check("√x", "sqrt(x)");
    check("√(x+1)", "sqrt(x+1)");
    check("2√x", "2*sqrt(x)");
    check("∛x", "cbrt(x)");
    check("⌊x⌋ + ⌈y⌉", "floor(x)+ceil(y)");
    check("exp(x)", "e^x");
    check("mod(7, 4)", "3");
    check("atan2(y, x)", "arctan2(y, x)");
    check("not (a < b)", "not(a < b)");
    check("not (a) < b", "not(a < b)");
    check("not a < b and c", "(not(a < b)) and c");
    check("y = not(x)", "y = (not x)");
}

#[test]
fn pipes_nest_sensibly() {
    check("|x|", "abs(x)");
    check("|x+1|/2", "abs(x+1)/2");
    check("||x|-1|", "abs(abs(x)-1)");
    check("| |x| - |y| |", "abs(abs(x)-abs(y))");
    check("|a|b|c|", "abs(a)*b*abs(c)");
    check("|(|x|-1)(|y|+2)|", "abs((abs(x)-1)*(abs(y)+2))");
    check("|sin x|", "abs(sin(x))");
}

#[test]
fn spellings() {
    check("α + β", "alpha + beta");
    check("2π x_π", "2 pi x_pi");
    let large = parse_expr(".1^51000^873").unwrap();
    assert_eq!(parse_expr(&large.to_string()), Ok(large));
    check("x₁ + x_1", "2*x_1");
    check("x_{max}", "x_max");
    check("2·x×y", "2*x*y");
    check("x÷y", "x/y");
    check("x − y", "x-y");
    check("a ≤ b", "a <= b");
    check("a ≥ b", "b <= a");
    check("a ≠ b", "a != b");
    check("x²³", "x^23");
    check("x⁻¹", "1/x");
    check("xⁿ", "x^n");
    check("1.5e-3", "0.0015");
    check(".5x", "0.5*x");
    check("2.*x", "2*x");
    check("x.^2 ./ y", "x^2/y");
    check("1e3", "1000");
    check("2e", "2*e");
    check("2e x", "2*e*x");
    check("−∞", "-inf");
    check("𝑥 + ２", "x+2");
    check("a\u{a0}+\u{200b}b", "a+b");
    check("Δx", "Deltax");
    check("größe + скорость", "скорость + größe");
}

#[test]
fn numbers_are_exact() {
    assert_eq!(parse_expr("1/3 + 1/6").unwrap(), parse_expr("0.5").unwrap());
    assert_eq!(parse_expr("0.1").unwrap().as_number().unwrap().to_text(), "0.1");
    assert_eq!(parse_expr("0.1+0.2").unwrap(), parse_expr("3/10").unwrap());
}

#[test]
fn what_is_unclear_is_refused() {
    refuse("a/b c", "syntax.ambiguous-division", "a/b c", "`(a/b) c` or `a/(b c)`");
    refuse("1/2x", "syntax.ambiguous-division", "1/2x", "`(1/2) x` or `1/(2 x)`");
    refuse("2/3 x", "syntax.ambiguous-division", "2/3 x", "`(2/3) x`");
    refuse("1 + x/2 sin(x)", "syntax.ambiguous-division", "x/2 sin(x)", "`(x/2) sin(x)`");
    refuse("1/x(x+1)", "syntax.ambiguous-division", "1/x(x+1)", "brackets");
    refuse("sin x y", "syntax.ambiguous-argument", "x y", "`sin(x y)` or `sin(x) y`");
    refuse("sin x/2", "syntax.ambiguous-argument", "x/2", "`sin(x/2)` or `sin(x)/2`");
    refuse("sin 2 x", "syntax.ambiguous-argument", "2 x", "`sin(2 x)` or `sin(2) x`");
    refuse("ln x(x+1)", "syntax.ambiguous-argument", "ln x(x+1)", "brackets");
    refuse("sin^-1(x)", "syntax.ambiguous-power", "sin^-1", "`asin(x)` for the inverse");
    refuse("sin⁻¹ x", "syntax.ambiguous-power", "sin⁻¹", "`asin(x)` for the inverse");
    refuse("e^2x", "syntax.ambiguous-power", "e^2x", "`e^(2x)` or `e^2 x`");
    refuse("x^2!", "syntax.ambiguous-power", "x^2!", "`(x^2)!` or `x^(2!)`");
    refuse("√x²", "syntax.ambiguous-power", "√x²", "(√x)^2");
    refuse("√2x", "syntax.ambiguous-power", "√2x", "`√(2x)` or `√2 x`");
    refuse("x!!", "syntax.ambiguous-power", "x!!", "`(x!)!`");
    refuse("2 3", "syntax.number-position", "2 3", "`2*3`");
    refuse("x 2", "syntax.number-position", "x 2", "`2 x`");
    refuse("(x+1)2", "syntax.number-position", "(x+1)2", "`2 (x+1)`");
}

#[test]
fn what_is_wrong_is_shown() {
    refuse("", "syntax.empty", "", "x^2");
    refuse("  ", "syntax.empty", "", "x^2");
    refuse("(x+1", "syntax.unbalanced", "(", "`(x+1)`");
    refuse("x+1)", "syntax.unbalanced", ")", "`x+1`");
    refuse("(x]", "syntax.unbalanced", "(", "`)`");
    refuse("sin(x", "syntax.unbalanced", "(", "`sin(x)`");
    refuse("|x", "syntax.unbalanced", "|", "abs(");
    refuse("2 +", "syntax.missing-operand", "+", "after `+`");
    refuse("*2", "syntax.missing-operand", "*", "before `*`");
    refuse("2 + * 3", "syntax.missing-operand", "+", "after `+`");
    refuse("()", "syntax.missing-operand", "()", "inside");
    refuse("x, y", "syntax.unexpected", ",", "brackets");
    refuse("3,5", "syntax.unexpected", ",", "decimal point");
    refuse("x = y ~ z", "syntax.unexpected", "~", "model");
    refuse("1.2.3", "syntax.number", "1.2.3", "1..2");
    refuse("x $ y", "syntax.character", "$", "leave it out");
    refuse("5 %", "syntax.character", "%", "5/100");
    refuse("х+1", "syntax.lookalike", "х", "`x`");
    refuse("sinn(x)", "name.unknown-function", "sinn", "`sin`");
    refuse("tg(x)", "name.unknown-function", "tg", "`tan`");
    refuse("f(x, y)", "name.unknown-function", "f", "define it first");
    refuse("sinx", "name.unknown", "sinx", "`sin(x)`");
    refuse("sin", "syntax.missing-argument", "sin", "`sin(…)`");
    refuse("sin + 1", "syntax.missing-argument", "sin", "`sin(…)`");
    refuse("sin()", "syntax.arguments", "sin()", "`sin(x)`");
    refuse("sin(x, y)", "syntax.arguments", "sin(x, y)", "`sin(x)`");
    refuse("max(x)", "syntax.arguments", "max(x)", "`max(a, b)`");
    refuse("where(x)", "syntax.arguments", "where(x)", "where(x < 0, a, b)");
    refuse("[1, 2; 3]", "shape.ragged", "3", "same number");
    refuse("diff(x^2, x)", "unsupported.operation", "diff(x^2, x)", "");
    refuse("∂f/∂x", "unsupported.operation", "∂f/∂x", "");
    refuse("f'(x)", "unsupported.tensor", "f'", "`f(x) = …`");
    refuse("(1, 2)", "unsupported.notation", "(1, 2)", "single");
}

#[test]
fn what_has_no_value_is_shown() {
    refuse("1/0", "domain.division-by-zero", "0", "divisor");
    refuse("x + 1/(2-2)", "domain.division-by-zero", "(2-2)", "divisor");
    refuse("1/(x-x)", "domain.division-by-zero", "(x-x)", "divisor");
    refuse("0^-1", "domain.division-by-zero", "0", "base");
    refuse("log(0)", "domain.undefined", "0", "above 0");
    refuse("log(-1)", "domain.undefined", "-1", "above 0");
    refuse("sqrt(-1)", "domain.undefined", "-1", "0 or more");
    refuse("(-8)^(1/3)", "domain.undefined", "(-8)^(1/3)", "cbrt");
    refuse("asin(2)", "domain.undefined", "2", "between -1 and 1");
    refuse("tan(pi/2)", "domain.undefined", "pi/2", "pole");
    refuse("(-1)!", "domain.undefined", "(-1)", "poles");
    refuse("inf - inf", "domain.undefined", "inf - inf", "limit");
    refuse("mod(x, 0)", "domain.division-by-zero", "0", "divisor");
    refuse("log(x, 1)", "domain.division-by-zero", "1", "divisor");
}

#[test]
fn several_mistakes_are_reported_at_once() {
    let codes = |text: &str| -> Vec<(&'static str, String)> {
        let errors = parse_expr(text).unwrap_err();
        errors.iter().map(|e| (e.code(), e.span().of(text).to_owned())).collect()
    };
    let two = codes("max(2 +, 1/2x)");
    assert_eq!(two, [("syntax.missing-operand", "+".into()), ("syntax.ambiguous-division", "1/2x".into())]);
    let three = codes("1/0 + log(-1) + sinn(x, 2)");
    assert_eq!(three[0], ("name.unknown-function", "sinn".into()));
    let values = codes("1/0 + log(-1)");
    assert_eq!(values, [("domain.division-by-zero", "0".into()), ("domain.undefined", "-1".into())]);
    let characters = codes("a $ b # c");
    assert_eq!(characters.len(), 2);
    let brackets = codes("(a + [b");
    assert_eq!(brackets, [("syntax.unbalanced", "(".into()), ("syntax.unbalanced", "[".into())]);
}

#[test]
fn unknown_names_are_corrected() {
    let hint = |text: &str, names: &[&str]| -> String {
        let mut scope = KnownNames::new(names.iter().copied());
        let errors = lower(&parse(text, &Limits::default()).unwrap(), &mut scope).unwrap_err();
        assert_eq!(errors.first().code(), "name.unknown", "{errors}");
        errors.first().hint().unwrap().to_owned()
    };
    assert!(hint("xy", &["x", "y"]).contains("`x y`"));
    assert!(hint("velocty", &["velocity", "x"]).contains("`velocity`"));
    assert!(hint("cosx", &["x"]).contains("`cos(x)`"));
    assert!(hint("X", &["x", "y"]).contains("`x`"));
    assert!(hint("q", &["x", "y"]).contains("`x`, `y`"));
    assert!(lower(&parse("x + pi", &Limits::default()).unwrap(), &mut KnownNames::new(["x"])).is_ok());
}

#[test]
fn a_text_keeps_its_conditions() {
    let conditions = |text: &str| -> Vec<String> {
        let lowered = lower(&parse(text, &Limits::default()).unwrap(), &mut FreeNames).unwrap();
        lowered.conditions.iter().map(ToString::to_string).collect()
    };
    assert_eq!(conditions("x/x"), ["x != 0"]);
    assert_eq!(conditions("x - x + 1/2"), [""; 0]);
    assert_eq!(conditions("exp(log(x))"), ["x > 0"]);
    assert_eq!(conditions("sqrt(x)^2"), ["x >= 0"]);
    assert_eq!(conditions("(x+1) x/(x y)"), ["x != 0", "y != 0"].map(String::from).to_vec());
    assert_eq!(conditions("where(x > 0, log(x), 0)"), [""; 0]);
    assert_eq!(conditions("where(x != 0, sin(x)/x, 1)"), [""; 0]);
    assert_eq!(conditions("where(x > 0, 1/y, 0)"), ["y != 0"]);
    assert_eq!(conditions("1/(x^2+1) + log(2) + e^x"), [""; 0]);
}

#[test]
fn spans_count_characters() {
    refuse("α + ∞ - ∞ + х", "syntax.lookalike", "х", "");
    let written = parse("  ∛α·(x + 1)² ", &Limits::default()).unwrap();
    assert_eq!(written.span.of("  ∛α·(x + 1)² "), "∛α·(x + 1)²");
}

#[test]
fn statements() {
    let read =
        |text: &str| parse_statement(text, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert!(matches!(read("x^2 + 1"), Statement::Expression(_)));
    assert!(matches!(read("x + y = 1"), Statement::Expression(_)));
    assert!(matches!(read("a < b <= c"), Statement::Expression(_)));
    assert!(matches!(read("y ~ a exp(-b x)"), Statement::Model { .. }));
    match read("f(x, y) = x^2 y") {
        Statement::Definition { name, params, is_function, body, name_span } => {
            assert_eq!((&*name, is_function), ("f", true));
            assert_eq!(params.iter().map(|(p, _)| &**p).collect::<Vec<_>>(), ["x", "y"]);
            assert_eq!(body.to_string(), "x^2 y");
            assert_eq!((name_span.from, name_span.to), (0, 1));
        }
        other => panic!("{other:?}"),
    }
    assert!(
        matches!(read("α = 3"), Statement::Definition { name, is_function: false, .. } if &*name == "alpha")
    );
    match read("A: matrix(3, n, symmetric)") {
        Statement::Declaration { name, shape, .. } => {
            assert_eq!((&*name, shape.kind, shape.sizes.len()), ("A", DeclaredKind::Matrix, 2));
            assert_eq!(&*shape.properties[0].0, "symmetric");
        }
        other => panic!("{other:?}"),
    }
    for (text, code, at) in [
        ("w: vector", "syntax.declaration", "vector"),
        ("w: vector(0)", "syntax.declaration", "0"),
        ("w: banana(3)", "syntax.declaration", "banana(3)"),
        ("f(x, x) = 1", "syntax.definition", "x"),
        ("sin(x) = 1", "syntax.definition", "sin"),
        ("f(x) =", "syntax.missing-operand", "="),
    ] {
        let errors = parse_statement(text, &Limits::default()).unwrap_err();
        assert_eq!((errors.first().code(), errors.first().span().of(text)), (code, at), "{text}: {errors}");
        assert!(errors.first().hint().is_some(), "{text}");
    }
}

#[test]
fn vectors_and_calls_have_a_surface_form() {
    for text in [
        "X' y",
        "x[2:n]",
        "A[1, :]",
        "A[:, 2:]",
        "[1, 2; 3, 4]",
        "[f, g]",
        "diff(f, x)(a)",
        "f'(x)",
        "f''(2 x)",
        "taylor(f, x = 0, order = 5, over = -1..1)",
        "solve(cos(x) = x, x = 1)",
        "fit(y ~ a exp(-b x), data)",
        "minimize(f, from = [x = -1.2, y = 1])",
        "∂f/∂x",
        "∂^2 f/∂x^2",
        "∂^2 f/(∂x ∂y)",
        "∂/∂x (x^2 y)",
        "d/dx sin(x)",
        "(1, f(a))",
        "{1, 2}",
        "norm(X w - y)",
        "a .* b ./ c .^ 2",
    ] {
        let written = parse(text, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(written.to_string(), text);
    }
}

/// The reader recurses, so it must be known how much stack it takes: half of what a thread of a test has.
#[test]
fn the_deepest_text_fits_a_small_stack() {
    let depth = Limits::default().max_depth - 2;
    let texts = [
        format!("{}x{}", "-(1+2*".repeat(depth), ")^2".repeat(depth)),
        format!("{}x{}", "sin(-".repeat(depth), ")".repeat(depth)),
        format!("{}x{}", "x(1+".repeat(depth), ")".repeat(depth)),
        vec!["x"; depth].join("^"),
        format!("{}x", "√".repeat(depth - 1)),
    ];
    let stack: usize = std::env::var("STACK").map_or(1 << 20, |s| s.parse().unwrap());
    for text in texts {
        let run = move || {
            let start = &text[..12];
            match parse_expr(&text) {
                Ok(e) => assert!(e.depth() > 0, "{start}"),
                Err(e) => assert_eq!(e.first().code(), "budget.depth", "{start}"),
            }
        };
        std::thread::Builder::new().stack_size(stack).spawn(run).unwrap().join().unwrap();
    }
}

#[test]
fn everything_is_bounded() {
    let limits = Limits::default();
    let code =
        |text: &str| parse(text, &limits).and_then(|w| lower(&w, &mut FreeNames)).unwrap_err().first().code();
    let n = 10_000;
    assert_eq!(code(&format!("{}x{}", "(".repeat(n), ")".repeat(n))), "budget.depth");
    assert_eq!(code(&"(".repeat(n)), "budget.depth");
    assert_eq!(code(&vec!["x"; n].join("^")), "budget.depth");
    assert_eq!(code(&format!("{}x", "-".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("{}x", "not ".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("x{}", "'!".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("{}x", "sin ".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("{}x", "√".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("{}x", "∂(".repeat(90))), "syntax.unbalanced");
    assert_eq!(code(&format!("{}x{}", "∂(".repeat(90), ")".repeat(90))), "syntax.unexpected");
    assert_eq!(code(&format!("{}x{}", "|".repeat(n), "|".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("x{}", "[1]".repeat(n))), "budget.depth");
    assert_eq!(code(&format!("diff(f){}", "(x)".repeat(n))), "unsupported.operation");
    assert_eq!(code(&"x+".repeat(500_000)), "budget.text");
    assert_eq!(code(&"7".repeat(50_000)), "budget.number");
    assert_eq!(code("1e99999999999"), "budget.number");
    assert_eq!(code(&"$".repeat(100_000)), "syntax.character");
    assert_eq!(code(&"((x)".repeat(20_000)), "budget.depth");
    let long = vec!["sin(x)"; 14_000].join("+");
    assert_eq!(parse_expr(&long).unwrap(), parse_expr("14000 sin(x)").unwrap());
    let wide: Vec<String> = (0..9_000).map(|k| format!("1/x{k}")).collect();
    assert_eq!(
        parse(&wide.join("+"), &limits).and_then(|w| lower(&w, &mut FreeNames)).unwrap().conditions.len(),
        9_000
    );
    let deep = format!("{}x{}", "(1+".repeat(195), ")".repeat(195));
    assert_eq!(parse_expr(&deep).unwrap(), parse_expr("x+195").unwrap());
    let few = Limits { max_nodes: 10, ..limits };
    assert_eq!(parse("1+2+3+4+5+6+7+8+9+10", &few).unwrap_err().first().code(), "budget.nodes");
}

/// Every formula of the derivative suite is read; values are compared elsewhere. Refused are the rows that go through
/// complex numbers, `(-1)^(1/3)`: everything is real here.
#[test]
fn the_formulas_of_the_derivative_suite_are_read() {
    const COMPLEX: &[&str] = &["rubi-d-05880", "rubi-d-09020"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/derivatives");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the shared derivative suite is not beside this checkout");
        return;
    };
    let (mut read, mut failed) = (0, Vec::new());
    for file in files.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "jsonl")) {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let id = row["id"].as_str().unwrap();
            for field in ["expr", "derivative"] {
                let text = row[field].as_str().unwrap();
                assert!(parse(text, &Limits::default()).is_ok(), "{id}: {text}");
                match parse_expr(text) {
                    Ok(_) => read += 1,
                    Err(e) if COMPLEX.contains(&id) => {
                        assert_eq!(e.first().code(), "domain.undefined", "{id}")
                    }
                    Err(e) => failed.push(format!("{id} {field}: {text}\n    {e}")),
                }
            }
        }
    }
    assert!(read > 0);
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), read + failed.len(), failed.join("\n"));
}
