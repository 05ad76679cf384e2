//! Broken rules of algebra: everything that may go wrong where one part is rewritten.
//!
//! Here: for each kind of part, what it is turned into. Not here: which parts they are tried on (the walk above).
//! Start reading at [`broken`].

use secant::expr::{Func, Rational};

use super::super::tree::{Id, Op, Tree};

/// Of more parts than this each rule is tried on the first ones only.
const MAX_PARTS: usize = 8;

/// What becomes of a part when a rule is broken right there.
pub(crate) fn broken(tree: &mut Tree, id: Id) -> Vec<(&'static str, Id)> {
    if tree.is_full() {
        return Vec::new();
    }
    let mut ways = Ways { tree, found: Vec::new() };
    match ways.tree.op(id) {
        Op::Number(_) => ways.number(id),
        Op::Neg(a) => ways.add("algebra-sign", a),
        Op::Sum(list) => {
            let terms = ways.tree.list(list).to_vec();
            ways.sum(&terms);
        }
        Op::Product(list) => {
            let factors = ways.tree.list(list).to_vec();
            ways.product(&factors);
        }
        Op::Quotient(a, b) => ways.quotient(a, b),
        Op::Power(a, n) => ways.power(a, n),
        Op::Apply(f, a) => ways.apply(f, a),
        Op::Constant(_) | Op::Var(_) | Op::Apply2(..) | Op::Select(..) => {}
    }
    ways.found
}

struct Ways<'t> {
    tree: &'t mut Tree,
    found: Vec<(&'static str, Id)>,
}

impl Ways<'_> {
    fn add(&mut self, slip: &'static str, wrong: Id) {
        self.found.push((slip, wrong));
    }

    /// A number that was worked out wrongly.
    fn number(&mut self, id: Id) {
        let Some((p, q)) = self.tree.as_number(id).and_then(Rational::to_small) else { return };
        let mut wrong: Vec<(i64, i64)> = vec![(p + q, q), (p - q, q)];
        let flipped = self.tree.neg(id);
        self.add("algebra-sign", flipped);
        if q == 1 {
            wrong.extend(mixed_up(p).into_iter().map(|n| (n, 1)));
        } else {
            wrong.extend([(p + 1, q), (p - 1, q), (p, q + 1), (p, q - 1), (p, 2 * q), (2 * p, q)]);
            self.ratio("algebra-fraction-inverted", (q, p));
            self.ratio("constant-factor", (p, 1));
            self.ratio("constant-factor", (1, q));
        }
        for n in wrong {
            self.ratio("algebra-arithmetic", n);
        }
    }

    fn ratio(&mut self, slip: &'static str, (p, q): (i64, i64)) {
        if let Some(n) = Rational::ratio(p, q) {
            let n = self.tree.number(n);
            self.add(slip, n);
        }
    }

    fn sum(&mut self, terms: &[Id]) {
        let first = &terms[..terms.len().min(MAX_PARTS)];
        for k in 0..terms.len() {
            let flipped = self.tree.neg(terms[k]);
            let wrong = with(terms, k, flipped);
            let wrong = self.tree.sum(&wrong);
            self.add("algebra-sign", wrong);
            // The middle term of a square is missed more often than any other.
            let slip = if self.is_middle(terms, k) { "algebra-square-of-sum" } else { "term-lost" };
            let wrong = self.tree.sum(&without(terms, &[k]));
            self.add(slip, wrong);
            if slip == "algebra-square-of-sum" {
                let half = self.tree.number(Rational::HALF);
                let half = self.tree.times(half, terms[k]);
                let wrong = self.tree.sum(&with(terms, k, half));
                self.add(slip, wrong);
            }
        }
        // All but the first: a minus in front of brackets that reached the first term only.
        if terms.len() > 2 {
            let flipped: Vec<Id> = terms[1..].iter().map(|t| self.tree.neg(*t)).collect();
            let wrong = [&terms[..1], &flipped].concat();
            let wrong = self.tree.sum(&wrong);
            self.add("algebra-sign", wrong);
        }
        for i in 0..first.len() {
            for j in 0..first.len() {
                if i < j {
                    self.two_terms(terms, i, j);
                }
                if i != j {
                    self.undistributed(terms, i, j);
                }
            }
        }
    }

    /// Rules for two terms of a sum.
    fn two_terms(&mut self, terms: &[Id], i: usize, j: usize) {
        let rest = without(terms, &[i, j]);
        let mut wrong = Vec::new();
        let ((si, a), (sj, b)) = (self.unsigned(terms[i]), self.unsigned(terms[j]));
        let signed = |ways: &mut Self, a: Id, minus: bool| if minus { ways.tree.neg(a) } else { a };
        if let (Some((p, q)), Some((r, s))) = (self.fraction(a), self.fraction(b)) {
            let (p, r) = (signed(self, p, si), signed(self, r, sj));
            let (top, bottom) = (self.tree.sum(&[p, r]), self.tree.sum(&[q, s]));
            let both = self.tree.times(q, s);
            wrong.push(("algebra-fraction-sum", self.tree.quotient(top, bottom)));
            wrong.push(("algebra-fraction-sum", self.tree.quotient(top, both)));
            let one = self.tree.integer(1);
            wrong.push(("algebra-fraction-sum", self.tree.quotient(one, bottom)));
            let product = self.tree.times(p, r);
            wrong.push(("algebra-fraction-sum", self.tree.quotient(product, both)));
        }
        for (fraction, other, minus, minus_other) in [(a, b, si, sj), (b, a, sj, si)] {
            if let Some((p, q)) = self.fraction(fraction) {
                let (p, other) = (signed(self, p, minus), signed(self, other, minus_other));
                let top = self.tree.sum(&[p, other]);
                wrong.push(("algebra-fraction-sum", self.tree.quotient(top, q)));
            }
        }
        if let (Op::Apply(f, u), Op::Apply(g, v)) = (self.tree.op(a), self.tree.op(b))
            && f == g
        {
            let u_v = if sj == si { self.tree.sum(&[u, v]) } else { self.tree.minus(u, v) };
            let whole = self.tree.apply(f, u_v);
            let slip = if is_log(f) { "algebra-logarithm" } else { "algebra-function-of-sum" };
            wrong.push((slip, signed(self, whole, si)));
            if is_log(f) {
                // log a - log b as log a / log b, log a + log b as log a log b.
                let (a, b) = (a, b);
                let other = if si == sj { self.tree.times(a, b) } else { self.tree.quotient(a, b) };
                wrong.push((slip, signed(self, other, si)));
            }
        }
        if let (Op::Power(u, m), Op::Power(v, n)) = (self.tree.op(a), self.tree.op(b)) {
            if self.tree.same(u, v) {
                let exponent = self.tree.sum(&[m, n]);
                let whole = self.tree.power(u, exponent);
                wrong.push(("algebra-exponents", signed(self, whole, si)));
            }
            // The other way round: a^n + b^n as (a + b)^n.
            if self.tree.same(m, n) {
                let base = if sj == si { self.tree.sum(&[u, v]) } else { self.tree.minus(u, v) };
                let whole = self.tree.power(base, m);
                let slip = self.power_of_sum(m);
                wrong.push((slip, signed(self, whole, si)));
            }
        }
        if let (Some(m), Some(n)) = (self.tree.as_number(a), self.tree.as_number(b)) {
            let product = m * n;
            wrong.push(("algebra-arithmetic", self.tree.number(product)));
        }
        for (slip, whole) in wrong {
            let all = [rest.as_slice(), &[whole]].concat();
            let wrong = self.tree.sum(&all);
            self.add(slip, wrong);
        }
    }

    /// `c a + c b` where `c` did not reach the term `k`.
    fn undistributed(&mut self, terms: &[Id], k: usize, other: usize) {
        let own = self.factors(terms[k]);
        let others = self.factors(terms[other]);
        for factor in &own {
            let both = others.iter().any(|f| self.tree.same(*f, *factor));
            let common =
                match (self.tree.as_number(*factor), others.iter().find_map(|f| self.tree.as_number(*f))) {
                    (Some(a), Some(b)) => common_divisor(a, b),
                    _ => None,
                };
            let divisor = match common {
                Some(n) => self.tree.integer(n),
                None if both && !self.tree.is_one(*factor) => *factor,
                None => continue,
            };
            let less = self.tree.quotient(terms[k], divisor);
            let wrong = self.tree.sum(&with(terms, k, less));
            self.add("algebra-distribution", wrong);
        }
    }

    fn product(&mut self, factors: &[Id]) {
        for k in 0..factors.len() {
            let rest = without(factors, &[k]);
            let others = self.tree.product(&rest);
            let slip =
                if self.tree.is_constant(factors[k]) { "constant-factor" } else { "algebra-factor-lost" };
            self.add(slip, others);
            if let Some(terms) = self.terms(factors[k]) {
                for j in 0..terms.len().min(MAX_PARTS) {
                    // The factor reaches one term only.
                    let reached = self.tree.times(others, terms[j]);
                    let wrong = self.tree.sum(&with(&terms, j, reached));
                    self.add("algebra-distribution", wrong);
                    // ... or all but this one.
                    if terms.len() > 2 {
                        let mut wrong: Vec<Id> = terms.iter().map(|t| self.tree.times(others, *t)).collect();
                        wrong[j] = terms[j];
                        let wrong = self.tree.sum(&wrong);
                        self.add("algebra-distribution", wrong);
                    }
                }
                for l in (k + 1..factors.len()).take(MAX_PARTS) {
                    self.two_brackets(factors, k, l, &terms);
                }
            }
        }
        for i in 0..factors.len().min(MAX_PARTS) {
            for j in i + 1..factors.len().min(MAX_PARTS) {
                let rest = without(factors, &[i, j]);
                let ((a, m), (b, n)) = (self.as_power(factors[i]), self.as_power(factors[j]));
                let written = |ways: &Self, k: usize| matches!(ways.tree.op(factors[k]), Op::Power(..));
                if (written(self, i) || written(self, j)) && self.tree.same(a, b) {
                    let times = self.tree.times(m, n);
                    for n in [times, m, n] {
                        let whole = self.tree.power(a, n);
                        let wrong = self.tree.product(&[rest.as_slice(), &[whole]].concat());
                        self.add("algebra-exponents", wrong);
                    }
                }
                if let (Some(m), Some(n)) = (self.tree.as_number(factors[i]), self.tree.as_number(factors[j]))
                {
                    let sum = m + n;
                    let sum = self.tree.number(sum);
                    let wrong = self.tree.product(&[rest.as_slice(), &[sum]].concat());
                    self.add("algebra-arithmetic", wrong);
                }
                if let (Op::Apply(f, u), Op::Apply(g, v)) =
                    (self.tree.op(factors[i]), self.tree.op(factors[j]))
                    && f == g
                    && f == Func::Exp
                {
                    let n = self.tree.times(u, v);
                    let whole = self.tree.apply(f, n);
                    let wrong = self.tree.product(&[rest.as_slice(), &[whole]].concat());
                    self.add("algebra-exponents", wrong);
                }
            }
        }
    }

    /// `(a + b)(c + d)` as `a c + b d`.
    fn two_brackets(&mut self, factors: &[Id], k: usize, l: usize, a: &[Id]) {
        let Some(b) = self.terms(factors[l]) else { return };
        if a.len() != 2 || b.len() != 2 {
            return;
        }
        let rest = without(factors, &[k, l]);
        let first = self.tree.times(a[0], b[0]);
        let last = self.tree.times(a[1], b[1]);
        let outer = self.tree.times(a[0], b[1]);
        let inner = self.tree.times(a[1], b[0]);
        for terms in [vec![first, last], vec![first, outer, last], vec![first, inner, last]] {
            let sum = self.tree.sum(&terms);
            let wrong = self.tree.product(&[rest.as_slice(), &[sum]].concat());
            self.add("algebra-distribution", wrong);
        }
    }

    fn quotient(&mut self, a: Id, b: Id) {
        let inverted = self.tree.quotient(b, a);
        self.add("algebra-fraction-inverted", inverted);
        let multiplied = self.tree.times(a, b);
        self.add("algebra-fraction-inverted", multiplied);
        let slip = if self.tree.is_constant(b) { "constant-factor" } else { "algebra-factor-lost" };
        self.add(slip, a);
        if !self.tree.is_one(a) {
            let one = self.tree.integer(1);
            let wrong = self.tree.quotient(one, b);
            let slip = if self.tree.is_constant(a) { "constant-factor" } else { "algebra-factor-lost" };
            self.add(slip, wrong);
        }
        if let Some(terms) = self.terms(b) {
            let parts: Vec<Id> = terms.iter().map(|t| self.tree.quotient(a, *t)).collect();
            let wrong = self.tree.sum(&parts);
            self.add("algebra-fraction-sum", wrong);
            // Only one part of the bottom got under the bar.
            for k in 0..terms.len().min(MAX_PARTS) {
                let part = self.tree.quotient(a, terms[k]);
                let wrong = self.tree.sum(&with(&terms, k, part));
                self.add("algebra-fraction-sum", wrong);
            }
        }
        if let Some(terms) = self.terms(a) {
            for k in 0..terms.len().min(MAX_PARTS) {
                let part = self.tree.quotient(terms[k], b);
                let wrong = self.tree.sum(&with(&terms, k, part));
                self.add("algebra-cancelling", wrong);
            }
        }
        self.cancelled(a, b);
        let ((u, m), (v, n)) = (self.as_power(a), self.as_power(b));
        if self.tree.same(u, v) {
            let (ratio, sum) = (self.tree.quotient(m, n), self.tree.sum(&[m, n]));
            for n in [ratio, sum] {
                let wrong = self.tree.power(u, n);
                self.add("algebra-exponents", wrong);
            }
        }
        if let (Op::Apply(f, u), Op::Apply(g, v)) = (self.tree.op(a), self.tree.op(b))
            && f == g
        {
            let inside = self.tree.quotient(u, v);
            let within = self.tree.apply(f, inside);
            let slip = if is_log(f) { "algebra-logarithm" } else { "algebra-cancelling" };
            self.add(slip, within);
            self.add(slip, inside);
            if is_log(f) {
                let wrong = self.tree.minus(a, b);
                self.add(slip, wrong);
            }
        }
    }

    /// A term struck out above and below the bar.
    fn cancelled(&mut self, a: Id, b: Id) {
        let above = self.terms(a).unwrap_or_else(|| vec![a]);
        let below = self.terms(b).unwrap_or_else(|| vec![b]);
        if above.len() < 2 && below.len() < 2 {
            return;
        }
        for i in 0..above.len().min(MAX_PARTS) {
            for j in 0..below.len().min(MAX_PARTS) {
                // The common part of the two terms goes away.
                let (mut top, mut bottom) = (self.factors(above[i]), self.factors(below[j]));
                let mut struck = false;
                let mut k = 0;
                while k < top.len() {
                    let one = self.tree.is_one(top[k]);
                    match bottom.iter().position(|f| !one && self.tree.same(*f, top[k])) {
                        Some(l) => {
                            top.remove(k);
                            bottom.remove(l);
                            struck = true;
                        }
                        None => k += 1,
                    }
                }
                if !struck {
                    continue;
                }
                let (left, right) = (self.tree.product(&top), self.tree.product(&bottom));
                // Struck out it leaves a 1, or nothing at all.
                let full = (with(&above, i, left), with(&below, j, right));
                let mut tries = vec![full];
                if top.is_empty() && above.len() > 1 {
                    tries.push((without(&above, &[i]), with(&below, j, right)));
                    if bottom.is_empty() && below.len() > 1 {
                        tries.push((without(&above, &[i]), without(&below, &[j])));
                    }
                }
                if bottom.is_empty() && below.len() > 1 {
                    tries.push((with(&above, i, left), without(&below, &[j])));
                }
                for (top, bottom) in tries {
                    let (top, bottom) = (self.tree.sum(&top), self.tree.sum(&bottom));
                    let wrong = self.tree.quotient(top, bottom);
                    self.add("algebra-cancelling", wrong);
                }
            }
        }
    }

    fn power(&mut self, a: Id, n: Id) {
        if let Some(terms) = self.terms(a) {
            let slip = self.power_of_sum(n);
            let powers: Vec<Id> = terms.iter().map(|t| self.tree.power(*t, n)).collect();
            let wrong = self.tree.sum(&powers);
            self.add(slip, wrong);
            let signed: Vec<Id> = terms.iter().map(|t| self.signed_power(*t, n)).collect();
            let wrong = self.tree.sum(&signed);
            self.add(slip, wrong);
            // The root of x^2 taken for x.
            let plain: Vec<Id> = terms.iter().map(|t| self.plain_power(*t, n)).collect();
            let wrong = self.tree.sum(&plain);
            self.add(slip, wrong);
            if let ([u, v], true) =
                (terms.as_slice(), self.tree.as_number(n).is_some_and(|n| n.to_i64() == Some(2)))
            {
                let middle = self.tree.times(*u, *v);
                let (minus, two) = (self.tree.neg(middle), self.tree.integer(2));
                let wrong = self.tree.sum(&[powers[0], middle, powers[1]]);
                self.add(slip, wrong);
                let wrong = self.tree.sum(&[powers[0], minus, powers[1]]);
                self.add(slip, wrong);
                let double = self.tree.times(two, middle);
                let wrong = self.tree.sum(&[powers[0], double, signed[1]]);
                self.add("algebra-sign", wrong);
                let double = self.tree.neg(double);
                let wrong = self.tree.sum(&[powers[0], double, powers[1]]);
                self.add("algebra-sign", wrong);
            }
        }
        if let Op::Product(list) = self.tree.op(a) {
            let factors = self.tree.list(list).to_vec();
            for k in 0..factors.len().min(MAX_PARTS) {
                // The power reaches one factor, or all but one.
                let raised = self.tree.power(factors[k], n);
                let wrong = self.tree.product(&with(&factors, k, raised));
                self.add("algebra-power-of-product", wrong);
                if factors.len() > 2 {
                    let mut all: Vec<Id> = factors.iter().map(|f| self.tree.power(*f, n)).collect();
                    all[k] = factors[k];
                    let wrong = self.tree.product(&all);
                    self.add("algebra-power-of-product", wrong);
                }
            }
        }
        match self.tree.op(a) {
            Op::Quotient(u, v) => {
                let (top, bottom) = (self.tree.power(u, n), self.tree.power(v, n));
                for (top, bottom) in [(top, v), (u, bottom)] {
                    let wrong = self.tree.quotient(top, bottom);
                    self.add("algebra-power-of-product", wrong);
                }
            }
            Op::Neg(u) => {
                let raised = self.tree.power(u, n);
                let flipped = self.tree.neg(raised);
                self.add("algebra-sign", flipped);
                self.add("algebra-sign", raised);
            }
            Op::Power(u, m) => {
                let sum = self.tree.sum(&[m, n]);
                let wrong = self.tree.power(u, sum);
                self.add("algebra-exponents", wrong);
                let raised = self.tree.power(m, n);
                let wrong = self.tree.power(u, raised);
                self.add("algebra-exponents", wrong);
            }
            Op::Apply(Func::Exp, u) => {
                let sum = self.tree.sum(&[u, n]);
                let wrong = self.tree.apply(Func::Exp, sum);
                self.add("algebra-exponents", wrong);
            }
            _ => {}
        }
        let minus = self.tree.neg(n);
        let flipped = self.tree.power(a, minus);
        self.add("algebra-negative-exponent", flipped);
        if self.is_negative(n) {
            let wrong = self.tree.neg(flipped);
            self.add("algebra-negative-exponent", wrong);
        }
        let one = self.tree.integer(1);
        let reciprocal = self.tree.quotient(one, n);
        let wrong = self.tree.power(a, reciprocal);
        self.add("algebra-exponents", wrong);
        self.add("algebra-exponents", a);
        let times = self.tree.times(n, a);
        let negative = self.is_negative(n);
        self.add(if negative { "algebra-negative-exponent" } else { "algebra-exponents" }, times);
    }

    fn apply(&mut self, f: Func, a: Id) {
        if let Some(terms) = self.terms(a) {
            let parts: Vec<Id> = terms.iter().map(|t| self.applied(f, *t)).collect();
            let slip = match f {
                Func::Log | Func::Log2 | Func::Log10 => "algebra-logarithm",
                Func::Exp => "algebra-exponents",
                Func::Cbrt => "algebra-root-of-sum",
                Func::Abs => "algebra-absolute-value",
                _ => "algebra-function-of-sum",
            };
            let wrong = self.tree.sum(&parts);
            self.add(slip, wrong);
        }
        match self.tree.op(a) {
            Op::Product(list) => {
                let factors = self.tree.list(list).to_vec();
                for k in 0..factors.len().min(MAX_PARTS) {
                    let rest = without(&factors, &[k]);
                    let rest = self.tree.product(&rest);
                    let inside = self.tree.apply(f, rest);
                    let wrong = self.tree.times(factors[k], inside);
                    let slip = if is_log(f) { "algebra-logarithm" } else { "algebra-function-of-sum" };
                    self.add(slip, wrong);
                }
                if is_log(f) || f == Func::Exp {
                    let parts: Vec<Id> = factors.iter().map(|t| self.tree.apply(f, *t)).collect();
                    let slip = if is_log(f) { "algebra-logarithm" } else { "algebra-exponents" };
                    let wrong = self.tree.product(&parts);
                    self.add(slip, wrong);
                    if f == Func::Exp {
                        let wrong = self.tree.sum(&parts);
                        self.add(slip, wrong);
                    }
                }
            }
            Op::Quotient(u, v) if is_log(f) => {
                let (u, v) = (self.tree.apply(f, u), self.tree.apply(f, v));
                let wrong = self.tree.quotient(u, v);
                self.add("algebra-logarithm", wrong);
                let wrong = self.tree.sum(&[u, v]);
                self.add("algebra-logarithm", wrong);
            }
            Op::Power(u, n) if is_log(f) => {
                let log = self.tree.apply(f, u);
                let wrong = self.tree.power(log, n);
                self.add("algebra-logarithm", wrong);
                self.add("algebra-logarithm", log);
            }
            Op::Neg(u) => {
                let wrong = self.tree.apply(f, u);
                self.add("algebra-sign", wrong);
                let wrong = self.tree.neg(wrong);
                self.add("algebra-sign", wrong);
            }
            _ => {}
        }
        if f == Func::Abs {
            self.add("algebra-absolute-value", a);
        }
        if f == Func::Exp {
            let minus = self.tree.neg(a);
            let wrong = self.tree.apply(f, minus);
            self.add("algebra-negative-exponent", wrong);
        }
    }

    /// Is it a number below 0, written either way?
    fn is_negative(&self, n: Id) -> bool {
        match self.tree.op(n) {
            Op::Neg(a) => self.tree.as_number(a).is_some_and(Rational::is_positive),
            _ => self.tree.as_number(n).is_some_and(Rational::is_negative),
        }
    }

    /// `f(t)`, the minus of `t` in front where there is one.
    fn applied(&mut self, f: Func, term: Id) -> Id {
        match (self.unsigned(term), f) {
            ((true, t), Func::Log | Func::Log2 | Func::Log10 | Func::Exp | Func::Cbrt | Func::Abs) => {
                let whole = self.tree.apply(f, t);
                self.tree.neg(whole)
            }
            _ => self.tree.apply(f, term),
        }
    }

    /// `t^n`, the minus of `t` in front where there is one.
    fn signed_power(&mut self, term: Id, n: Id) -> Id {
        let (minus, t) = self.unsigned(term);
        let whole = self.tree.power(t, n);
        if minus { self.tree.neg(whole) } else { whole }
    }

    /// `t^n`, the exponents of a power of a power multiplied whatever the sign of its base.
    fn plain_power(&mut self, term: Id, n: Id) -> Id {
        match (self.tree.op(term), self.tree.as_number(n)) {
            (Op::Power(u, m), Some(n)) if self.tree.as_number(m).is_some() => {
                let m = self.tree.as_number(m).map(|m| m * n).unwrap_or(Rational::ONE);
                let m = self.tree.number(m);
                self.tree.power(u, m)
            }
            _ => self.signed_power(term, n),
        }
    }

    fn power_of_sum(&self, n: Id) -> &'static str {
        match self.tree.as_number(n) {
            Some(n) if n.is_integer() && n.is_positive() => "algebra-square-of-sum",
            Some(n) if n.is_negative() => "algebra-fraction-sum",
            _ => "algebra-root-of-sum",
        }
    }

    /// Is it 2ab beside a^2 and b^2?
    fn is_middle(&self, terms: &[Id], k: usize) -> bool {
        let others = || (0..terms.len().min(MAX_PARTS)).filter(|i| *i != k);
        others().any(|i| {
            others().filter(|j| *j > i).any(|j| {
                let (a, b, m) = (self.tree.at(terms[i]), self.tree.at(terms[j]), self.tree.at(terms[k]));
                let square: super::super::samples::Samples = std::array::from_fn(|l| 4.0 * a[l] * b[l]);
                let middle = super::super::samples::each(m, |m| m * m);
                super::super::samples::same(&square, &middle)
            })
        })
    }

    /// The terms, where it is a sum.
    fn terms(&self, id: Id) -> Option<Vec<Id>> {
        match self.tree.op(id) {
            Op::Sum(list) => Some(self.tree.list(list).to_vec()),
            _ => None,
        }
    }

    /// The factors; one where it is no product.
    fn factors(&self, id: Id) -> Vec<Id> {
        match self.tree.op(id) {
            Op::Product(list) => self.tree.list(list).to_vec(),
            Op::Neg(a) => self.factors(a),
            _ => vec![id],
        }
    }

    /// Is there a minus in front, and what is behind it?
    fn unsigned(&mut self, id: Id) -> (bool, Id) {
        match self.tree.op(id) {
            Op::Neg(a) => (true, a),
            Op::Number(_) if self.tree.as_number(id).is_some_and(Rational::is_negative) => {
                (true, self.tree.neg(id))
            }
            _ => (false, id),
        }
    }

    /// Top and bottom of a fraction.
    fn fraction(&mut self, id: Id) -> Option<(Id, Id)> {
        match self.tree.op(id) {
            Op::Quotient(a, b) => Some((a, b)),
            Op::Number(_) => {
                let (p, q) = self.tree.as_number(id)?.to_small().filter(|(_, q)| *q != 1)?;
                Some((self.tree.integer(p), self.tree.integer(q)))
            }
            Op::Power(a, n) if self.is_negative(n) => {
                let (one, n) = (self.tree.integer(1), self.tree.neg(n));
                Some((one, self.tree.power(a, n)))
            }
            _ => None,
        }
    }

    /// Base and exponent; anything is its own first power.
    fn as_power(&mut self, id: Id) -> (Id, Id) {
        match self.tree.op(id) {
            Op::Power(a, n) => (a, n),
            _ => (id, self.tree.integer(1)),
        }
    }
}

fn is_log(f: Func) -> bool {
    matches!(f, Func::Log | Func::Log2 | Func::Log10)
}

fn with(parts: &[Id], k: usize, new: Id) -> Vec<Id> {
    let mut parts = parts.to_vec();
    parts[k] = new;
    parts
}

fn without(parts: &[Id], lost: &[usize]) -> Vec<Id> {
    parts.iter().enumerate().filter(|(k, _)| !lost.contains(k)).map(|(_, id)| *id).collect()
}

/// What both are whole multiples of, but 1.
fn common_divisor(a: &Rational, b: &Rational) -> Option<i64> {
    let (mut a, mut b) = (a.to_i64()?.checked_abs()?, b.to_i64()?.checked_abs()?);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (a > 1).then_some(a)
}

/// What a whole number is taken for when a product is taken for a sum, a square for a double, or digits go astray.
fn mixed_up(n: i64) -> Vec<i64> {
    let mut wrong = Vec::new();
    let size = n.abs();
    if size == 0 || size > 10_000 {
        return wrong;
    }
    let sign = n.signum();
    for a in (2..=size).take_while(|a| a * a <= size).filter(|a| size % a == 0) {
        wrong.push(sign * (a + size / a));
        if a * a == size {
            wrong.push(sign * 2 * a);
        }
        if a * a * a == size {
            wrong.push(sign * 3 * a);
        }
    }
    wrong.extend([n + 2, n - 2, 2 * n, n + 10, n - 10, 10 * n]);
    if n % 2 == 0 {
        wrong.push(n / 2);
    }
    if n % 10 == 0 {
        wrong.push(n / 10);
    }
    if (10..100).contains(&size) {
        wrong.push(sign * (size % 10 * 10 + size / 10));
    }
    wrong
}
