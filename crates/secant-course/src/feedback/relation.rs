//! What a wrong answer has to do with the right one, where no broken rule explains it.

use secant::expr::{Expr, Rational};

use super::Level;

/// How a wrong answer follows from the right one everywhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Relation {
    /// It is minus the right one.
    Sign,
    /// It is this many times the right one.
    Factor(Expr),
    /// It is the right one and this.
    Shift(Expr),
}

impl Relation {
    /// The relation of an answer to what is right, given the values of both at a point; `same` confirms it.
    pub(crate) fn find(
        (yours, expected): (f64, f64),
        right: &Expr,
        same: impl Fn(&Expr) -> bool,
    ) -> Option<Relation> {
        if same(&-right.clone()) {
            return Some(Relation::Sign);
        }
        if let Some(factor) = simple(yours / expected).filter(|f| same(&(right.clone() * f.clone()))) {
            return Some(Relation::Factor(factor));
        }
        let shift = simple(yours - expected)?;
        same(&(right.clone() + shift.clone())).then_some(Relation::Shift(shift))
    }

    /// What to say about it.
    pub(super) fn sentence(&self, level: Level) -> String {
        if level == Level::Question {
            return match self {
                Relation::Sign => "The size is right everywhere. What else can be off?",
                Relation::Factor(_) => {
                    "It has the right shape and is off in the same way everywhere. What could do that?"
                }
                Relation::Shift(_) => {
                    "It runs beside the right one, always at the same distance. What could do that?"
                }
            }
            .to_owned();
        }
        match self {
            Relation::Sign => "Only the sign is wrong, everywhere: turn it round.".to_owned(),
            Relation::Factor(factor) => {
                format!("Everywhere it is {factor} times what it should be: look for a factor.")
            }
            Relation::Shift(shift) => {
                let (size, which) = match shift.as_number() {
                    Some(n) if n.is_negative() => (Expr::number(n.abs()), "little"),
                    _ => (shift.clone(), "much"),
                };
                format!("Everywhere it is {size} too {which}: the rest of your formula is right.")
            }
        }
    }
}

/// A fraction with small numbers that `x` is, within rounding.
fn simple(x: f64) -> Option<Expr> {
    if !x.is_finite() || x.abs() > 1e6 || x == 0.0 {
        return None;
    }
    (1..=24_i64).find_map(|d| {
        let n = (x * d as f64).round();
        let close = n != 0.0 && (x * d as f64 - n).abs() <= 1e-9 * n.abs().max(1.0);
        if close { Rational::ratio(n as i64, d).map(Expr::number) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use secant::sheet::Scope;

    #[test]
    fn relations_are_found_and_asked_before_they_are_told() {
        let read = |text: &str| Scope::open().expression(text).unwrap();
        let right = read("2 x + 3");
        let at = |e: &Expr| secant::program::eval(e, &[(secant::expr::Symbol::new("x"), 1.5)]).unwrap();
        let cases = [
            ("-2 x - 3", "sign", "Only the sign"),
            ("x + 3/2", "off in the same", "1/2 times"),
            ("2 x + 1", "distance", "2 too little"),
        ];
        for (given, asks, tells) in cases {
            let given = read(given);
            let found = Relation::find((at(&given), at(&right)), &right, |e| {
                *e == given || (e.clone() - given.clone()).is_zero()
            });
            let found = found.unwrap_or_else(|| panic!("{given}"));
            let question = found.sentence(Level::Question);
            assert!(question.contains('?') && (asks == "sign" || question.contains(asks)), "{question}");
            assert!(found.sentence(Level::Rule).contains(tells), "{given}: {found:?}");
        }
        assert_eq!(Relation::find((1.0, 2.0), &right, |_| false), None);
    }
}
