//! Random expressions, numbers and boxes from a seed.

use secant::expr::{
    Constant, Expr, Func, Func2, Rational, apply, apply2, power, product, scale, select, sum,
};

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// In [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 * (-53_f64).exp2()
    }

    /// A number of any size, more often near 1 or an integer.
    pub(crate) fn number(&mut self) -> f64 {
        match self.below(6) {
            0 => self.below(7) as f64 - 3.0,
            1 => (self.unit() - 0.5) * 20.0,
            2 => (self.unit() - 0.5) * 1e-3,
            3 => (self.unit() - 0.5) * 200.0,
            _ => self.unit() * 4.0 - 2.0,
        }
    }

    fn rational(&mut self) -> Rational {
        Rational::ratio(self.below(21) as i64 - 10, 1 + self.below(6) as i64).unwrap()
    }

    /// An expression in `x`, `y`, `z` of about `size` nodes.
    pub(crate) fn expr(&mut self, size: usize) -> Expr {
        if size <= 1 {
            return match self.below(8) {
                0 => Expr::number(self.rational()),
                1 => Expr::constant(Constant::Pi),
                k => Expr::var(["x", "y", "z"][k % 3]),
            };
        }
        let rest = size - 1;
        match self.below(12) {
            0..=2 => {
                let parts = 2 + self.below(3);
                let terms: Vec<_> = (0..parts).map(|_| (self.rational(), self.expr(rest / parts))).collect();
                sum(terms)
            }
            3..=4 => {
                let parts = 2 + self.below(2);
                product((0..parts).map(|_| self.expr(rest / parts)).collect::<Vec<_>>())
            }
            5 => power(&self.expr(rest), &Expr::number(self.rational())),
            6 => power(&self.expr(rest / 2), &self.expr(rest / 2)),
            7 => scale(&self.rational(), &self.expr(rest)),
            8 => {
                let f = Func2::ALL[self.below(Func2::ALL.len())];
                let first = if f == Func2::Polygamma {
                    Expr::integer(self.below(4) as i64)
                } else {
                    self.expr(rest / 2)
                };
                apply2(f, &first, &self.expr(rest / 2))
            }
            9 => select(&self.expr(rest / 3), &self.expr(rest / 3), &self.expr(rest / 3)),
            _ => apply(Func::ALL[self.below(Func::ALL.len())], &self.expr(rest)),
        }
    }
}
