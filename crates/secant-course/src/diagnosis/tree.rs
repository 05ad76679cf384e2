//! Formulas as a person writes them, each with its values at the sample points.
//!
//! Here: the parts, the constructors that fold only what goes without saying (`1 u`, `u + 0`), right derivatives,
//! the way back to an expression.
//! Not here: reading of texts and expressions (`reading`), broken rules (`rules`).
//! Invariant: a part stands behind the parts it is made of; its values are those of its operation at theirs.
//! Start reading at [`Tree`] and [`Op`].

use std::collections::BTreeMap;

use secant::calculus::{OuterRule, derivative};
use secant::expr::{self, Constant, Expr, Func, Func2, Rational, Symbol};

use super::samples::{self, LANES, Samples};

/// A part of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(u32);

/// Some parts in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    from: u32,
    len: u32,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A number, by its place in the table of numbers.
    Number(u32),
    /// A named constant.
    Constant(Constant),
    /// A variable, by its place in the table of names.
    Var(u32),
    /// `a + b + …`
    Sum(List),
    /// `-a`
    Neg(Id),
    /// `a b …`
    Product(List),
    /// `a/b`
    Quotient(Id, Id),
    /// `a^b`
    Power(Id, Id),
    /// A function of one argument.
    Apply(Func, Id),
    /// A function of two arguments.
    Apply2(Func2, Id, Id),
    /// `where(c, a, b)`
    Select(Id, Id, Id),
}

struct Part {
    op: Op,
    /// A bit for each variable in it (those behind the 63rd share one).
    mask: u64,
    at: Samples,
}

/// Formulas, all in one place: what is made of others refers to them.
pub(crate) struct Tree {
    parts: Vec<Part>,
    lists: Vec<Id>,
    numbers: Vec<Rational>,
    names: Vec<Symbol>,
    /// The values of each variable.
    points: Vec<Samples>,
    /// For further variables.
    block: usize,
    derivatives: BTreeMap<(Id, u32), Id>,
    /// What formulas with a number of their own are at parts.
    formulas: BTreeMap<(usize, Id), Id>,
}

/// By what is differentiated: a variable, and perhaps another one that moves along with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    /// The variable.
    pub(crate) var: u32,
    /// A variable that depends on it, and the slope it has.
    pub(crate) along: Option<(u32, Id)>,
}

impl By {
    /// A variable; everything else stands still.
    pub(crate) fn plain(var: u32) -> By {
        By { var, along: None }
    }
}

/// Most parts a tree may have; what would be made beyond is [`Tree::nothing`].
const MAX_PARTS: usize = 60_000;

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree {
            parts: Vec::with_capacity(512),
            lists: Vec::with_capacity(512),
            numbers: Vec::new(),
            names: Vec::new(),
            points: Vec::new(),
            block: 0,
            derivatives: BTreeMap::new(),
            formulas: BTreeMap::new(),
        }
    }

    /// What it is.
    pub(crate) fn op(&self, id: Id) -> Op {
        self.parts[id.0 as usize].op
    }

    /// Its values.
    pub(crate) fn at(&self, id: Id) -> &Samples {
        &self.parts[id.0 as usize].at
    }

    /// The parts of a list.
    pub(crate) fn list(&self, list: List) -> &[Id] {
        &self.lists[list.from as usize..(list.from + list.len) as usize]
    }

    /// How many parts have been made.
    pub(crate) fn made(&self) -> usize {
        self.parts.len()
    }

    /// May no further part be made?
    pub(crate) fn is_full(&self) -> bool {
        self.parts.len() >= MAX_PARTS
    }

    /// The same values, as far as rounding lets one tell?
    pub(crate) fn same(&self, a: Id, b: Id) -> bool {
        a == b || samples::same(self.at(a), self.at(b))
    }

    /// Does the variable occur in it?
    pub(crate) fn depends(&self, id: Id, var: u32) -> bool {
        self.parts[id.0 as usize].mask & (1 << var.min(63)) != 0
    }

    /// Does it change?
    pub(crate) fn varies(&self, id: Id, by: &By) -> bool {
        self.depends(id, by.var) || by.along.is_some_and(|(y, _)| self.depends(id, y))
    }

    /// The parts of it that change, in order.
    pub(crate) fn varying(&self, id: Id, by: &By) -> Vec<Id> {
        self.children(id).into_iter().filter(|c| self.varies(*c, by)).collect()
    }

    /// Does no variable occur in it?
    pub(crate) fn is_constant(&self, id: Id) -> bool {
        self.parts[id.0 as usize].mask == 0
    }

    /// The number it is, if it is written as one.
    pub(crate) fn as_number(&self, id: Id) -> Option<&Rational> {
        match self.op(id) {
            Op::Number(k) => Some(&self.numbers[k as usize]),
            _ => None,
        }
    }

    pub(crate) fn is_zero(&self, id: Id) -> bool {
        self.as_number(id).is_some_and(Rational::is_zero)
    }

    pub(crate) fn is_one(&self, id: Id) -> bool {
        self.as_number(id).is_some_and(Rational::is_one)
    }

    /// Is it a variable by itself?
    pub(crate) fn is_var(&self, id: Id) -> bool {
        matches!(self.op(id), Op::Var(_))
    }

    /// The names met so far, in the order in which they were met.
    pub(crate) fn names(&self) -> &[Symbol] {
        &self.names
    }

    /// What it is made of, in order.
    pub(crate) fn children(&self, id: Id) -> Vec<Id> {
        match self.op(id) {
            Op::Number(_) | Op::Constant(_) | Op::Var(_) => Vec::new(),
            Op::Sum(list) | Op::Product(list) => self.list(list).to_vec(),
            Op::Neg(a) | Op::Apply(_, a) => vec![a],
            Op::Quotient(a, b) | Op::Power(a, b) | Op::Apply2(_, a, b) => vec![a, b],
            Op::Select(c, a, b) => vec![c, a, b],
        }
    }

    /// How many parts it has, shared ones counted each time, up to a limit.
    pub(crate) fn size(&self, id: Id, limit: usize) -> usize {
        let mut size = 1;
        for child in self.children(id) {
            if size >= limit {
                break;
            }
            size += self.size(child, limit - size);
        }
        size
    }

    /// The place of a variable in the table of names; it need not have been met yet.
    pub(crate) fn variable(&mut self, name: &Symbol) -> u32 {
        if let Some(k) = self.names.iter().position(|n| n == name) {
            return k as u32;
        }
        self.names.push(name.clone());
        self.points.push(samples::of_variable(self.names.len() - 1, self.block));
        (self.names.len() - 1) as u32
    }

    /// A part just as it is told: nothing is folded.
    pub(crate) fn node(&mut self, op: Op) -> Id {
        let (at, mask) = (self.values(op), self.mask(op));
        self.parts.push(Part { op, mask, at });
        Id((self.parts.len() - 1) as u32)
    }

    /// A list of parts, for [`Op::Sum`] and [`Op::Product`].
    pub(crate) fn listed(&mut self, parts: &[Id]) -> List {
        let from = self.lists.len() as u32;
        self.lists.extend_from_slice(parts);
        List { from, len: parts.len() as u32 }
    }

    fn mask(&self, op: Op) -> u64 {
        let of = |id: Id| self.parts[id.0 as usize].mask;
        match op {
            Op::Number(_) | Op::Constant(_) => 0,
            Op::Var(k) => 1 << k.min(63),
            Op::Sum(list) | Op::Product(list) => self.list(list).iter().fold(0, |m, id| m | of(*id)),
            Op::Neg(a) | Op::Apply(_, a) => of(a),
            Op::Quotient(a, b) | Op::Power(a, b) | Op::Apply2(_, a, b) => of(a) | of(b),
            Op::Select(c, a, b) => of(c) | of(a) | of(b),
        }
    }

    fn values(&self, op: Op) -> Samples {
        let at = |id: Id| &self.parts[id.0 as usize].at;
        match op {
            Op::Number(k) => [self.numbers[k as usize].to_f64(); LANES],
            Op::Constant(c) => {
                let value = match c {
                    Constant::Pi => std::f64::consts::PI,
                    Constant::E => std::f64::consts::E,
                    Constant::Infinity => f64::INFINITY,
                    Constant::Undefined => f64::NAN,
                };
                [value; LANES]
            }
            Op::Var(k) => self.points[k as usize],
            Op::Sum(list) => {
                let mut sum = [0.0; LANES];
                for id in self.list(list) {
                    let term = at(*id);
                    sum.iter_mut().zip(term).for_each(|(s, t)| *s += t);
                }
                sum
            }
            Op::Neg(a) => samples::each(at(a), |a| -a),
            Op::Product(list) => {
                let mut product = [1.0; LANES];
                for id in self.list(list) {
                    let factor = at(*id);
                    product.iter_mut().zip(factor).for_each(|(p, f)| *p *= f);
                }
                product
            }
            Op::Quotient(a, b) => samples::both(at(a), at(b), |a, b| if b == 0.0 { f64::NAN } else { a / b }),
            Op::Power(a, n) => samples::both(at(a), at(n), samples::power),
            Op::Apply(f, a) => samples::each(at(a), |a| samples::function(f, a)),
            Op::Apply2(f, a, b) => samples::both(at(a), at(b), |a, b| samples::function2(f, a, b)),
            Op::Select(c, a, b) => {
                let (c, a, b) = (at(c), at(a), at(b));
                std::array::from_fn(|k| if c[k] != 0.0 { a[k] } else { b[k] })
            }
        }
    }

    /// Points at which as many as possible of these have a value, found among all blocks.
    pub(crate) fn settle(&mut self, wanted: &[Id]) {
        let tame = |x: f64| x == 0.0 || (x.abs() > 1e-9 && x.abs() < 1e12);
        let good = |tree: &Tree, lane: usize| wanted.iter().all(|id| tame(tree.at(*id)[lane]));
        if (0..LANES).all(|lane| good(self, lane)) {
            return;
        }
        let mut found: Vec<Vec<f64>> = Vec::new();
        for block in 0..samples::BLOCK_COUNT {
            self.block = block;
            self.points = (0..self.names.len()).map(|k| samples::of_variable(k, block)).collect();
            self.recompute();
            for lane in (0..LANES).filter(|lane| good(self, *lane)) {
                found.push(self.points.iter().map(|values| values[lane]).collect());
            }
            if found.len() >= LANES {
                break;
            }
        }
        self.block = 0;
        for k in 0..self.names.len() {
            let spare = samples::of_variable(k, 0);
            self.points[k] = std::array::from_fn(|lane| found.get(lane).map_or(spare[lane], |p| p[k]));
        }
        self.recompute();
    }

    fn recompute(&mut self) {
        for k in 0..self.parts.len() {
            self.parts[k].at = self.values(self.parts[k].op);
        }
    }

    /// Other values for a variable.
    pub(crate) fn put(&mut self, var: u32, values: Samples) {
        self.points[var as usize] = values;
        self.recompute();
    }

    /// The same with nought in place of a variable.
    pub(crate) fn without(&mut self, id: Id, var: u32) -> Id {
        if !self.depends(id, var) {
            return id;
        }
        let parts: Vec<Id> = self.children(id).into_iter().map(|c| self.without(c, var)).collect();
        match (self.op(id), parts.as_slice()) {
            (Op::Sum(_), _) => self.sum(&parts),
            (Op::Product(_), _) => self.product(&parts),
            (Op::Neg(_), [a]) => self.neg(*a),
            (Op::Quotient(..), [a, b]) => self.quotient(*a, *b),
            (Op::Power(..), [a, n]) => self.power(*a, *n),
            (Op::Apply(f, _), [a]) => self.apply(f, *a),
            (Op::Apply2(f, ..), [a, b]) => self.node(Op::Apply2(f, *a, *b)),
            (Op::Select(..), [c, a, b]) => self.node(Op::Select(*c, *a, *b)),
            _ => self.integer(0),
        }
    }

    /// The terms of a sum; of anything else, itself.
    pub(crate) fn terms(&self, id: Id) -> Vec<Id> {
        match self.op(id) {
            Op::Sum(list) => self.list(list).to_vec(),
            _ => vec![id],
        }
    }

    /// What has no value.
    pub(crate) fn nothing(&mut self) -> Id {
        self.node(Op::Constant(Constant::Undefined))
    }

    pub(crate) fn number(&mut self, n: Rational) -> Id {
        self.numbers.push(n);
        self.node(Op::Number((self.numbers.len() - 1) as u32))
    }

    pub(crate) fn integer(&mut self, n: i64) -> Id {
        self.number(Rational::integer(n))
    }

    pub(crate) fn var(&mut self, k: u32) -> Id {
        self.node(Op::Var(k))
    }

    pub(crate) fn sum(&mut self, terms: &[Id]) -> Id {
        let terms: Vec<Id> = terms.iter().copied().filter(|t| !self.is_zero(*t)).collect();
        match terms.as_slice() {
            [] => self.integer(0),
            [one] => *one,
            _ => {
                let list = self.listed(&terms);
                self.node(Op::Sum(list))
            }
        }
    }

    pub(crate) fn minus(&mut self, a: Id, b: Id) -> Id {
        let b = self.neg(b);
        self.sum(&[a, b])
    }

    pub(crate) fn neg(&mut self, a: Id) -> Id {
        match self.op(a) {
            Op::Number(k) => {
                let n = -self.numbers[k as usize].clone();
                self.number(n)
            }
            Op::Neg(inner) => inner,
            _ => self.node(Op::Neg(a)),
        }
    }

    pub(crate) fn product(&mut self, factors: &[Id]) -> Id {
        let mut number: Option<Rational> = None;
        let mut negative = false;
        let mut rest: Vec<Id> = Vec::with_capacity(factors.len());
        for &factor in factors {
            let factor = match self.op(factor) {
                Op::Neg(inner) => {
                    negative = !negative;
                    inner
                }
                _ => factor,
            };
            match self.as_number(factor) {
                Some(n) if n.bits() <= 128 && number.as_ref().is_none_or(|m| m.bits() <= 128) => {
                    number = Some(number.map_or_else(|| n.clone(), |m| &m * n));
                }
                _ => rest.push(factor),
            }
        }
        let number = number.filter(|n| !n.is_one());
        if number.as_ref().is_some_and(Rational::is_zero) {
            return self.integer(0);
        }
        if let Some(n) = number {
            let n = self.number(n);
            rest.insert(0, n);
        }
        let product = match rest.as_slice() {
            [] => self.integer(1),
            [one] => *one,
            _ => {
                let list = self.listed(&rest);
                self.node(Op::Product(list))
            }
        };
        if negative { self.neg(product) } else { product }
    }

    pub(crate) fn times(&mut self, a: Id, b: Id) -> Id {
        self.product(&[a, b])
    }

    pub(crate) fn quotient(&mut self, a: Id, b: Id) -> Id {
        if self.is_one(b) || (self.is_zero(a) && !self.is_zero(b)) {
            return a;
        }
        self.node(Op::Quotient(a, b))
    }

    pub(crate) fn power(&mut self, a: Id, n: Id) -> Id {
        match self.as_number(n) {
            Some(k) if k.is_zero() => self.integer(1),
            Some(k) if k.is_one() => a,
            _ => self.node(Op::Power(a, n)),
        }
    }

    pub(crate) fn powi(&mut self, a: Id, n: i64) -> Id {
        let n = self.integer(n);
        self.power(a, n)
    }

    pub(crate) fn apply(&mut self, f: Func, a: Id) -> Id {
        self.node(Op::Apply(f, a))
    }

    pub(crate) fn log(&mut self, a: Id) -> Id {
        match self.op(a) {
            Op::Constant(Constant::E) => self.integer(1),
            _ => self.apply(Func::Log, a),
        }
    }

    /// A formula in one letter, `u`, with a part put in for it; it is remembered by its number.
    pub(crate) fn formula(&mut self, number: usize, of: fn(&Expr) -> Expr, u: Id) -> Id {
        if let Some(known) = self.formulas.get(&(number, u)) {
            return *known;
        }
        let letter = Symbol::new("u");
        let e = of(&Expr::var(letter.clone()));
        let made = self.read_with(&e, &letter, u).unwrap_or_else(|| self.nothing());
        self.formulas.insert((number, u), made);
        made
    }

    /// The derivative by a variable, by the right rules; it is remembered.
    pub(crate) fn derivative(&mut self, id: Id, var: u32) -> Id {
        if !self.depends(id, var) {
            return self.integer(0);
        }
        if let Some(known) = self.derivatives.get(&(id, var)) {
            return *known;
        }
        if self.is_full() {
            return self.nothing();
        }
        let by = By::plain(var);
        let slopes: Vec<Id> = self.varying(id, &by).iter().map(|c| self.derivative(*c, var)).collect();
        let d = self.rule(id, &by, &slopes);
        self.derivatives.insert((id, var), d);
        d
    }

    /// One rule: the derivative of a part from those of its varying parts, in order.
    pub(crate) fn rule(&mut self, id: Id, by: &By, slopes: &[Id]) -> Id {
        let depends = |tree: &Tree, id: Id| tree.varies(id, by);
        match (self.op(id), slopes) {
            (Op::Var(k), _) => match by.along {
                Some((y, slope)) if y == k => slope,
                _ => self.integer(i64::from(k == by.var)),
            },
            (Op::Sum(_), _) => self.sum(slopes),
            (Op::Neg(_), [d]) => self.neg(*d),
            (Op::Product(list), _) => {
                let factors = self.list(list).to_vec();
                let mut terms = Vec::with_capacity(slopes.len());
                let mut slope = slopes.iter();
                for k in 0..factors.len() {
                    if depends(self, factors[k])
                        && let Some(d) = slope.next()
                    {
                        let mut term = factors.clone();
                        term[k] = *d;
                        terms.push(self.product(&term));
                    }
                }
                self.sum(&terms)
            }
            (Op::Quotient(u, v), _) => match (depends(self, u), depends(self, v), slopes) {
                (true, false, [du]) => self.quotient(*du, v),
                (false, true, [dv]) => {
                    let top = self.product(&[u, *dv]);
                    let top = self.neg(top);
                    let bottom = self.powi(v, 2);
                    self.quotient(top, bottom)
                }
                (_, _, [du, dv]) => {
                    let (a, b) = (self.times(*du, v), self.times(u, *dv));
                    let top = self.minus(a, b);
                    let bottom = self.powi(v, 2);
                    self.quotient(top, bottom)
                }
                _ => self.nothing(),
            },
            (Op::Power(u, n), _) => match (depends(self, u), depends(self, n), slopes) {
                (true, false, [du]) => {
                    let less = self.one_less(n);
                    let lowered = self.power(u, less);
                    self.product(&[n, lowered, *du])
                }
                (false, true, [dn]) => {
                    let log = self.log(u);
                    self.product(&[id, log, *dn])
                }
                (_, _, [du, dn]) => {
                    let log = self.log(u);
                    let by_exponent = self.times(*dn, log);
                    let by_base = self.times(n, *du);
                    let by_base = self.quotient(by_base, u);
                    let both = self.sum(&[by_exponent, by_base]);
                    self.times(id, both)
                }
                _ => self.nothing(),
            },
            (Op::Apply(f, u), [du]) => {
                let outer = self.outer(f, u);
                self.times(outer, *du)
            }
            // Branches and functions of two arguments are left to the engine, as a whole.
            (Op::Apply2(..) | Op::Select(..), _) => {
                let e = self.expr(id);
                let one = self.integer(1);
                let mut terms = Vec::new();
                for (k, slope) in [(by.var, one)].into_iter().chain(by.along) {
                    let partial = derivative(&e, &self.names[k as usize].clone());
                    let Some(partial) = self.read_expr(&partial) else { return self.nothing() };
                    terms.push(self.times(partial, slope));
                }
                self.sum(&terms)
            }
            _ => self.nothing(),
        }
    }

    /// `n - 1`
    pub(crate) fn one_less(&mut self, n: Id) -> Id {
        match self.as_number(n) {
            Some(k) => {
                let less = k - &Rational::ONE;
                self.number(less)
            }
            None => {
                let one = self.integer(-1);
                self.sum(&[n, one])
            }
        }
    }

    /// The derivative of a function at a part, by the table of the engine.
    pub(crate) fn outer(&mut self, f: Func, u: Id) -> Id {
        match f {
            Func::Exp => self.apply(Func::Exp, u),
            Func::Sin => self.apply(Func::Cos, u),
            Func::Cos => {
                let sin = self.apply(Func::Sin, u);
                self.neg(sin)
            }
            Func::Log => {
                let one = self.integer(1);
                self.quotient(one, u)
            }
            // Numbers that no row of `functions` has.
            _ => self.formula(usize::MAX - f as usize, OuterRule::of(f).outer, u),
        }
    }

    /// The expression that it is.
    pub(crate) fn expr(&self, id: Id) -> Expr {
        let mut known: BTreeMap<Id, Expr> = BTreeMap::new();
        let mut open = vec![id];
        while let Some(&next) = open.last() {
            if known.contains_key(&next) {
                open.pop();
                continue;
            }
            let before = open.len();
            open.extend(self.children(next).into_iter().filter(|c| !known.contains_key(c)));
            if open.len() > before {
                continue;
            }
            open.pop();
            let of = |id: Id| known[&id].clone();
            let e = match self.op(next) {
                Op::Number(k) => Expr::number(self.numbers[k as usize].clone()),
                Op::Constant(c) => Expr::constant(c),
                Op::Var(k) => Expr::var(self.names[k as usize].clone()),
                Op::Sum(list) => expr::sum(self.list(list).iter().map(|t| (Rational::ONE, of(*t)))),
                Op::Neg(a) => -of(a),
                Op::Product(list) => expr::product(self.list(list).iter().map(|f| of(*f))),
                Op::Quotient(a, b) => of(a) / of(b),
                Op::Power(a, n) => expr::power(&of(a), &of(n)),
                Op::Apply(f, a) => expr::apply(f, &of(a)),
                Op::Apply2(f, a, b) => expr::apply2(f, &of(a), &of(b)),
                Op::Select(c, a, b) => expr::select(&of(c), &of(a), &of(b)),
            };
            known.insert(next, e);
        }
        known.remove(&id).unwrap_or_else(Expr::undefined)
    }
}
