//! What is printed as text reads back as the same expression, and the other notations are well formed: random
//! expressions of every kind.

use proptest::prelude::*;
use secant::expr::{
    Constant, Expr, Func, Func2, Rational, apply, apply2, power, product, scale, select, sum,
};
use secant::syntax::parse_expr;

const NAMES: &[&str] =
    &["x", "y", "a", "A", "n", "x_1", "x_max", "alpha", "gamma", "beta_0", "rate", "Delta", "e_1", "z10"];

fn number() -> impl Strategy<Value = Rational> {
    prop_oneof![
        4 => (-6_i64..=12).prop_map(Rational::integer),
        3 => (-12_i64..=12, 1_i64..=12).prop_map(|(a, b)| Rational::ratio(a, b).unwrap()),
        1 => (any::<i64>(), 1_i64..).prop_map(|(a, b)| Rational::ratio(a, b).unwrap()),
        2 => (1_u32..100_000, -40_i32..30)
            .prop_map(|(m, e)| Rational::from_decimal(&format!("{m}e{e}")).unwrap()),
        1 => (0_u32..1000, 0_u32..1000).prop_map(|(a, b)| Rational::from_decimal(&format!("{a}.{b}")).unwrap()),
    ]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        3 => number().prop_map(Expr::number),
        6 => proptest::sample::select(NAMES).prop_map(Expr::var),
        1 => proptest::sample::select(&[Constant::Pi, Constant::E, Constant::Infinity][..]).prop_map(Expr::constant),
    ]
}

fn expression() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 60, 4, |inner| {
        let terms = proptest::collection::vec((number(), inner.clone()), 1..5);
        let factors = proptest::collection::vec(inner.clone(), 1..5);
        let exponent = prop_oneof![
            3 => (-4_i64..=4).prop_map(Expr::integer),
            3 => (-7_i64..=7, 1_i64..=4).prop_map(|(a, b)| Expr::number(Rational::ratio(a, b).unwrap())),
            1 => Just(Expr::integer(1_000_000_000)),
            2 => inner.clone(),
        ];
        prop_oneof![
            4 => terms.prop_map(sum),
            1 => (number(), inner.clone()).prop_map(|(c, e)| scale(&c, &e)),
            4 => factors.prop_map(product),
            2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| a / b),
            4 => (inner.clone(), exponent).prop_map(|(b, e)| power(&b, &e)),
            3 => (proptest::sample::select(Func::ALL), inner.clone()).prop_map(|(f, a)| apply(f, &a)),
            3 => (proptest::sample::select(Func2::ALL), inner.clone(), inner.clone())
                .prop_map(|(f, a, b)| apply2(f, &a, &b)),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(c, a, b)| select(&c, &a, &b)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_back(e in expression()) {
        // What has no value has no text that reads back.
        prop_assume!(e.post_order().iter().all(|part| !part.is_undefined()));
        let text = e.to_string();
        match parse_expr(&text) {
            Ok(read) => {
                prop_assert_eq!(&read, &e, "printed as {}", text);
                prop_assert_eq!(read.to_string(), text);
            }
            // What has a value nowhere, or a number of thousands of digits, is refused by the reader whoever wrote it.
            Err(errors) => {
                let allowed = |code: &str| code.starts_with("domain.") || code == "budget.number";
                let all = errors.iter().map(|e| format!("{e}")).collect::<Vec<_>>();
                prop_assert!(errors.iter().any(|e| allowed(e.code())), "{}: {}", text, all.join("; "));
            }
        }
    }

    #[test]
    fn mathml_is_well_formed(e in expression()) {
        check_mathml(&e.to_mathml());
        check_mathml(&Expr::derivative_of(&e, &"x".into()).exp().to_mathml());
    }

    #[test]
    fn latex_is_balanced(e in expression()) {
        check_latex(&Expr::derivative_of(&e, &"x".into()).sqrt().to_latex());
        check_latex(&e.to_latex());
    }
}

/// Tags match, and every element has as many children as it must have.
#[track_caller]
fn check_mathml(text: &str) {
    let mut open: Vec<(&str, usize)> = vec![("", 0)];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        let end = tag.find('>').expect("every tag ends");
        let (name, parent) = (&tag[1..end], open.last_mut().unwrap());
        assert!(before.is_empty() || matches!(parent.0, "mi" | "mn" | "mo" | "mtext"), "{before} in {text}");
        assert!(!before.contains('>'), "{before} in {text}");
        if let Some(name) = name.strip_prefix('/') {
            let (opened, children) = open.pop().unwrap();
            assert_eq!(opened, name, "{text}");
            let right = match name {
                "mi" | "mn" | "mo" | "mtext" => children == 0,
                "mfrac" | "msup" | "msub" | "mroot" => children == 2,
                "msubsup" => children == 3,
                "math" | "msqrt" | "mtd" => children == 1,
                _ => children > 0,
            };
            assert!(right, "{name} with {children} children in {text}");
        } else {
            parent.1 += 1;
            open.push((name.split(' ').next().unwrap(), 0));
        }
        rest = &tag[end + 1..];
    }
    assert!(rest.is_empty() && open == [("", 1)], "{text}");
}

/// Groups and growing brackets match.
#[track_caller]
fn check_latex(text: &str) {
    let mut groups = 0;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '{' if !escaped => groups += 1,
            '}' if !escaped => groups -= 1,
            _ => {}
        }
        assert!(groups >= 0, "{text}");
        escaped = c == '\\' && !escaped;
    }
    assert_eq!(groups, 0, "{text}");
    assert_eq!(text.matches("\\left").count(), text.matches("\\right").count(), "{text}");
    assert_eq!(text.matches("\\begin{cases}").count(), text.matches("\\end{cases}").count(), "{text}");
}
