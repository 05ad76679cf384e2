//! Broken rules: everything that may go wrong where one rule is applied to one part.
//!
//! Here: for each kind of part, the wrong slopes it can be given from the slopes of its parts.
//! Not here: the right rules ([`Tree::rule`]), which parts they are tried on (`search`).
//! Invariant: how many wrongs there are, and in which order, depends on the part alone and never on the slopes, so that
//! one can be found again with other slopes.
//! Start reading at [`broken`].

use secant::expr::{Func, Rational};

use super::functions::wrong_slopes;
use super::tree::{By, Id, Op, Tree};

/// A wrong slope of a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wrong {
    /// The mistake, by its name in the table of slips.
    pub(crate) slip: &'static str,
    /// The larger, the rarer.
    pub(crate) cost: u32,
    pub(crate) gives: Id,
}

/// From this cost on it is no rule that was broken but the arithmetic around it.
pub(crate) const ARITHMETIC: u32 = 40;

/// Every wrong slope of a part, its varying parts having these.
pub(crate) fn broken(tree: &mut Tree, id: Id, by: &By, slopes: &[Id]) -> Vec<Wrong> {
    let mut bench = Bench { tree, by, wrongs: Vec::with_capacity(16) };
    bench.of(id, slopes);
    bench.wrongs
}

struct Bench<'t> {
    tree: &'t mut Tree,
    by: &'t By,
    wrongs: Vec<Wrong>,
}

impl Bench<'_> {
    fn wrong(&mut self, slip: &'static str, cost: u32, gives: Id) {
        self.wrongs.push(Wrong { slip, cost, gives });
    }

    fn times(&mut self, factors: &[Id]) -> Id {
        self.tree.product(factors)
    }

    fn varies(&self, id: Id) -> bool {
        self.tree.varies(id, self.by)
    }

    fn of(&mut self, id: Id, slopes: &[Id]) {
        match (self.tree.op(id), slopes) {
            (Op::Var(k), _) => self.variable(id, k),
            (Op::Sum(list), _) => {
                let terms = self.tree.list(list).to_vec();
                self.sum(id, &terms, slopes);
            }
            (Op::Neg(_), [d]) => self.wrong("algebra-sign", ARITHMETIC, *d),
            (Op::Product(list), _) => {
                let factors = self.tree.list(list).to_vec();
                self.product(&factors, slopes);
            }
            (Op::Quotient(u, v), _) => match (self.varies(u), self.varies(v), slopes) {
                (true, false, [du]) => self.divided_by_constant(v, *du),
                (false, true, [dv]) => self.reciprocal(u, v, *dv),
                (_, _, [du, dv]) => self.quotient((u, *du), (v, *dv)),
                _ => {}
            },
            (Op::Power(u, n), _) => match (self.varies(u), self.varies(n), slopes) {
                (true, false, [du]) => self.power(id, u, n, *du),
                (false, true, [dn]) => self.exponential(id, u, n, *dn),
                (_, _, [du, dn]) => self.general_power(id, (u, *du), (n, *dn)),
                _ => {}
            },
            (Op::Apply(f, u), [du]) => self.function(f, id, u, *du),
            _ => {}
        }
        if !self.tree.is_var(id) {
            self.wrong("not-differentiated", 16, id);
        }
    }

    fn variable(&mut self, id: Id, k: u32) {
        let (zero, one) = (self.tree.integer(0), self.tree.integer(1));
        if self.by.along.is_some_and(|(y, _)| y == k) {
            self.wrong("implicit-derivative-forgotten", 1, one);
            self.wrong("wrong-variable", 3, zero);
        }
        self.wrong("not-differentiated", 20, id);
    }

    fn sum(&mut self, id: Id, terms: &[Id], slopes: &[Id]) {
        let right = self.tree.rule(id, self.by, slopes);
        let mut kept = vec![right];
        for &c in terms {
            if self.varies(c) || self.tree.is_zero(c) {
                continue;
            }
            kept.push(c);
            let with = self.tree.sum(&[right, c]);
            self.wrong("constant-not-dropped", 2, with);
            let one = self.tree.integer(1);
            let sign = if matches!(self.tree.op(c), Op::Neg(_)) { self.tree.neg(one) } else { one };
            let with = self.tree.sum(&[right, sign]);
            let slip = if self.tree.is_constant(c) { "constant-not-dropped" } else { "wrong-variable" };
            self.wrong(slip, 5, with);
        }
        if kept.len() > 2 {
            let with = self.tree.sum(&kept);
            self.wrong("constant-not-dropped", 2, with);
        }
        if slopes.len() > 1 {
            for k in 0..slopes.len() {
                let mut others = slopes.to_vec();
                others[k] = self.tree.neg(slopes[k]);
                let turned = self.tree.sum(&others);
                self.wrong("algebra-sign", ARITHMETIC, turned);
                others.remove(k);
                let without = self.tree.sum(&others);
                self.wrong("term-lost", ARITHMETIC + 4, without);
            }
            let product = self.times(slopes);
            self.wrong("product-rule-on-sum", 30, product);
        }
    }

    fn product(&mut self, factors: &[Id], slopes: &[Id]) {
        let varying: Vec<Id> = factors.iter().copied().filter(|f| self.varies(*f)).collect();
        let constants: Vec<Id> = factors.iter().copied().filter(|f| !self.varies(*f)).collect();
        let halves: Vec<Id> = (0..varying.len())
            .map(|k| {
                let mut half = varying.clone();
                half[k] = slopes[k];
                self.times(&half)
            })
            .collect();
        let rest_slope = self.tree.sum(&halves);
        if !constants.is_empty() {
            self.wrong("coefficient-lost", 3, rest_slope);
            for k in 0..constants.len() {
                let mut others = constants.clone();
                let lost = others.remove(k);
                others.push(rest_slope);
                let product = self.times(&others);
                if constants.len() > 1 {
                    self.wrong("coefficient-lost", 5, product);
                }
                // The product rule, with a slope of 1 for what does not change.
                let mut moved = constants.clone();
                moved.push(rest_slope);
                let right = self.times(&moved);
                others.pop();
                others.extend(&varying);
                let product = self.times(&others);
                let sum = self.tree.sum(&[right, product]);
                let number = self.tree.is_constant(lost);
                self.wrong(if number { "constant-not-dropped" } else { "wrong-variable" }, 12, sum);
            }
            let zero = self.tree.integer(0);
            self.wrong("product-as-product-of-derivatives", 14, zero);
        }
        if varying.len() < 2 {
            return;
        }
        let with = |bench: &mut Self, e: Id| {
            let all: Vec<Id> = constants.iter().copied().chain([e]).collect();
            bench.times(&all)
        };
        let product = self.times(slopes);
        let product = with(self, product);
        self.wrong("product-as-product-of-derivatives", 1, product);
        for k in 0..halves.len() {
            let half = with(self, halves[k]);
            self.wrong("product-half", 2, half);
            if halves.len() > 2 {
                let mut others = halves.clone();
                others.remove(k);
                let others = self.tree.sum(&others);
                let others = with(self, others);
                self.wrong("product-half", 3, others);
            }
            let mut turned = halves.clone();
            turned[k] = self.tree.neg(halves[k]);
            let turned = self.tree.sum(&turned);
            let turned = with(self, turned);
            self.wrong("product-sign", 5, turned);
        }
        let own: Vec<Id> = varying.iter().zip(slopes).map(|(u, d)| self.tree.times(*u, *d)).collect();
        let own = self.tree.sum(&own);
        let own = with(self, own);
        self.wrong("product-own-derivatives", 4, own);
        let sum = self.tree.sum(slopes);
        let sum = with(self, sum);
        self.wrong("sum-rule-on-product", 5, sum);
    }

    fn divided_by_constant(&mut self, v: Id, du: Id) {
        self.wrong("coefficient-lost", 5, du);
        let product = self.times(&[du, v]);
        self.wrong("constant-factor", 20, product);
        let square = self.tree.powi(v, 2);
        let squared = self.tree.quotient(du, square);
        self.wrong("constant-factor", 21, squared);
    }

    /// `c/v`
    fn reciprocal(&mut self, c: Id, v: Id, dv: Id) {
        let square = self.tree.powi(v, 2);
        let top = self.times(&[c, dv]);
        let turned = self.tree.quotient(top, square);
        self.wrong("quotient-sign", 4, turned);
        let minus = self.tree.neg(top);
        let over = self.tree.quotient(minus, v);
        // For `1/x^n` it is what comes out when the exponent goes the wrong way.
        let power = matches!(self.tree.op(v), Op::Power(u, _) if self.tree.is_var(u));
        self.wrong(if power { "power-raised" } else { "quotient-denominator-not-squared" }, 5, over);
        let of_slopes = self.tree.quotient(c, dv);
        self.wrong("quotient-as-quotient-of-derivatives", 5, of_slopes);
        let zero = self.tree.integer(0);
        self.wrong("quotient-as-quotient-of-derivatives", 9, zero);
        let log = self.tree.log(v);
        let logarithm = self.times(&[c, log]);
        self.wrong("integrated-instead", 6, logarithm);
        let logarithm = self.times(&[c, log, dv]);
        self.wrong("integrated-instead", 8, logarithm);
        let numerator = self.times(&[c, c, dv]);
        let numerator = self.tree.neg(numerator);
        let wrong = self.tree.quotient(numerator, v);
        self.wrong("quotient-numerator-squared", 15, wrong);
        if !self.tree.is_var(v) {
            let minus = self.tree.neg(c);
            let outer = self.tree.quotient(minus, square);
            self.wrong("inner-derivative-forgotten", 1, outer);
            let over = self.tree.quotient(dv, square);
            self.wrong("coefficient-lost", 12, over);
            let over = self.tree.neg(over);
            self.wrong("coefficient-lost", 6, over);
        } else {
            let over = self.tree.quotient(dv, square);
            let over = self.tree.neg(over);
            self.wrong("coefficient-lost", 6, over);
        }
        let slope_squared = self.tree.powi(dv, 2);
        let over = self.tree.quotient(minus, slope_squared);
        self.wrong("quotient-denominator-not-squared", 12, over);
        let plain = self.times(&[c, dv]);
        let plain = self.tree.neg(plain);
        self.wrong("power-raised", 12, plain);
    }

    fn quotient(&mut self, (u, du): (Id, Id), (v, dv): (Id, Id)) {
        let (a, b) = (self.times(&[du, v]), self.times(&[u, dv]));
        let top = self.tree.minus(a, b);
        let square = self.tree.powi(v, 2);
        let turned = self.tree.minus(b, a);
        let wrong = self.tree.quotient(turned, square);
        self.wrong("quotient-order-swapped", 1, wrong);
        let plus = self.tree.sum(&[a, b]);
        let wrong = self.tree.quotient(plus, square);
        self.wrong("quotient-sign", 2, wrong);
        let wrong = self.tree.quotient(top, v);
        self.wrong("quotient-denominator-not-squared", 2, wrong);
        self.wrong("quotient-denominator-not-squared", 4, top);
        let slopes = self.tree.powi(dv, 2);
        let wrong = self.tree.quotient(top, slopes);
        self.wrong("quotient-denominator-not-squared", 8, wrong);
        let wrong = self.tree.quotient(top, dv);
        self.wrong("quotient-denominator-not-squared", 12, wrong);
        let numerator = self.tree.powi(u, 2);
        let wrong = self.tree.quotient(top, numerator);
        self.wrong("quotient-numerator-squared", 4, wrong);
        let squared = self.tree.powi(top, 2);
        let wrong = self.tree.quotient(squared, square);
        self.wrong("quotient-numerator-squared", 9, wrong);
        let wrong = self.tree.quotient(squared, v);
        self.wrong("quotient-numerator-squared", 9, wrong);
        let wrong = self.tree.quotient(du, dv);
        self.wrong("quotient-as-quotient-of-derivatives", 1, wrong);
        let wrong = self.tree.quotient(du, v);
        self.wrong("quotient-half", 4, wrong);
        let half = self.tree.neg(b);
        let wrong = self.tree.quotient(half, square);
        self.wrong("quotient-half", 5, wrong);
        let wrong = self.tree.quotient(b, square);
        self.wrong("quotient-half", 9, wrong);
        let wrong = self.tree.quotient(u, dv);
        self.wrong("quotient-half", 10, wrong);
        let (a, b) = (self.times(&[u, du]), self.times(&[v, dv]));
        let own = self.tree.minus(a, b);
        let wrong = self.tree.quotient(own, square);
        self.wrong("product-own-derivatives", 6, wrong);
        let (a, b) = (self.times(&[du, dv]), self.times(&[u, v]));
        let wrong = self.tree.minus(a, b);
        let wrong = self.tree.quotient(wrong, square);
        self.wrong("product-own-derivatives", 12, wrong);
        let wrong = self.tree.minus(du, dv);
        let wrong = self.tree.quotient(wrong, square);
        self.wrong("product-as-product-of-derivatives", 10, wrong);
        let product = self.times(&[du, dv]);
        let wrong = self.tree.quotient(product, square);
        self.wrong("product-as-product-of-derivatives", 10, wrong);
    }

    /// `u^n`, the exponent standing still.
    fn power(&mut self, id: Id, u: Id, n: Id, du: Id) {
        let less = self.tree.one_less(n);
        let lowered = self.tree.power(u, less);
        let half = self.tree.as_number(n).is_some_and(|n| *n == Rational::HALF);
        let wrong = self.times(&[n, id, du]);
        self.wrong("power-not-lowered", 3, wrong);
        let one = self.tree.integer(1);
        let more = self.tree.sum(&[n, one]);
        let more = match self.tree.as_number(n) {
            Some(k) => {
                let k = k + &Rational::ONE;
                self.tree.number(k)
            }
            None => more,
        };
        let raised = self.tree.power(u, more);
        let wrong = self.times(&[n, raised, du]);
        self.wrong("power-raised", 6, wrong);
        let wrong = self.times(&[lowered, du]);
        self.wrong(if half { "root-derivative" } else { "exponent-lost" }, 4, wrong);
        let wrong = self.times(&[less, lowered, du]);
        self.wrong("power-lowered-first", 8, wrong);
        let wrong = self.times(&[less, id, du]);
        self.wrong("power-lowered-first", 14, wrong);
        let log = self.tree.log(u);
        let wrong = self.times(&[id, log, du]);
        self.wrong("exponential-rule-on-power", 10, wrong);
        let integral = self.tree.quotient(raised, more);
        let wrong = self.times(&[integral, du]);
        self.wrong("integrated-instead", 9, wrong);
        if self.tree.as_number(n).is_some_and(Rational::is_negative) {
            let size = self.tree.neg(n);
            let wrong = self.times(&[size, lowered, du]);
            self.wrong("algebra-sign", 12, wrong);
        }
        if half {
            let twice = self.times(&[u, du]);
            let two = self.tree.integer(2);
            let bottom = self.times(&[two, u]);
            let wrong = self.tree.quotient(du, bottom);
            self.wrong("root-derivative", 8, wrong);
            let wrong = self.tree.power(du, n);
            self.wrong("root-derivative", 5, wrong);
            let minus = self.tree.neg(n);
            let wrong = self.times(&[minus, lowered, du]);
            self.wrong("root-derivative", 7, wrong);
            let wrong = self.times(&[two, lowered, du]);
            self.wrong("root-derivative", 7, wrong);
            let wrong = self.times(&[two, id, du]);
            self.wrong("root-derivative", 9, wrong);
            let wrong = self.tree.quotient(twice, two);
            self.wrong("root-derivative", 14, wrong);
        } else if !self.is_plain(u) {
            let wrong = self.tree.power(du, n);
            self.wrong("product-as-product-of-derivatives", 9, wrong);
        }
        if self.is_plain(u) {
            return;
        }
        let outer = self.times(&[n, lowered]);
        self.inner(outer, u, du);
        let wrong = self.times(&[id, du]);
        self.wrong("outer-not-differentiated", 7, wrong);
        let at_slope = self.tree.power(du, less);
        let x = self.tree.var(self.by.var);
        let at_x = self.tree.power(x, less);
        self.argument_dropped(&[n, at_slope], &[n, at_x], du);
    }

    /// What goes wrong around any outer slope taken at `u`.
    fn inner(&mut self, outer: Id, u: Id, du: Id) {
        // A lone `y` that depends on `x` has a row of its own.
        if !self.tree.is_var(u) {
            self.wrong("inner-derivative-forgotten", 1, outer);
        }
        let wrong = self.tree.sum(&[outer, du]);
        self.wrong("inner-derivative-wrong", 8, wrong);
        let wrong = self.times(&[outer, u]);
        self.wrong("inner-derivative-wrong", 8, wrong);
        let wrong = self.tree.quotient(outer, du);
        self.wrong("inner-derivative-wrong", 9, wrong);
        let wrong = self.times(&[outer, du, du]);
        self.wrong("inner-derivative-wrong", 12, wrong);
        let wrong = self.times(&[outer, u, du]);
        self.wrong("inner-derivative-wrong", 14, wrong);
    }

    /// The outer slope, taken at the slope of the inside, and at `x`.
    fn argument_dropped(&mut self, at_slope: &[Id], at_x: &[Id], du: Id) {
        let at_slope = self.times(at_slope);
        self.wrong("inner-argument-dropped", 6, at_slope);
        let wrong = self.times(&[at_slope, du]);
        self.wrong("inner-argument-dropped", 8, wrong);
        let at_x = self.times(at_x);
        let wrong = self.times(&[at_x, du]);
        self.wrong("inner-argument-dropped", 5, wrong);
    }

    /// Nothing but a variable?
    fn is_plain(&self, u: Id) -> bool {
        self.tree.op(u) == Op::Var(self.by.var)
    }

    /// `a^u`, the base standing still.
    fn exponential(&mut self, id: Id, a: Id, u: Id, du: Id) {
        let log = self.tree.log(a);
        let wrong = self.times(&[id, du]);
        self.wrong("log-factor-lost", 2, wrong);
        self.power_rule(id, a, u, du);
        let wrong = self.tree.quotient(wrong, log);
        self.wrong("log-factor-lost", 8, wrong);
        let times_base = self.times(&[id, a, du]);
        self.wrong("log-factor-lost", 12, times_base);
        if !self.is_plain(u) {
            let outer = self.times(&[id, log]);
            self.inner(outer, u, du);
            let at_slope = self.tree.power(a, du);
            let x = self.tree.var(self.by.var);
            let at_x = self.tree.power(a, x);
            self.argument_dropped(&[at_slope, log], &[at_x, log], du);
        }
    }

    /// The exponent lowered, although it is what changes.
    fn power_rule(&mut self, id: Id, a: Id, u: Id, du: Id) {
        let less = self.tree.one_less(u);
        let lowered = self.tree.power(a, less);
        let wrong = self.times(&[u, lowered, du]);
        self.wrong("power-rule-on-exponential", 3, wrong);
        let wrong = self.times(&[u, lowered]);
        self.wrong("power-rule-on-exponential", 3, wrong);
        let wrong = self.times(&[u, id]);
        self.wrong("power-rule-on-exponential", 7, wrong);
        let wrong = self.times(&[lowered, du]);
        self.wrong("power-rule-on-exponential", 11, wrong);
        let wrong = self.times(&[du, lowered]);
        self.wrong("power-rule-on-exponential", 12, wrong);
    }

    fn general_power(&mut self, id: Id, (u, du): (Id, Id), (n, dn): (Id, Id)) {
        let less = self.tree.one_less(n);
        let lowered = self.tree.power(u, less);
        let log = self.tree.log(u);
        let wrong = self.times(&[n, lowered]);
        self.wrong("power-rule-on-exponential", 2, wrong);
        let wrong = self.times(&[n, lowered, du]);
        self.wrong("power-rule-on-exponential", 2, wrong);
        let wrong = self.times(&[n, lowered, du, dn]);
        self.wrong("power-rule-on-exponential", 5, wrong);
        let wrong = self.times(&[id, log]);
        self.wrong("exponential-rule-on-power", 3, wrong);
        let wrong = self.times(&[id, log, dn]);
        self.wrong("exponential-rule-on-power", 3, wrong);
        let wrong = self.times(&[id, log, dn, du]);
        self.wrong("exponential-rule-on-power", 6, wrong);
        // The slope of the logarithm of it.
        let by_exponent = self.times(&[dn, log]);
        let by_base = self.times(&[n, du]);
        let by_base = self.tree.quotient(by_base, u);
        let slope = self.tree.sum(&[by_exponent, by_base]);
        self.wrong("outer-not-differentiated", 6, slope);
        let slope = self.tree.minus(by_exponent, by_base);
        let wrong = self.times(&[id, slope]);
        self.wrong("product-sign", 8, wrong);
    }

    fn function(&mut self, f: Func, id: Id, u: Id, du: Id) {
        for (number, row) in wrong_slopes(f) {
            let outer = self.tree.formula(number, row.outer, u);
            let wrong = self.times(&[outer, du]);
            self.wrong(row.slip, row.cost, wrong);
        }
        if f == Func::Exp {
            let e = self.tree.node(Op::Constant(secant::expr::Constant::E));
            self.power_rule(id, e, u, du);
        }
        if f == Func::Log {
            let wrong = self.tree.apply(f, du);
            self.wrong("log-derivative", 6, wrong);
            let one = self.tree.integer(1);
            let wrong = self.tree.quotient(one, du);
            self.wrong("log-derivative", 7, wrong);
        }
        if self.is_plain(u) {
            return;
        }
        let outer = self.tree.outer(f, u);
        self.inner(outer, u, du);
        if f != Func::Log {
            let wrong = self.times(&[id, du]);
            self.wrong("outer-not-differentiated", 6, wrong);
            let wrong = self.tree.apply(f, du);
            self.wrong("outer-not-differentiated", 10, wrong);
        } else {
            let wrong = self.times(&[id, du]);
            self.wrong("log-derivative", 8, wrong);
        }
        let at_slope = self.tree.outer(f, du);
        let x = self.tree.var(self.by.var);
        let at_x = self.tree.outer(f, x);
        self.argument_dropped(&[at_slope], &[at_x], du);
    }
}
