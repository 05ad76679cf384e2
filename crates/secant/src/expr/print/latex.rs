//! Formulas in LaTeX, for mathematics mode; `amsmath` is needed for cases and operator names.

use super::super::{Constant, Func, Func2};
use super::array;
use super::layout::{Chain, Head, Id, Layout, Relation, Set, Sign};
use super::level::{Level, Style, factor_level};
use super::names::{
    Name, Title, greek, greek_command, is_letter, own_brackets, takes_exponent, title, title2,
};
use super::write::{Cursor, Spelling};

pub(super) struct Latex;

impl Spelling for Latex {
    const STYLE: Style = Style::Display;
    const ELLIPSIS: &'static str = "\\dots ";

    fn brackets(tall: bool) -> (&'static str, &'static str) {
        if tall { ("\\left(", "\\right)") } else { ("(", ")") }
    }

    fn spell(at: &mut Cursor<'_>, layout: &Layout) {
        match layout {
            Layout::Number(n) => {
                at.word(match (&*n.digits, n.exponent) {
                    (digits, None) => digits.to_owned(),
                    ("1", Some(e)) => format!("10^{{{e}}}"),
                    (digits, Some(e)) => format!("{digits} \\cdot 10^{{{e}}}"),
                });
            }
            Layout::Symbol(s) => at.word(name(s.name())),
            Layout::Constant(c) => at.word(match c {
                Constant::Pi => "\\pi",
                Constant::E => "e",
                Constant::Infinity => "\\infty",
                Constant::Undefined => "\\text{undefined}",
            }),
            Layout::Negative(a) => {
                at.word("-");
                at.part(*a, Level::Quotient);
            }
            Layout::Sum(terms) => {
                for (k, (negative, term)) in terms.iter().enumerate() {
                    at.word(match (k, negative) {
                        (0, false) => "",
                        (0, true) => "-",
                        (_, false) => " + ",
                        (_, true) => " - ",
                    });
                    let room = at.room();
                    at.part(*term, Level::Quotient);
                    if room == 0 {
                        break;
                    }
                }
            }
            Layout::Product(factors) => {
                for (k, factor) in factors.iter().enumerate() {
                    if k > 0 {
                        let words = at.formula.is_word(*factor) || at.formula.is_word(factors[k - 1]);
                        at.word(match at.formula.begins_with_digit(*factor, at.style) {
                            true => " \\cdot ",
                            // A thin space; the names of functions bring their own.
                            false if words => " \\, ",
                            false => " ",
                        });
                    }
                    let room = at.room();
                    at.part(*factor, factor_level(k, factors.len()));
                    if room == 0 {
                        break;
                    }
                }
            }
            Layout::Fraction(above, below) if at.style == Style::Inline => {
                at.part(*above, Level::Chain);
                at.word("/");
                at.part(*below, Level::Power);
            }
            Layout::Fraction(above, below) => {
                at.word("\\frac{");
                at.part(*above, Level::Open);
                at.word("}{");
                at.part(*below, Level::Open);
                at.word("}");
            }
            Layout::Power(base, exponent) => {
                if let Some((f, argument)) = raised_function(at, *base, *exponent) {
                    at.word(function(&title(f)));
                    superscript(at, *exponent);
                    bracketed(at, &[argument]);
                } else {
                    at.part(*base, Level::Atom);
                    superscript(at, *exponent);
                }
            }
            Layout::SquareRoot(a) => {
                at.word("\\sqrt{");
                at.part(*a, Level::Open);
                at.word("}");
            }
            Layout::Call(Head::Func(Func::Cbrt), args) => {
                at.word("\\sqrt[3]{");
                at.part(args[0], Level::Open);
                at.word("}");
            }
            Layout::Call(Head::Func(Func::Exp), args) if at.formula.is_short_exponent(args[0]) => {
                at.word("e");
                superscript(at, args[0]);
            }
            Layout::Call(Head::Func(f), args) => match own_brackets(*f) {
                Some((open, _)) => {
                    let (open, close) = match open {
                        '|' => ("|", "|"),
                        '⌊' => ("\\lfloor ", "\\rfloor "),
                        _ => ("\\lceil ", "\\rceil "),
                    };
                    // Bars have no direction of their own, so they always get one.
                    let grows = open == "|" || at.formula.part(args[0]).tall;
                    at.word(if grows { format!("\\left{open}") } else { open.to_owned() });
                    at.part(args[0], Level::Open);
                    at.word(if grows { format!("\\right{close}") } else { close.to_owned() });
                }
                None => {
                    at.word(function(&title(*f)));
                    bracketed(at, args);
                }
            },
            Layout::Call(Head::Func2(Func2::Polygamma), args) => {
                at.word("\\psi^{(");
                at.part_in(args[0], Level::Open, Style::Inline);
                at.word(")}");
                bracketed(at, &args[1..]);
            }
            Layout::Call(Head::Func2(f), args) => {
                at.word(function(&title2(*f)));
                bracketed(at, args);
            }
            Layout::Call(Head::Named(f, primes), args) => {
                at.word(name(f.name()));
                at.word("'".repeat(*primes as usize));
                bracketed(at, args);
            }
            Layout::Chain(kind @ (Chain::Max | Chain::Min), ..) => {
                let links = at.formula.chain(at.id, at.room());
                at.word(if *kind == Chain::Max { "\\max" } else { "\\min" });
                bracketed(at, &links);
            }
            Layout::Chain(kind @ (Chain::And | Chain::Or), ..) => {
                let (word, level) =
                    if *kind == Chain::And { (" \\land ", Level::Relation) } else { (" \\lor ", Level::And) };
                for (k, link) in at.formula.chain(at.id, at.room()).into_iter().enumerate() {
                    at.word(if k > 0 { word } else { "" });
                    at.part(link, level);
                }
            }
            Layout::Relation(relation, a, b) => {
                at.part(*a, Level::Sum);
                at.word(match relation {
                    Relation::Less => " < ",
                    Relation::LessEqual => " \\le ",
                    Relation::Equal => " = ",
                    Relation::NotEqual => " \\ne ",
                    Relation::Greater => " > ",
                    Relation::GreaterEqual => " \\ge ",
                });
                at.part(*b, Level::Sum);
            }
            Layout::Outside(a, set) => {
                at.part(*a, Level::Sum);
                at.word(match set {
                    Set::Poles => " \\notin \\{0, -1, -2, \\dots\\}",
                    Set::Integers => " \\notin \\mathbb{Z}",
                });
            }
            Layout::Where(..) => {
                let (cases, otherwise) = at.formula.cases(at.id, at.room());
                at.word("\\begin{cases} ");
                for (condition, value) in cases {
                    at.part(value, Level::Sum);
                    at.word(" & \\text{if } ");
                    at.part(condition, Level::Open);
                    at.word(" \\\\ ");
                }
                at.part(otherwise, Level::Sum);
                at.word(" & \\text{otherwise} \\end{cases}");
            }
            Layout::Derivative { body, order, sign: Sign::Differential, .. } => {
                array::latex::differential(at, *body, *order);
            }
            Layout::Derivative { body, by, order, sign } => {
                let d = if *sign == Sign::Partial { "\\partial" } else { "d" };
                let by = name(by.name());
                let power = if *order == 1 { String::new() } else { format!("^{{{order}}}") };
                let d_above = format!("{d}{power}");
                at.word(match at.style {
                    Style::Inline => format!("{d_above}/{d} {by}{power}"),
                    Style::Text | Style::Display => format!("\\frac{{{d_above}}}{{{d} {by}{power}}}"),
                });
                let grows = at.formula.part(*body).tall && at.style == Style::Display;
                at.word(if grows { "\\left[" } else { "[" });
                at.part(*body, Level::Open);
                at.word(if grows { "\\right]" } else { "]" });
            }
            Layout::Array(a) => array::latex::spell(at, a),
            Layout::Equals(sides) => {
                for (k, side) in sides.iter().enumerate() {
                    at.word(if k > 0 { " = " } else { "" });
                    at.part(*side, Level::Cases);
                }
            }
        }
    }
}

/// The function and its argument where the exponent goes between them: `sin²(x)`.
pub(super) fn raised_function(at: &Cursor<'_>, base: Id, exponent: Id) -> Option<(Func, Id)> {
    let Layout::Call(Head::Func(f), args) = at.formula.layout(base) else { return None };
    let Layout::Number(n) = at.formula.layout(exponent) else { return None };
    let whole = n.exponent.is_none() && n.digits.bytes().all(|b| b.is_ascii_digit());
    (whole && takes_exponent(*f)).then_some((*f, args[0]))
}

fn superscript(at: &mut Cursor<'_>, exponent: Id) {
    at.word("^{");
    at.part_in(exponent, Level::Open, Style::Inline);
    at.word("}");
}

/// Arguments in their brackets.
pub(super) fn bracketed(at: &mut Cursor<'_>, args: &[Id]) {
    let grows = at.style == Style::Display && args.iter().any(|a| at.formula.part(*a).tall);
    let (open, close) = Latex::brackets(grows);
    at.word(open);
    for (k, arg) in args.iter().enumerate() {
        at.word(if k > 0 { ", " } else { "" });
        let room = at.room();
        at.part(*arg, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word(close);
}

fn function(title: &Title) -> String {
    let name =
        if title.command { format!("\\{}", title.name) } else { format!("\\operatorname{{{}}}", title.name) };
    match title.index {
        Some(index) => format!("{name}_{{{index}}}"),
        None => name,
    }
}

/// A name with its subscript and primes.
pub(super) fn name(text: &str) -> String {
    let name = Name::split(text);
    let mut out = stem(name.stem);
    if let Some(subscript) = name.subscript {
        let inner: Vec<String> = subscript.split('_').map(stem).collect();
        out.push_str(&format!("_{{{}}}", inner.join(",")));
    }
    out.push_str(&"'".repeat(name.primes));
    out
}

fn stem(text: &str) -> String {
    if let Some(command) = greek_command(text) {
        return format!("\\{command}");
    }
    if let Some(letter) = greek(text) {
        return format!("\\mathrm{{{letter}}}");
    }
    if is_letter(text) || (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())) {
        return escaped(text);
    }
    format!("\\mathrm{{{}}}", escaped(text))
}

/// The text with what LaTeX would take for a command of its own made harmless.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out.push_str("\\backslash "),
            '~' => out.push_str("\\sim "),
            '^' => out.push_str("\\wedge "),
            c => out.push(c),
        }
    }
    out
}
