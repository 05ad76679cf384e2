//! Formulas in presentation MathML, the core that browsers lay out and screen readers read; no styles.

use super::super::{Constant, Func, Func2};
use super::latex::raised_function;
use super::layout::{Chain, Head, Id, Layout, Relation};
use super::level::{Level, Style};
use super::names::{Name, Title, greek, own_brackets, title, title2};
use super::write::{Cursor, Spelling};

/// Spells a part as exactly one element.
pub(super) struct MathMl;

/// The sign that is not seen, between factors.
const TIMES: &str = "<mo>\u{2062}</mo>";
/// The sign that is not seen, between a function and its argument.
const APPLY: &str = "<mo>\u{2061}</mo>";

impl Spelling for MathMl {
    const STYLE: Style = Style::Display;
    const ELLIPSIS: &'static str = "<mo>…</mo>";

    fn brackets(_: bool) -> (&'static str, &'static str) {
        // Brackets grow by themselves.
        ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
    }

    fn spell(at: &mut Cursor<'_>, layout: &Layout) {
        match layout {
            Layout::Number(n) => match n.exponent {
                None => at.word(format!("<mn>{}</mn>", n.digits)),
                Some(e) => {
                    let sign = if e < 0 { "<mo>−</mo>" } else { "" };
                    let e = e.unsigned_abs();
                    at.word(format!(
                        "<mrow><mn>{}</mn><mo>⋅</mo><msup><mn>10</mn><mrow>{sign}<mn>{e}</mn></mrow></msup></mrow>",
                        n.digits
                    ));
                }
            },
            Layout::Symbol(s) => at.word(name(s.name())),
            Layout::Constant(c) => at.word(match c {
                Constant::Pi => "<mi>π</mi>",
                Constant::E => "<mi>e</mi>",
                Constant::Infinity => "<mi>∞</mi>",
                Constant::Undefined => "<mtext>undefined</mtext>",
            }),
            Layout::Negative(a) => {
                at.word("<mrow><mo>−</mo>");
                at.part(*a, Level::Quotient);
                at.word("</mrow>");
            }
            Layout::Sum(terms) => {
                at.word("<mrow>");
                for (k, (negative, term)) in terms.iter().enumerate() {
                    at.word(match (k, negative) {
                        (0, false) => "",
                        (_, true) => "<mo>−</mo>",
                        (_, false) => "<mo>+</mo>",
                    });
                    let room = at.room();
                    at.part(*term, Level::Quotient);
                    if room == 0 {
                        break;
                    }
                }
                at.word("</mrow>");
            }
            Layout::Product(factors) => {
                at.word("<mrow>");
                for (k, factor) in factors.iter().enumerate() {
                    if k > 0 {
                        let dot = at.formula.begins_with_digit(*factor, at.style);
                        at.word(if dot { "<mo>⋅</mo>" } else { TIMES });
                    }
                    let room = at.room();
                    at.part(*factor, Level::Product);
                    if room == 0 {
                        break;
                    }
                }
                at.word("</mrow>");
            }
            Layout::Fraction(above, below) if at.style == Style::Inline => {
                at.word("<mrow>");
                at.part(*above, Level::Product);
                at.word("<mo>/</mo>");
                at.part(*below, Level::Power);
                at.word("</mrow>");
            }
            Layout::Fraction(above, below) => {
                at.word("<mfrac>");
                at.part(*above, Level::Open);
                at.part(*below, Level::Open);
                at.word("</mfrac>");
            }
            Layout::Power(base, exponent) => {
                if let Some((f, argument)) = raised_function(at, *base, *exponent) {
                    at.word("<mrow><msup>");
                    at.word(function(&title(f)));
                    at.part_in(*exponent, Level::Open, Style::Inline);
                    at.word("</msup>");
                    at.word(APPLY);
                    bracketed(at, &[argument]);
                    at.word("</mrow>");
                } else {
                    at.word("<msup>");
                    at.part(*base, Level::Atom);
                    at.part_in(*exponent, Level::Open, Style::Inline);
                    at.word("</msup>");
                }
            }
            Layout::SquareRoot(a) => {
                at.word("<msqrt>");
                at.part(*a, Level::Open);
                at.word("</msqrt>");
            }
            Layout::Call(Head::Func(Func::Cbrt), args) => {
                at.word("<mroot>");
                at.part(args[0], Level::Open);
                at.word("<mn>3</mn></mroot>");
            }
            Layout::Call(Head::Func(Func::Exp), args) if at.formula.is_short_exponent(args[0]) => {
                at.word("<msup><mi>e</mi>");
                at.part_in(args[0], Level::Open, Style::Inline);
                at.word("</msup>");
            }
            Layout::Call(Head::Func(f), args) => match own_brackets(*f) {
                Some((open, close)) => {
                    at.word(format!("<mrow><mo>{open}</mo>"));
                    at.part(args[0], Level::Open);
                    at.word(format!("<mo>{close}</mo></mrow>"));
                }
                None => call(at, function(&title(*f)), args),
            },
            Layout::Call(Head::Func2(Func2::Polygamma), args) => {
                at.word("<mrow><msup><mi>ψ</mi><mrow><mo>(</mo>");
                at.part_in(args[0], Level::Open, Style::Inline);
                at.word("<mo>)</mo></mrow></msup>");
                at.word(APPLY);
                bracketed(at, &args[1..]);
                at.word("</mrow>");
            }
            Layout::Call(Head::Func2(f), args) => call(at, function(&title2(*f)), args),
            Layout::Call(Head::Named(f, primes), args) => {
                call(at, primed(name(f.name()), *primes as usize), args);
            }
            Layout::Chain(kind @ (Chain::Max | Chain::Min), ..) => {
                let links = at.formula.chain(at.id, at.room());
                call(at, format!("<mi>{}</mi>", if *kind == Chain::Max { "max" } else { "min" }), &links);
            }
            Layout::Chain(kind @ (Chain::And | Chain::Or), ..) => {
                let (word, level) = if *kind == Chain::And {
                    ("<mo>∧</mo>", Level::Relation)
                } else {
                    ("<mo>∨</mo>", Level::And)
                };
                at.word("<mrow>");
                for (k, link) in at.formula.chain(at.id, at.room()).into_iter().enumerate() {
                    at.word(if k > 0 { word } else { "" });
                    at.part(link, level);
                }
                at.word("</mrow>");
            }
            Layout::Relation(relation, a, b) => {
                at.word("<mrow>");
                at.part(*a, Level::Sum);
                at.word(match relation {
                    Relation::Less => "<mo>&lt;</mo>",
                    Relation::LessEqual => "<mo>≤</mo>",
                    Relation::Equal => "<mo>=</mo>",
                    Relation::NotEqual => "<mo>≠</mo>",
                });
                at.part(*b, Level::Sum);
                at.word("</mrow>");
            }
            Layout::Where(..) => {
                let (cases, otherwise) = at.formula.cases(at.id, at.room());
                at.word("<mrow><mo>{</mo><mtable>");
                for (condition, value) in cases {
                    at.word("<mtr><mtd>");
                    at.part(value, Level::Sum);
                    at.word("</mtd><mtd><mrow><mtext>if\u{a0}</mtext>");
                    at.part(condition, Level::Open);
                    at.word("</mrow></mtd></mtr>");
                }
                at.word("<mtr><mtd>");
                at.part(otherwise, Level::Sum);
                at.word("</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable></mrow>");
            }
            Layout::Derivative { body, by, order, partial } => {
                let d = if *partial { "<mo>∂</mo>" } else { "<mi>d</mi>" };
                let by = name(by.name());
                let (above, by) = match order {
                    1 => (d.to_owned(), by),
                    n => (format!("<msup>{d}<mn>{n}</mn></msup>"), format!("<msup>{by}<mn>{n}</mn></msup>")),
                };
                let below = format!("<mrow>{d}{TIMES}{by}</mrow>");
                at.word(match at.style {
                    Style::Inline => format!("<mrow><mrow>{above}<mo>/</mo>{below}</mrow>"),
                    Style::Text | Style::Display => format!("<mrow><mfrac>{above}{below}</mfrac>"),
                });
                at.word("<mrow><mo>[</mo>");
                at.part(*body, Level::Open);
                at.word("<mo>]</mo></mrow></mrow>");
            }
            Layout::Equals(sides) => {
                at.word("<mrow>");
                for (k, side) in sides.iter().enumerate() {
                    at.word(if k > 0 { "<mo>=</mo>" } else { "" });
                    at.part(*side, Level::Cases);
                }
                at.word("</mrow>");
            }
        }
    }
}

fn call(at: &mut Cursor<'_>, head: String, args: &[Id]) {
    at.word("<mrow>");
    at.word(head);
    at.word(APPLY);
    bracketed(at, args);
    at.word("</mrow>");
}

/// Arguments in their brackets.
fn bracketed(at: &mut Cursor<'_>, args: &[Id]) {
    at.word("<mrow><mo>(</mo>");
    for (k, arg) in args.iter().enumerate() {
        at.word(if k > 0 { "<mo>,</mo>" } else { "" });
        let room = at.room();
        at.part(*arg, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word("<mo>)</mo></mrow>");
}

fn function(title: &Title) -> String {
    let name = match title.name {
        "Gamma" => "<mi mathvariant=\"normal\">Γ</mi>".to_owned(),
        "psi" => "<mi>ψ</mi>".to_owned(),
        name => format!("<mi>{name}</mi>"),
    };
    match title.index {
        Some(index) => format!("<msub>{name}<mn>{index}</mn></msub>"),
        None => name,
    }
}

/// A name with its subscript and primes, one element.
fn name(text: &str) -> String {
    let name = Name::split(text);
    let mut out = stem(name.stem);
    if let Some(subscript) = name.subscript {
        let inner: Vec<String> = subscript.split('_').map(stem).collect();
        let inner = match &inner[..] {
            [one] => one.clone(),
            more => format!("<mrow>{}</mrow>", more.join("<mo>,</mo>")),
        };
        out = format!("<msub>{out}{inner}</msub>");
    }
    primed(out, name.primes)
}

fn primed(element: String, primes: usize) -> String {
    if primes == 0 {
        return element;
    }
    format!("<msup>{element}<mo>{}</mo></msup>", "′".repeat(primes))
}

/// One letter is set in italics, a word upright: both by themselves.
fn stem(text: &str) -> String {
    let number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match greek(text) {
        Some(capital) if capital.is_uppercase() => format!("<mi mathvariant=\"normal\">{capital}</mi>"),
        Some(letter) => format!("<mi>{letter}</mi>"),
        None if number => format!("<mn>{text}</mn>"),
        None => format!("<mi>{}</mi>", escaped(text)),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
