//! Formulas in the language of Secant, so that what is written can be read back.

use super::super::Func;
use super::array::{self, Array};
use super::layout::{Chain, Head, Id, Layout, Relation, Set};
use super::level::{Level, Style, factor_level};
use super::names::{greek, is_letter};
use super::write::{Cursor, Spelling};

pub(super) struct Text;

impl Spelling for Text {
    const STYLE: Style = Style::Text;
    const ELLIPSIS: &'static str = "…";

    fn brackets(_: bool) -> (&'static str, &'static str) {
        ("(", ")")
    }

    fn spell(at: &mut Cursor<'_>, layout: &Layout) {
        match layout {
            Layout::Number(n) => match n.exponent {
                Some(e) => at.word(format!("{}e{e}", n.digits)),
                None => at.word(n.digits.clone()),
            },
            Layout::Symbol(s) => at.word(s.name().to_owned()),
            Layout::Constant(c) => at.word(c.name()),
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
                        at.word(if reads_as_product(at, factors[k - 1], *factor) { " " } else { "*" });
                    }
                    let room = at.room();
                    at.part(*factor, factor_level(k, factors.len()));
                    if room == 0 {
                        break;
                    }
                }
            }
            Layout::Fraction(above, below) => {
                at.part(*above, Level::Chain);
                at.word("/");
                at.part(*below, Level::Power);
            }
            Layout::Power(base, exponent) => {
                at.part(*base, Level::Atom);
                at.word("^");
                at.part(*exponent, Level::Atom);
            }
            Layout::SquareRoot(a) => list(at, "sqrt", &[*a]),
            Layout::Call(Head::Func(f), args) => list(at, f.name(), args),
            Layout::Call(Head::Func2(f), args) => list(at, f.name(), args),
            Layout::Call(Head::Named(name, primes), args) => {
                at.word(name.name().to_owned());
                list(at, "'".repeat(*primes as usize), args);
            }
            Layout::Chain(kind @ (Chain::Max | Chain::Min), ..) => {
                let links = at.formula.chain(at.id, at.room());
                list(at, if *kind == Chain::Max { "max" } else { "min" }, &links);
            }
            Layout::Chain(kind @ (Chain::And | Chain::Or), ..) => {
                let (word, level) =
                    if *kind == Chain::And { (" and ", Level::Relation) } else { (" or ", Level::And) };
                for (k, link) in at.formula.chain(at.id, at.room()).into_iter().enumerate() {
                    at.word(if k > 0 { word } else { "" });
                    at.part(link, level);
                }
            }
            Layout::Relation(relation, a, b) => {
                at.part(*a, Level::Sum);
                at.word(match relation {
                    Relation::Less => " < ",
                    Relation::LessEqual => " <= ",
                    Relation::Equal => " == ",
                    Relation::NotEqual => " != ",
                    Relation::Greater => " > ",
                    Relation::GreaterEqual => " >= ",
                });
                at.part(*b, Level::Sum);
            }
            Layout::Outside(a, set) => {
                at.part(*a, Level::Sum);
                at.word(match set {
                    Set::Poles => " is not 0, -1, -2, …",
                    Set::Integers => " is not an integer",
                });
            }
            Layout::Where(c, a, b) => list(at, "where", &[*c, *a, *b]),
            Layout::Derivative { body, by, order, .. } => {
                at.word("diff(");
                at.part(*body, Level::Open);
                at.word(format!(", {by}"));
                at.word(if *order == 1 { ")".to_owned() } else { format!(", {order})") });
            }
            Layout::Array(a) => array::text::spell(at, a),
            Layout::Equals(sides) => {
                for (k, side) in sides.iter().enumerate() {
                    at.word(if k > 0 { " = " } else { "" });
                    at.part(*side, Level::Sum);
                }
            }
        }
    }
}

pub(super) fn list(at: &mut Cursor<'_>, head: impl Into<std::borrow::Cow<'static, str>>, args: &[Id]) {
    at.word(head);
    at.word("(");
    for (k, arg) in args.iter().enumerate() {
        at.word(if k > 0 { ", " } else { "" });
        let room = at.room();
        at.part(*arg, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word(")");
}

/// May the two stand side by side? Not where digits would run together, or a name would call what follows.
pub(super) fn reads_as_product(at: &Cursor<'_>, before: Id, after: Id) -> bool {
    if at.formula.begins_with_digit(after, Style::Text) {
        return false;
    }
    let last = match at.formula.layout(before) {
        Layout::Power(_, exponent) => *exponent,
        _ => before,
    };
    let calls = match at.formula.layout(last) {
        Layout::Symbol(s) => may_call(s.name()),
        Layout::Constant(c) => may_call(c.name()),
        _ => false,
    };
    !(calls && begins_with_bracket(at, after))
}

fn begins_with_bracket(at: &Cursor<'_>, mut id: Id) -> bool {
    let mut level = Level::Product;
    loop {
        if at.needs_brackets(id, level) {
            return true;
        }
        (id, level) = match at.formula.layout(id) {
            Layout::Power(base, _) => (*base, Level::Atom),
            Layout::Array(Array::Power(base, _) | Array::Transpose(base) | Array::Index(base, _)) => {
                (*base, Level::Atom)
            }
            Layout::Array(Array::Elementwise(factors)) => (factors[0], Level::Power),
            _ => return false,
        };
    }
}

/// Could the name before a bracket be read as a function, or as a slip for one? A letter and a letter with a
/// subscript never are.
fn may_call(name: &str) -> bool {
    let letter = is_letter(name) || greek(name).is_some() || name.contains('_');
    let function = Func::from_name(&name.to_lowercase()).is_some() || name.starts_with("log_");
    function || !letter
}
