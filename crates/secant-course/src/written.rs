//! What an author wrote, as LaTeX: a formula as it stands, with nothing carried out.
//!
//! Not here: what it means (`secant::syntax`), canonical expressions, which print themselves.
//! Start reading at [`latex`].

use secant::syntax::{Bracket, Join, Kind, Raise, Rel, Sign, Written};

/// The LaTeX of a text; names in `matrices` have axes, so that `A'` is a transpose.
pub(crate) fn latex(w: &Written, matrices: &[&str]) -> String {
    Writer { matrices }.of(w)
}

struct Writer<'a> {
    matrices: &'a [&'a str],
}

#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "sin", "cos", "tan", "exp", "log", "ln", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "max", "min", "det",
];
#[rustfmt::skip]
const GREEK: &[&str] = &[
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma",
    "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega",
];

impl Writer<'_> {
    fn of(&self, w: &Written) -> String {
        match &w.kind {
            Kind::Number(n) => n.to_string(),
            Kind::Name(name) => name_of(name),
            Kind::Brackets(Bracket::Floor, a) => format!("\\lfloor {}\\rfloor ", self.of(a)),
            Kind::Brackets(Bracket::Ceil, a) => format!("\\lceil {}\\rceil ", self.of(a)),
            Kind::Brackets(Bracket::Unseen, a) => format!("{{{}}}", self.of(a)),
            Kind::Brackets(Bracket::Round, a) => format!("\\left({}\\right)", self.of(a)),
            Kind::Tuple(list) => format!("\\left({}\\right)", self.list(list)),
            Kind::Set(list) => format!("\\{{{}\\}}", self.list(list)),
            Kind::Sum(terms) => {
                let mut out = String::new();
                for (k, (sign, term)) in terms.iter().enumerate() {
                    match (sign, k) {
                        (Sign::Plus, 0) => {}
                        (Sign::Plus, _) => out.push_str(" + "),
                        (Sign::Minus, _) => out.push_str(" - "),
                    }
                    out.push_str(&self.of(term));
                }
                out
            }
            Kind::Product(factors) => {
                let mut out = String::new();
                for (join, factor) in factors {
                    let text = self.of(factor);
                    out = match join {
                        Join::First => text,
                        Join::Implicit => format!("{out}\\, {text}"),
                        Join::Times => format!("{out} \\cdot {text}"),
                        Join::TimesEach => format!("{out} \\odot {text}"),
                        Join::Over => self.fraction(&out, factor),
                        Join::OverEach => format!("{out} \\oslash {text}"),
                    };
                }
                out
            }
            Kind::Fraction(ab) => format!("\\frac{{{}}}{{{}}}", self.bare(&ab.0), self.bare(&ab.1)),
            Kind::Signed(Sign::Minus, a) => format!("-{}", self.of(a)),
            Kind::Signed(Sign::Plus, a) => self.of(a),
            Kind::Power(Raise::OnFunction, ab) => match &ab.0.kind {
                Kind::Call(call) => {
                    let (f, args) = (self.of_function(&call.function), self.list(&call.args));
                    format!("{f}^{{{}}}\\left({args}\\right)", self.bare(&ab.1))
                }
                _ => format!("{}^{{{}}}", self.of(&ab.0), self.bare(&ab.1)),
            },
            Kind::Power(_, ab) => format!("{{{}}}^{{{}}}", self.of(&ab.0), self.bare(&ab.1)),
            Kind::Factorial(a) => format!("{}!", self.of(a)),
            Kind::Primed(a, n) => {
                let turned = match &a.without_brackets().kind {
                    Kind::Product(factors) => factors.iter().any(|(_, f)| self.has_axes(f)),
                    _ => self.has_axes(a),
                };
                if turned {
                    format!("{{{}}}^{{T}}", self.of(a))
                } else {
                    format!("{}{}", self.of(a), "'".repeat(*n as usize))
                }
            }
            Kind::Degrees(a) => format!("{}^{{\\circ}}", self.of(a)),
            Kind::Root(2, a) => format!("\\sqrt{{{}}}", self.bare(a)),
            Kind::Root(n, a) => format!("\\sqrt[{n}]{{{}}}", self.bare(a)),
            Kind::Abs(a) => format!("\\left|{}\\right|", self.of(a)),
            Kind::Norm(a) => format!("\\left\\|{}\\right\\|", self.of(a)),
            Kind::Call(call) => self.call(&call.function, &call.args),
            Kind::Index(a, list) => format!("{}_{{{}}}", self.of(a), self.list(list)),
            Kind::Matrix(rows) => {
                let rows: Vec<String> = rows
                    .iter()
                    .map(|row| row.iter().map(|w| self.of(w)).collect::<Vec<_>>().join(" & "))
                    .collect();
                format!("\\begin{{pmatrix}}{}\\end{{pmatrix}}", rows.join(" \\\\ "))
            }
            Kind::Relation(first, rest) => {
                let mut out = self.of(first);
                for (rel, w) in rest {
                    let sign = match rel {
                        Rel::Equal | Rel::Same => "=",
                        Rel::NotEqual => "\\ne ",
                        Rel::Less => "<",
                        Rel::LessEqual => "\\le ",
                        Rel::Greater => ">",
                        Rel::GreaterEqual => "\\ge ",
                    };
                    out.push_str(&format!(" {sign} {}", self.of(w)));
                }
                out
            }
            Kind::Derivative(form) => {
                let d = if form.partial { "\\partial " } else { "d" };
                let order: u32 = form.by.iter().map(|(_, n)| n).sum();
                let power = |n: u32| if n == 1 { String::new() } else { format!("^{{{n}}}") };
                let by: String =
                    form.by.iter().map(|(name, n)| format!("{d}{}{}", name_of(name), power(*n))).collect();
                let of = self.of(&form.of);
                if form.operator {
                    format!("\\frac{{{d}{}}}{{{by}}} {of}", power(order))
                } else {
                    format!("\\frac{{{d}{}{of}}}{{{by}}}", power(order))
                }
            }
            Kind::Slice(..) | Kind::Range(_) | Kind::Logic(..) | Kind::Not(_) => format!("\\text{{{w}}}"),
        }
    }

    /// Without the brackets that a fraction or an exponent makes superfluous.
    fn bare(&self, w: &Written) -> String {
        self.of(w.without_brackets())
    }

    fn list(&self, list: &[Written]) -> String {
        list.iter().map(|w| self.of(w)).collect::<Vec<_>>().join(", ")
    }

    fn fraction(&self, over: &str, under: &Written) -> String {
        let over = over
            .strip_prefix("\\left(")
            .and_then(|inner| {
                let inner = inner.strip_suffix("\\right)")?;
                // One pair around all of it.
                (!inner.contains("\\right)") || inner.find("\\left(") < inner.find("\\right)"))
                    .then_some(inner)
            })
            .unwrap_or(over);
        format!("\\frac{{{over}}}{{{}}}", self.bare(under))
    }

    fn has_axes(&self, w: &Written) -> bool {
        w.names().iter().any(|name| self.matrices.contains(name))
    }

    fn of_function(&self, w: &Written) -> String {
        match w.as_name() {
            Some(name) if FUNCTIONS.contains(&name) => format!("\\{name}"),
            Some(name) if name.len() > 1 && !GREEK.contains(&name) => format!("\\operatorname{{{name}}}"),
            _ => self.of(w),
        }
    }

    fn call(&self, function: &Written, args: &[Written]) -> String {
        let loose = |w: &Written| match &w.without_brackets().kind {
            Kind::Sum(_) | Kind::Product(_) | Kind::Signed(..) => format!("\\left({}\\right)", self.bare(w)),
            _ => self.bare(w),
        };
        match (function.as_name(), args) {
            (Some("sqrt"), [a]) => format!("\\sqrt{{{}}}", self.bare(a)),
            (Some("abs"), [a]) => format!("\\left|{}\\right|", self.bare(a)),
            (Some("norm"), [a]) => format!("\\left\\|{}\\right\\|", self.bare(a)),
            (Some("grad"), [a, ..]) => format!("\\nabla {}", loose(a)),
            (Some("inv"), [a]) => format!("{{{}}}^{{-1}}", loose(a)),
            (Some("diff"), [a, by]) => format!("\\frac{{d}}{{d{}}} {}", self.of(by), loose(a)),
            (Some("diff"), [a, by, n]) if matches!(n.kind, Kind::Number(_)) => {
                let (by, n) = (self.of(by), self.of(n));
                format!("\\frac{{d^{{{n}}}}}{{d{by}^{{{n}}}}} {}", loose(a))
            }
            _ => format!("{}\\left({}\\right)", self.of_function(function), self.list(args)),
        }
    }
}

/// A name with its index below it.
fn name_of(name: &str) -> String {
    let (head, index) = name.split_once('_').map_or((name, None), |(head, index)| (head, Some(index)));
    let head = match head {
        greek if GREEK.contains(&greek) => format!("\\{greek} "),
        letter if letter.chars().count() == 1 => letter.to_owned(),
        word => format!("\\mathrm{{{word}}}"),
    };
    match index {
        Some(index) => format!("{head}_{{{index}}}"),
        None => head,
    }
}

#[cfg(test)]
mod tests {
    use secant::syntax::{Limits, parse};

    #[track_caller]
    fn shows(text: &str, want: &str) {
        let written = parse(text, &Limits::default()).unwrap();
        let latex = super::latex(&written, &["A", "B"]);
        assert_eq!(latex, want, "{text}");
        crate::formula::mathml(&latex, false).unwrap();
    }

    #[test]
    fn formulas_as_they_were_written() {
        shows("diff(x^n, x) = n x^(n-1)", "\\frac{d}{dx} {x}^{n} = n\\, {x}^{n - 1}");
        shows("(x + 1)/(2 x)", "\\frac{x + 1}{2\\, x}");
        shows("diff(x + 1, x, 2)", "\\frac{d^{2}}{dx^{2}} \\left(x + 1\\right)");
        shows("sin(x)^2 = 1 - cos(x)^2", "{\\sin\\left(x\\right)}^{2} = 1 - {\\cos\\left(x\\right)}^{2}");
        shows("(A B)' = B' A'", "{\\left(A\\, B\\right)}^{T} = {B}^{T}\\, {A}^{T}");
        shows("f'(x)", "f'\\left(x\\right)");
        shows("sigma_1 sqrt(x) >= -pi", "\\sigma _{1}\\, \\sqrt{x} \\ge  -\\pi ");
        shows("[1, 2; 3, 4]", "\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}");
    }
}
