//! Roots of random equations whose roots are known beforehand: each lies in exactly one proven enclosure, and "complete" is
//! said only when none is missing. Certificates hold the root that was planted.

use proptest::prelude::*;
use secant::expr::{Expr, Symbol};
use secant::program::{Budget, Interval};
use secant::solve::{RootOptions, Status, System, certify, isolate, newton, safeguarded};
use secant::syntax::parse_expr;

fn system(equations: &[String], unknowns: &[&str]) -> System {
    let equations: Vec<Expr> = equations.iter().map(|e| parse_expr(e).unwrap()).collect();
    let unknowns: Vec<Symbol> = unknowns.iter().map(|x| Symbol::new(x)).collect();
    System::new(&equations, &[], &unknowns).unwrap()
}

/// Factors with the roots that they bring: each text is 0 at the rational number `n / 8` and nowhere else in `-8..8`,
/// but for those which have no root.
fn factor(kind: u8, n: i32) -> (String, Option<f64>) {
    let (r, x) = (f64::from(n) / 8.0, format!("(x - {n}/8)"));
    match kind {
        0 => (x, Some(r)),
        1 => (format!("{x}^2"), Some(r)),
        2 => (format!("sinh({x})"), Some(r)),
        3 => (format!("(exp({x}) - 1)"), Some(r)),
        4 => (format!("atan({x}/3)"), Some(r)),
        5 => (format!("(x^2 + {})", n.abs() + 1), None),
        6 => (format!("(2 + sin({x}))"), None),
        7 => (format!("1/({x}^2 + 1)"), None),
        _ => (format!("({x} + {x}^3)"), Some(r)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Products of factors with known roots. About 300 equations with 1 to 5 factors: some 600 roots.
    #[test]
    fn every_root_is_in_exactly_one_enclosure(parts in prop::collection::vec((0u8..9, -60i32..60), 1..5)) {
        let factors: Vec<(String, Option<f64>)> = parts.iter().map(|(kind, n)| factor(*kind, *n)).collect();
        let text: Vec<&str> = factors.iter().map(|(text, _)| text.as_str()).collect();
        let text = text.join("*");
        let over = Interval::new(-8.0, 8.0).unwrap();
        let mut roots: Vec<f64> = factors.iter().filter_map(|(_, root)| *root).collect();
        roots.sort_by(f64::total_cmp);
        roots.dedup();
        let report =
            isolate(&system(std::slice::from_ref(&text), &["x"]), &[over], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
        let proven: Vec<Interval> = report
            .roots
            .iter()
            .filter(|root| root.status == Status::Proven)
            .map(|root| root.enclosure.as_ref().unwrap()[0])
            .collect();
        for root in &roots {
            let holding = proven.iter().filter(|x| x.contains(*root)).count();
            let undecided = report.undecided.iter().any(|x| x[0].contains(*root));
            prop_assert!(holding == 1 || (holding == 0 && undecided), "{text}: {root} in {holding}: {report:#?}");
            prop_assert!(!report.complete || holding == 1, "{text}: {report:#?}");
        }
        // Nothing is proven that is not there.
        prop_assert!(proven.iter().all(|x| roots.iter().any(|r| x.contains(*r))), "{text}: {report:#?}");
        prop_assert_eq!(report.complete, report.undecided.is_empty());
    }

    /// Polynomials with rational roots, multiplied out: 300 of them, all decided, multiplicities and all.
    #[test]
    fn polynomials_are_always_complete(roots in prop::collection::vec(-24i32..24, 1..6), lead in 1i32..5) {
        let text: String = roots.iter().map(|n| format!("*(x - {n}/6)")).collect();
        let expanded = secant::expr::expand(&parse_expr(&format!("{lead}{text}")).unwrap(), 1000).unwrap();
        let s = System::new(std::slice::from_ref(&expanded), &[], &[Symbol::new("x")]).unwrap();
        let report = isolate(&s, &[Interval::ALL], &RootOptions::default(), &Budget::UNLIMITED).unwrap();
        prop_assert!(report.complete, "{expanded}: {report:#?}");
        let mut apart = roots.clone();
        apart.sort_unstable();
        apart.dedup();
        prop_assert_eq!(report.roots.len(), apart.len(), "{}: {:#?}", expanded, report);
        for (root, n) in report.roots.iter().zip(&apart) {
            let want = parse_expr(&format!("{n}/6")).unwrap();
            prop_assert_eq!(root.exact.as_ref().map(|e| e[0].clone()), Some(want));
            let times = roots.iter().filter(|other| *other == n).count() as u32;
            prop_assert_eq!(root.multiplicity, Some(times));
        }
    }

    /// Systems with a planted root: the certificate at the end of Newton's way holds it. 300 systems in 2 to 4 unknowns.
    #[test]
    fn certificates_hold_the_planted_root(
        at in prop::collection::vec(-16i32..16, 2..5),
        entries in prop::collection::vec(-9i32..9, 32),
    ) {
        let names = ["x", "y", "z", "w"];
        let n = at.len();
        let entry = |i: usize, j: usize| entries[(i * n + j) % 32] + if i == j { 20 } else { 0 };
        // Row i: Σ a_ij (x_j - r_j) + sin(x_i - r_i) (x_k - r_k)
        let equations: Vec<String> = (0..n).map(|i| {
            let away = |j: usize| format!("({} - {}/16)", names[j], at[j]);
            let linear: String = (0..n).map(|j| format!("+ ({}) {}", entry(i, j), away(j))).collect();
            format!("0 {linear} + sin({}) {}", away(i), away((i + 1) % n))
        }).collect();
        let s = system(&equations, &names[..n]);
        let root: Vec<f64> = at.iter().map(|r| f64::from(*r) / 16.0).collect();
        let start: Vec<f64> = root.iter().map(|r| r + 0.05).collect();
        for method in [newton, safeguarded] {
            let report = method(&s, &start, &RootOptions::default(), &Budget::UNLIMITED).unwrap();
            prop_assert_eq!(report.stop.word(), "converged");
            for found in &report.roots {
                let Some(enclosure) = &found.enclosure else { continue };
                prop_assert_eq!(found.status, Status::Proven);
                prop_assert!(enclosure.iter().zip(&root).all(|(x, r)| x.contains(*r)), "{equations:?}: {report:#?}");
            }
            let certificate = certify(&s, &report.roots[0].at, &Budget::UNLIMITED).unwrap();
            prop_assert!(certificate.is_some_and(|c| c.region.iter().zip(&root).all(|(x, r)| x.contains(*r))));
        }
    }

    /// Two curves with a planted crossing: no certificate anywhere near excludes it, and "complete" never loses it.
    #[test]
    fn a_planted_crossing_is_never_lost(a in -12i32..12, b in -12i32..12, c in 1i32..6, d in -5i32..5) {
        let equations = [
            format!("(x - {a}/8)^2 + {c} (y - {b}/8) + (x - {a}/8) (y - {b}/8)"),
            format!("({d}) (x - {a}/8) + sin(y - {b}/8)"),
        ];
        let s = system(&equations, &["x", "y"]);
        let over = [Interval::new(-3.0, 3.0).unwrap(); 2];
        let options = RootOptions { max_boxes: 3_000, ..RootOptions::default() };
        let report = isolate(&s, &over, &options, &Budget::UNLIMITED).unwrap();
        let root = [f64::from(a) / 8.0, f64::from(b) / 8.0];
        let holds = |x: &[Interval]| x.iter().zip(&root).all(|(x, r)| x.contains(*r));
        let proven = report.roots.iter().filter(|r| r.status == Status::Proven);
        let count = proven.filter(|r| holds(r.enclosure.as_ref().unwrap())).count();
        prop_assert!(count == 1 || (count == 0 && report.undecided.iter().any(|x| holds(x))), "{equations:?}: {report:#?}");
    }
}
