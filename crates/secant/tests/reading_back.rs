//! What is printed as text reads back as the same expression: random expressions of every kind.

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
            // What has a value nowhere is refused by the reader, whoever wrote it.
            Err(errors) => prop_assert!(errors.first().code().starts_with("domain."), "{}: {}", text, errors.first()),
        }
    }
}
