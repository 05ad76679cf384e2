//! LaTeX says the same as text: each row is read both ways.

use secant::syntax::{FreeNames, Limits, lower, parse, parse_latex};

#[track_caller]
fn check(latex: &str, text: &str) {
    let limits = Limits::default();
    let read = parse_latex(latex, &limits).unwrap_or_else(|e| panic!("{latex}: {e}"));
    let want = parse(text, &limits).unwrap_or_else(|e| panic!("{text}: {e}"));
    let meaning = |w| lower(w, &mut FreeNames).map(|l| l.expr);
    match (meaning(&read), meaning(&want)) {
        (Ok(a), Ok(b)) => assert_eq!(a, b, "{latex} is read as {read}"),
        // What has no meaning as a number is compared as it is written.
        _ => assert_eq!(read.to_string(), want.to_string(), "{latex}"),
    }
    // What is read prints as text that says the same.
    let printed =
        parse(&read.to_string(), &limits).unwrap_or_else(|e| panic!("{latex} prints as {read}: {e}"));
    assert_eq!(meaning(&printed).ok(), meaning(&want).ok(), "{latex} prints as {read}");
}

#[track_caller]
fn refuse(latex: &str, code: &str, at: &str, hint: &str) {
    let errors = match parse_latex(latex, &Limits::default()) {
        Ok(w) => panic!("{latex} was read as {w}"),
        Err(errors) => errors,
    };
    let e = errors.first();
    assert_eq!((e.code(), e.span().of(latex)), (code, at), "{latex}: {e}");
    assert!(e.hint().unwrap_or_default().contains(hint), "{latex}: {e}");
}

#[test]
fn formulas() {
    check(r"x^2", "x^2");
    check(r"x^{10}", "x^10");
    check(r"xy", "x y");
    check(r"2xy^2", "2 x y^2");
    check(r"e^2x", "e^2 x");
    check(r"\frac{1}{2}", "1/2");
    check(r"\frac12 x", "(1/2) x");
    check(r"\dfrac{x+1}{x-1}", "(x+1)/(x-1)");
    check(r"\frac{a}{b}c", "(a/b) c");
    check(r"\sqrt{x}", "sqrt(x)");
    check(r"\sqrt2", "sqrt(2)");
    check(r"\sqrt[3]{x+1}", "cbrt(x+1)");
    check(r"\sqrt[n]{x}", "x^(1/n)");
    check(r"\sin x", "sin(x)");
    check(r"\sin\left(x\right)", "sin(x)");
    check(r"\sin^2 x", "sin(x)^2");
    check(r"\sin^{2}\left(2x\right)", "sin(2 x)^2");
    check(r"\sin 2 x", "sin(2 x)");
    check(r"\sin\frac{x}{2}", "sin(x/2)");
    check(r"\sin x \cos x", "sin(x) cos(x)");
    check(r"\ln\left|x\right|", "log(abs(x))");
    check(r"\ln x", "log(x)");
    check(r"\log_{2}\left(8\right)", "3");
    check(r"\log_2 x", "log(x, 2)");
    check(r"\log_{b+1} x", "log(x, b+1)");
    check(r"\exp(-x^2)", "exp(-x^2)");
    check(r"e^{-x^2}", "exp(-x^2)");
    check(r"\operatorname{arcsin}(x)", "asin(x)");
    check(r"\arctan x", "atan(x)");
    check(r"\operatorname{erf}\left(x\right)", "erf(x)");
    check(r"\mathrm{speed}\cdot t", "speed*t");
    check(r"\alpha\beta + \varphi", "alpha beta + phi");
    check(r"2\pi r", "2 pi r");
    check(r"x_1 + x_{1}", "2 x_1");
    check(r"x_{max}^2", "x_max^2");
    check(r"v_{\text{max}}", "v_max");
    check(r"\alpha_{i}", "alpha_i");
    check(r"a \times b \div c", "a*b/c");
    check(r"a \le b", "a <= b");
    check(r"a \neq b", "a != b");
    check(r"\lvert x\rvert", "abs(x)");
    check(r"|x|", "abs(x)");
    check(r"\left\lfloor x\right\rfloor", "floor(x)");
    check(r"n!", "n!");
    check(r"90^\circ", "90°");
    check(r"\sin 30^{\circ}", "1/2");
    check(r"\left[\left(x+1\right)^2\right]^3", "((x+1)^2)^3");
}

#[test]
fn what_people_and_editors_put_around() {
    check(r"$x+1$", "x+1");
    check(r"\( x + 1 \)", "x+1");
    check(r"$$ x\,y $$", "x y");
    check(r"x\,\mathrm{e}^{\,x}", "x e^x");
    check(r"\displaystyle \frac{x}{y}", "x/y");
    check(r"\bigl(x+1\bigr)", "(x+1)");
    check(r"\mleft(x\mright)", "(x)");
    check(r"\exponentialE^{x}", "e^x");
    check(r"{x+1}^2", "(x+1)^2");
    check(r"0{,}5", "0.5");
    check(r"sin(x) + ln x", "sin(x) + log(x)");
    check(r"x\left(x+1\right)", "x(x+1)");
    check(r"x^{y}(z)", "x^y*z");
    check(r"x^{y(z)}", "x^(y z)");
}

#[test]
fn larger_notations() {
    check(r"\frac{d}{dx} x^2", "d/dx x^2");
    check(r"\frac{\mathrm{d}}{\mathrm{d}x}\left(x^2+1\right)", "d/dx (x^2 + 1)");
    check(r"\frac{\partial f}{\partial x}", "∂f/∂x");
    check(r"\frac{\partial^2 f}{\partial x\,\partial y}", "∂²f/(∂x ∂y)");
    check(r"\frac{\partial^{2} f}{\partial x^{2}}", "∂²f/∂x²");
    check(r"f'(x)", "f'(x)");
    check(r"f^{\prime}(x)", "f'(x)");
    check(r"f^{\prime\prime}(x)", "f''(x)");
    check(r"X^\top y", "X' y");
    check(r"X^{\mathrm{T}}", "X'");
    check(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[1, 2; 3, 4]");
    check(r"\begin{bmatrix} x \\ y \end{bmatrix}", "[x; y]");
    check(r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", "det([a, b; c, d])");
    check(r"\lVert x\rVert", "norm(x)");
    check(r"\begin{cases} -x & \text{if } x<0 \\ x & \text{otherwise} \end{cases}", "where(x < 0, -x, x)");
    check(
        r"\begin{cases} 1, & x<0 \\ 2, & x<1 \\ 3, & \text{else} \end{cases}",
        "where(x<0, 1, where(x<1, 2, 3))",
    );
    check(r"x<0 \land \lnot(y=1)", "x < 0 and not (y = 1)");
}

#[test]
fn what_is_wrong_is_shown_in_the_latex() {
    refuse(r"\frac{1}{2", "syntax.unbalanced", "{", "`}`");
    refuse(r"\frac{1}{}", "syntax.missing-operand", "{}", "inside");
    refuse(r"\left(x", "syntax.unbalanced", r"\left(", "`)`");
    refuse(r"x + \foo", "syntax.latex", r"\foo", r"\mathrm{foo}");
    refuse(r"\snn x", "syntax.latex", r"\snn", r"`\sin`");
    refuse(r"sinx", "syntax.latex", "sinx", r"`\sin x`");
    refuse(r"\int x\,dx", "unsupported.notation", r"\int", "integrate");
    refuse(r"\lim_{x\to 0} x", "unsupported.notation", r"\lim", "limit");
    refuse(r"f\circ g", "unsupported.notation", r"\circ", "f(g(x))");
    refuse(r"\placeholder{}", "syntax.missing-operand", r"\placeholder", "box");
    refuse(r"\sin^{-1} x", "syntax.ambiguous-power", r"\sin^{-1}", "`asin(x)`");
    refuse(r"\sin x y", "syntax.ambiguous-argument", "x y", "sin(x y)");
    refuse(r"a/bc", "syntax.ambiguous-division", "a/bc", "(a/b) c");
    refuse(r"x2", "syntax.number-position", "x2", "2 x");
    refuse(r"3\frac{1}{2}", "syntax.number-position", r"3\frac", "mixed");
    refuse(r"x_{a+b}", "syntax.latex", "{a+b}", "x_{max}");
    refuse(r"", "syntax.empty", "", "");
    refuse(r"$x", "syntax.character", "$", "leave it out");
    refuse(r"\begin{foo} x \end{foo}", "syntax.latex", r"\begin{foo}", "pmatrix");
}

/// What the engine prints as LaTeX says the same when it is read.
#[test]
fn printed_latex_reads_back() {
    for text in [
        "x^2 + 2 x y - y/3",
        "sin(x)^2 cos(2 x)/(1 + x^2)",
        "exp(-x^2/2)/sqrt(2 pi)",
        "log(x) + log10(y) + log2(z)",
        "asin(x) - acot(y) + acsch(z)",
        "abs(x - 1) sign(y) floor(z)",
        "x^(1/3) + cbrt(y)",
        "alpha beta_1 + x_max rate",
        "max(a, min(b, c))",
        "where(x < 0, -x, x)",
        "where(x < 0 and y >= 1, 1, where(z == 2, 2, 3))",
        "gamma(n + 1) + erf(x)",
        "atan2(y, x) mod(a, b)",
        "2^x^y",
        "e^(x y) - inf",
        "sinh(x)^-1",
    ] {
        let e = lower(&parse(text, &Limits::default()).unwrap(), &mut FreeNames).unwrap().expr;
        let latex = e.to_latex();
        let read = parse_latex(&latex, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {latex}: {e}"));
        let again = lower(&read, &mut FreeNames).unwrap_or_else(|e| panic!("{text}: {latex}: {e}")).expr;
        assert_eq!(again, e, "{text} prints as {latex}, read as {read}");
    }
}

#[test]
fn latex_is_bounded() {
    let code = |latex: &str| match parse_latex(latex, &Limits::default()) {
        Ok(w) => lower(&w, &mut FreeNames).map(|_| "read").unwrap_or_else(|e| e.first().code()),
        Err(e) => e.first().code(),
    };
    let n = 5_000;
    assert_eq!(code(&r"\frac{".repeat(n)), "budget.depth");
    assert_eq!(code(&r"\frac".repeat(n)), "budget.depth");
    assert_eq!(code(&r"\sqrt[".repeat(n)), "budget.depth");
    assert_eq!(code(&"{".repeat(n)), "budget.depth");
    assert_eq!(code(&"x^".repeat(n)), "budget.depth");
    assert_eq!(code(&"x^{".repeat(n)), "budget.depth");
    assert_eq!(code(&"x_{".repeat(n)), "syntax.latex");
    assert_eq!(code(&r"\left(".repeat(n)), "budget.depth");
    assert_eq!(code(&r"\frac{\partial".repeat(n)), "budget.depth");
    assert_eq!(
        code(&format!("{}x{}", r"\frac{d".repeat(200), r"}{dx}".repeat(200))),
        "unsupported.operation"
    );
    assert_eq!(code(&r"\mathrm{".repeat(n)), "syntax.latex");
    assert_eq!(code(&r"\begin{cases}".repeat(n)), "budget.depth");
    assert_eq!(code(&vec![r"\sin x"; 14_000].join("+")), "read");
    assert_eq!(code(&r"\".repeat(n)), "syntax.missing-operand");
}
