//! Formulas in presentation MathML, the core that browsers lay out and screen readers read; no styles.

use super::super::{Constant, Func, Func2};
use super::array;
use super::latex::raised_function;
use super::layout::{Chain, Head, Id, Layout, Relation, Set, Sign};
use super::level::{Level, Style, factor_level};
use super::names::{Name, Title, greek, own_brackets, title, title2};
use super::write::{Cursor, Spelling};

/// Spells a part as exactly one element.
pub(super) struct MathMl;

/// The sign that is not seen, between factors.
pub(super) const TIMES: &str = "<mo>\u{2062}</mo>";
/// The same with a thin space: `x sin x` is not to look like one word.
const SPACED_TIMES: &str = "<mo lspace=\"0.167em\" rspace=\"0\">\u{2062}</mo>";
const SLASH: &str = "<mo lspace=\"0\" rspace=\"0\">/</mo>";
/// The sign that is not seen, between a function and its argument.
pub(super) const APPLY: &str = "<mo>\u{2061}</mo>";

const POLES: &str = "<mrow><mo>{</mo><mn>0</mn><mo>,</mo><mrow><mo>−</mo><mn>1</mn></mrow><mo>,</mo>\
    <mrow><mo>−</mo><mn>2</mn></mrow><mo>,</mo><mo>…</mo><mo>}</mo></mrow>";

impl Spelling for MathMl {
    const STYLE: Style = Style::Display;
    const ELLIPSIS: &'static str = "<mo>…</mo>";

    fn brackets(tall: bool) -> (&'static str, &'static str) {
        if tall {
            ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
        } else {
            // A bracket that could grow and need not is set wider than a plain one.
            ("<mrow><mo stretchy=\"false\">(</mo>", "<mo stretchy=\"false\">)</mo></mrow>")
        }
    }

    fn spell(at: &mut Cursor<'_>, layout: &Layout) {
        match layout {
            Layout::Number(n) => match n.exponent {
                None => at.word(format!("<mn>{}</mn>", n.digits)),
                Some(e) => {
                    let sign = if e < 0 { "<mo>−</mo>" } else { "" };
                    let e = e.unsigned_abs();
                    let power = format!("<msup><mn>10</mn><mrow>{sign}<mn>{e}</mn></mrow></msup>");
                    at.word(match &*n.digits {
                        "1" => power,
                        digits => format!("<mrow><mn>{digits}</mn><mo>⋅</mo>{power}</mrow>"),
                    });
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
                        let words = at.formula.is_word(*factor)
                            || at.formula.is_word(factors[k - 1])
                            || at.formula.begins_with_function(*factor);
                        at.word(match at.formula.begins_with_digit(*factor, at.style) {
                            true => "<mo>⋅</mo>",
                            false if words => SPACED_TIMES,
                            false => TIMES,
                        });
                    }
                    let room = at.room();
                    at.part(*factor, factor_level(k, factors.len()));
                    if room == 0 {
                        break;
                    }
                }
                at.word("</mrow>");
            }
            Layout::Fraction(above, below) if at.style == Style::Inline => {
                at.word("<mrow>");
                at.part(*above, Level::Chain);
                at.word(SLASH);
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
                } else if let Some((stem, subscript)) = subscripted(at.formula.layout(*base)) {
                    at.word(format!("<msubsup>{stem}{subscript}"));
                    at.part_in(*exponent, Level::Open, Style::Inline);
                    at.word("</msubsup>");
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
                Some((open, close)) => enclosed(at, open, args[0], close),
                None => call(at, function(&title(*f)), args),
            },
            Layout::Call(Head::Func2(Func2::Polygamma), args) => {
                at.word("<mrow><msup><mi>ψ</mi><mrow><mo stretchy=\"false\">(</mo>");
                at.part_in(args[0], Level::Open, Style::Inline);
                at.word("<mo stretchy=\"false\">)</mo></mrow></msup>");
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
                    Relation::Greater => "<mo>&gt;</mo>",
                    Relation::GreaterEqual => "<mo>≥</mo>",
                });
                at.part(*b, Level::Sum);
                at.word("</mrow>");
            }
            Layout::Outside(a, set) => {
                at.word("<mrow>");
                at.part(*a, Level::Sum);
                at.word("<mo>∉</mo>");
                at.word(match set {
                    Set::Poles => POLES,
                    Set::Integers => "<mi>ℤ</mi>",
                });
                at.word("</mrow>");
            }
            Layout::Where(..) => {
                let (cases, otherwise) = at.formula.cases(at.id, at.room());
                at.word("<mrow><mo>{</mo><mtable class=\"cases\">");
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
            Layout::Derivative { body, order, sign: Sign::Differential, .. } => {
                array::mathml::differential(at, *body, *order);
            }
            Layout::Derivative { body, by, order, sign } => {
                let d = if *sign == Sign::Partial { "<mo>∂</mo>" } else { "<mi>d</mi>" };
                let by = name(by.name());
                let (above, by) = match order {
                    1 => (d.to_owned(), by),
                    n => (format!("<msup>{d}<mn>{n}</mn></msup>"), format!("<msup>{by}<mn>{n}</mn></msup>")),
                };
                let below = format!("<mrow>{d}{TIMES}{by}</mrow>");
                at.word(match at.style {
                    Style::Inline => format!("<mrow><mrow>{above}{SLASH}{below}</mrow>"),
                    Style::Text | Style::Display => format!("<mrow><mfrac>{above}{below}</mfrac>"),
                });
                enclosed(at, '[', *body, ']');
                at.word("</mrow>");
            }
            Layout::Array(a) => array::mathml::spell(at, a),
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
pub(super) fn bracketed(at: &mut Cursor<'_>, args: &[Id]) {
    let (open, close) = MathMl::brackets(args.iter().any(|a| grows(at, *a)));
    at.word(open);
    for (k, arg) in args.iter().enumerate() {
        at.word(if k > 0 { "<mo>,</mo>" } else { "" });
        let room = at.room();
        at.part(*arg, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word(close);
}

/// A part in brackets of another kind.
pub(super) fn enclosed(at: &mut Cursor<'_>, open: char, part: Id, close: char) {
    let plain = if grows(at, part) { "" } else { " stretchy=\"false\"" };
    at.word(format!("<mrow><mo{plain}>{open}</mo>"));
    at.part(part, Level::Open);
    at.word(format!("<mo{plain}>{close}</mo></mrow>"));
}

/// Must brackets grow to hold it?
fn grows(at: &Cursor<'_>, part: Id) -> bool {
    at.style == Style::Display && at.formula.part(part).tall
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
pub(super) fn name(text: &str) -> String {
    let name = Name::split(text);
    let out = match name.subscript {
        Some(inner) => format!("<msub>{}{}</msub>", stem(name.stem), subscript(inner)),
        None => stem(name.stem),
    };
    primed(out, name.primes)
}

fn subscript(text: &str) -> String {
    let inner: Vec<String> = text.split('_').map(stem).collect();
    match &inner[..] {
        [one] => one.clone(),
        more => format!("<mrow>{}</mrow>", more.join("<mo>,</mo>")),
    }
}

/// The two elements of a name with a subscript and no primes.
fn subscripted(layout: &Layout) -> Option<(String, String)> {
    let Layout::Symbol(s) = layout else { return None };
    let name = Name::split(s.name());
    let inner = name.subscript.filter(|_| name.primes == 0)?;
    Some((stem(name.stem), subscript(inner)))
}

fn primed(element: String, primes: usize) -> String {
    if primes == 0 {
        return element;
    }
    let sign = match primes {
        2 => "″".to_owned(),
        3 => "‴".to_owned(),
        n => "′".repeat(n),
    };
    // The sign is a raised one already.
    format!("<mrow>{element}<mo lspace=\"0\" rspace=\"0\">{sign}</mo></mrow>")
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
