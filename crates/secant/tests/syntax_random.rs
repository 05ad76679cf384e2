//! The readers against texts nobody would write: they end, they do not panic, they point into the text; and what is
//! read, printed and read again stays the same.

use proptest::prelude::*;
use secant::syntax::{
    Bracket, CallForm, Errors, FreeNames, Join, Kind, Limits, Logical, Raise, Rel, Sign, Span, Written,
    lower, parse, parse_latex, parse_statement,
};

/// Pieces that mean something, in any order.
const PIECES: &[&str] = &[
    "x",
    "y",
    " ",
    "2",
    "0.5",
    "1e5",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "||",
    ",",
    ";",
    ":",
    "=",
    "==",
    "<",
    "<=",
    "!=",
    "!",
    "'",
    "''",
    "..",
    ".",
    ".*",
    "./",
    ".^",
    "~",
    "sin",
    "sin ",
    "log_2",
    "sqrt",
    "e",
    "pi",
    "inf",
    "deg",
    "max",
    "where",
    "diff",
    "f",
    "d",
    "dx",
    "d/dx ",
    "∂",
    "∂f/∂x",
    "√",
    "∛",
    "²",
    "⁻¹",
    "ⁿ",
    "°",
    "α",
    "π",
    "x₁",
    "x_{max}",
    "_",
    "and",
    " or ",
    "not ",
    "∞",
    "≤",
    "·",
    "‖",
    "⌊",
    "⌋",
    "∇",
    "х",
    "\u{0}",
    "\u{200b}",
    "𝑥",
    "\\frac",
    "\\sqrt",
    "\\sin",
    "\\left(",
    "\\right)",
    "\\left|",
    "\\right|",
    "\\cdot",
    "\\mathrm{a}",
    "\\partial ",
    "\\begin{cases}",
    "\\end{cases}",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "&",
    "\\\\",
    "^{",
    "_{",
    "\\log_",
    "\\circ",
    "^\\circ",
    "\\prime",
    "\\top",
    "$",
    "\\(",
    "\\",
    "\\text{if }",
    "otherwise",
    "9999999999999999999999",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..30).prop_map(|p| p.concat())
}

fn spans_are_inside(text: &str, errors: &Errors) -> Result<(), TestCaseError> {
    let length = text.chars().count() as u32;
    for e in errors {
        let Span { from, to } = e.span();
        prop_assert!(from <= to && to <= length, "{text:?}: {e} at {from}..{to}");
        prop_assert!(e.hint().is_some_and(|h| !h.is_empty()), "{text:?}: {e} has no hint");
        prop_assert!(!e.code().starts_with("internal."), "{text:?}: {e}");
    }
    Ok(())
}

fn children_are_inside(w: &Written) -> Result<(), TestCaseError> {
    let mut all = Ok(());
    w.kind.for_each_child(|c| {
        if all.is_ok() {
            all = children_are_inside(c);
        }
        if all.is_ok() && !(w.span.from <= c.span.from && c.span.to <= w.span.to) {
            all = Err(TestCaseError::fail(format!("{c} at {:?} is outside {w} at {:?}", c.span, w.span)));
        }
    });
    all
}

/// Reading ends with a tree that can be lowered, printed and read again, or with mistakes that can be shown.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let limits = Limits::default();
    let _ = parse_statement(text, &limits);
    for (latex, read) in [(false, parse(text, &limits)), (true, parse_latex(text, &limits))] {
        match read {
            Err(errors) => spans_are_inside(text, &errors)?,
            Ok(written) => {
                children_are_inside(&written)?;
                let printed = written.to_string();
                let meaning = lower(&written, &mut FreeNames);
                if let Err(errors) = &meaning {
                    spans_are_inside(text, errors)?;
                }
                match parse(&printed, &limits) {
                    Ok(again) => {
                        prop_assert_eq!(again.to_string(), printed.clone(), "{:?}", text);
                        let meaning = meaning.map(|l| l.expr).map_err(|e| e.first().code());
                        let same =
                            lower(&again, &mut FreeNames).map(|l| l.expr).map_err(|e| e.first().code());
                        // Bars are printed as `abs(…)`, which may be of a vector.
                        if meaning != Err("shape.bars") {
                            prop_assert_eq!(meaning, same, "{:?} prints as {:?}", text, printed);
                        }
                    }
                    Err(e) => prop_assert!(latex, "{:?} prints as {:?}: {}", text, printed, e),
                }
            }
        }
    }
    Ok(())
}

fn plain(kind: Kind) -> Written {
    Written::new(kind, Span::default())
}

fn boxed(w: Written) -> Box<Written> {
    Box::new(w)
}

/// Trees of every kind that has a meaning as a number, and some that have none.
fn trees() -> impl Strategy<Value = Written> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["x", "y", "alpha", "x_1", "e", "pi"])
            .prop_map(|n| plain(Kind::Name(n.into()))),
        prop::sample::select(vec!["1", "2", "0.5", "12"]).prop_map(|n| plain(Kind::Number(n.into()))),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        let joins = prop::sample::select(vec![Join::Times, Join::Over, Join::TimesEach, Join::OverEach]);
        let rels =
            prop::sample::select(vec![Rel::Equal, Rel::Less, Rel::LessEqual, Rel::NotEqual, Rel::Greater]);
        let signs = prop::sample::select(vec![Sign::Plus, Sign::Minus]);
        let call = |name: &str, args: Vec<Written>| {
            let function = plain(Kind::Name(name.into()));
            plain(Kind::Call(Box::new(CallForm { function, args, bare: false, spaced: false })))
        };
        prop_oneof![
            (inner.clone(), prop::collection::vec((signs.clone(), inner.clone()), 1..4)).prop_map(
                |(a, rest)| { plain(Kind::Sum(std::iter::once((Sign::Plus, a)).chain(rest).collect())) }
            ),
            (inner.clone(), prop::collection::vec((joins, inner.clone()), 1..4)).prop_map(|(a, rest)| {
                plain(Kind::Product(std::iter::once((Join::First, a)).chain(rest).collect()))
            }),
            inner.clone().prop_map(|a| plain(Kind::Product(vec![
                (Join::First, plain(Kind::Number("3".into()))),
                (Join::Implicit, plain(Kind::Brackets(Bracket::Round, boxed(a)))),
            ]))),
            two.clone().prop_map(|ab| plain(Kind::Power(Raise::Caret, Box::new(ab)))),
            two.clone().prop_map(|ab| plain(Kind::Fraction(Box::new(ab)))),
            (signs, inner.clone()).prop_map(|(s, a)| plain(Kind::Signed(s, boxed(a)))),
            inner.clone().prop_map(|a| plain(Kind::Factorial(boxed(a)))),
            inner.clone().prop_map(|a| plain(Kind::Degrees(boxed(a)))),
            inner.clone().prop_map(|a| plain(Kind::Root(2, boxed(a)))),
            inner.clone().prop_map(|a| plain(Kind::Abs(boxed(a)))),
            inner.clone().prop_map(move |a| call("sin", vec![a])),
            two.clone().prop_map(move |(a, b)| call("max", vec![a, b])),
            (rels, two.clone()).prop_map(|(r, (a, b))| plain(Kind::Relation(boxed(a), vec![(r, b)]))),
            two.prop_map(|(a, b)| plain(Kind::Logic(Logical::And, vec![a, b]))),
            inner.clone().prop_map(|a| plain(Kind::Not(boxed(a)))),
            inner.prop_map(|a| plain(Kind::Matrix(vec![vec![a.clone(), a]]))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order(text in pieces()) {
        survives(&text)?;
    }

    #[test]
    fn any_characters(text in "\\PC{0,40}") {
        survives(&text)?;
    }

    #[test]
    fn any_ascii(text in "[ -~]{0,40}") {
        survives(&text)?;
    }

    /// The tree is printed, read, and means the same; numbers and conditions included.
    #[test]
    fn trees_come_back(tree in trees()) {
        let text = tree.to_string();
        let read = parse(&text, &Limits::default()).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let printed = read.to_string();
        let again = parse(&printed, &Limits::default()).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
        prop_assert_eq!(again.to_string(), printed);
        let meaning = |w: &Written| {
            lower(w, &mut FreeNames).map(|l| (l.expr, l.conditions)).map_err(|e| e.first().code())
        };
        // Bars are printed as `abs(…)`, which may be of a vector.
        if meaning(&tree) != Err("shape.bars") {
            prop_assert_eq!(meaning(&tree), meaning(&read), "{}", text);
        }
    }
}
