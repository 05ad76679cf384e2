//! Taylor polynomials: what goes wrong between the derivatives and the finished sum.
//!
//! Here: the coefficients, worked out by repeated derivatives, and the ways to use them wrongly, one or two at a time.
//! Not here: slips of a single derivative (`derivative`), of algebra (`algebra`).
//! Invariant: a polynomial is made of what a [`Choice`] says; the right one is the choice that was not twisted.
//! Start reading at [`Series::twists`].

use secant::calculus::derivative_within;
use secant::expr::{Expr, Func, Node, Rational, Symbol};
use secant::sheet::Scope;
use secant::syntax;
use serde_json::Value;

use super::algebra;
use super::found::{Found, Match, Mistake};
use super::tree::{Id, Tree};
use super::{Problem, text};

/// Highest order of a series in one variable, and in several.
const MAX_ORDER: [u32; 2] = [10, 4];
/// Most variables.
const MAX_VARIABLES: usize = 3;
/// Most parts of a derivative on the way.
const MAX_PARTS: usize = 2_000;
/// Orders beyond the asked one that are worked out.
const BEYOND: u32 = 2;

/// A Taylor polynomial with everything that is needed to get it wrong.
pub(crate) struct Series {
    variables: Vec<Symbol>,
    terms: Vec<Term>,
    order: u32,
    /// Distances from the centre: as they should be, with the centre forgotten, with its sign turned.
    bases: [Vec<Id>; 3],
    /// Numbers that stand before a variable inside a function.
    inner: Vec<Rational>,
}

struct Term {
    powers: Vec<u32>,
    /// The coefficient: at the centre, at 0, and not evaluated at all.
    coefficients: [Id; 3],
}

impl Term {
    fn order(&self) -> u32 {
        self.powers.iter().sum()
    }

    /// `n!` for each power, multiplied.
    fn factorials(&self) -> i64 {
        self.powers.iter().map(|n| factorial(*n)).product()
    }
}

/// How a polynomial is put together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// Where the coefficients are taken: at the centre, at 0, nowhere.
    place: usize,
    /// The constant term is left out of that.
    but_first: bool,
    /// Which distances.
    base: usize,
    order: u32,
    /// What each term is multiplied by.
    ratios: Vec<Rational>,
}

/// One thing got wrong.
#[derive(Clone, Debug)]
pub(crate) struct Twist {
    pub(crate) slip: &'static str,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Place(usize, bool),
    Base(usize),
    /// Nothing but the series about 0.
    AboutZero,
    Order(u32),
    Ratios(Vec<Rational>),
}

/// Two things got wrong are tried for no more than this.
const MAX_PAIRS: usize = 600;
/// What two mistakes cost beyond each by itself.
const COST: u32 = 2;

/// Why an answer to `taylor` is wrong.
pub(super) fn explain(problem: &Problem<'_>) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(series) = Series::read(&mut tree, problem.task, problem.scope) else { return Vec::new() };
    let Some(answer) = tree.read(problem.written, problem.scope) else { return Vec::new() };
    let right = series.right();
    let (model, terms) = series.build(&mut tree, &right);
    tree.settle(&[model, answer.root]);
    if tree.same(model, answer.root) {
        return Vec::new();
    }
    let twists = series.twists();
    let mut found = Vec::new();
    let mut singles = Vec::with_capacity(twists.len());
    for (k, twist) in twists.iter().enumerate() {
        let choice = series.twisted(&right, twist);
        let (gives, built) = series.build(&mut tree, &choice);
        if tree.same(gives, answer.root) {
            let mistake = series.mistake(&mut tree, twist, k, (gives, &built), (model, &terms), model);
            found.push(Match::of(vec![mistake], gives));
        }
        singles.push((choice, gives, built));
    }
    let pairs = (0..twists.len()).flat_map(|i| (i + 1..twists.len()).map(move |j| (i, j)));
    if found.is_empty() {
        for (i, j) in pairs.take(MAX_PAIRS) {
            let (choice, gives, _) = &singles[i];
            let both = series.twisted(choice, &twists[j]);
            let (first, second) = (*gives, singles[j].1);
            let (gives, built) = series.build(&mut tree, &both);
            if tree.is_full() {
                break;
            }
            if !tree.same(gives, answer.root) || tree.same(gives, first) || tree.same(gives, second) {
                continue;
            }
            let a =
                series.mistake(&mut tree, &twists[i], i, (gives, &built), (second, &singles[j].2), second);
            let b = series.mistake(&mut tree, &twists[j], j, (gives, &built), (first, &singles[i].2), first);
            found.push(Match::of(vec![a, b], gives));
        }
    }
    if found.is_empty() {
        let model_form = tree.expr(model);
        let mut forms = vec![model];
        forms.extend(algebra::other_forms(&mut tree, &model_form));
        found = algebra::explain(&mut tree, &forms, answer.root);
    }
    found.into_iter().map(|m| algebra::found(&tree, m, &[model], &answer)).collect()
}

/// What each thing got wrong gives.
pub(super) fn likely(task: &Value, scope: &Scope) -> Vec<Found> {
    let mut tree = Tree::new();
    let Some(series) = Series::read(&mut tree, task, scope) else { return Vec::new() };
    let right = series.right();
    let (model, terms) = series.build(&mut tree, &right);
    tree.settle(&[model]);
    let mut found = Vec::new();
    for (k, twist) in series.twists().iter().enumerate() {
        let (gives, built) = series.build(&mut tree, &series.twisted(&right, twist));
        if !tree.same(gives, model) {
            let mistake = series.mistake(&mut tree, twist, k, (gives, &built), (model, &terms), model);
            found.push(Match::of(vec![mistake], gives).found(&tree, None));
        }
    }
    found
}

fn factorial(n: u32) -> i64 {
    (1..=i64::from(n)).product()
}

impl Series {
    /// The series that a request asks for: `expr`, `at` (a number, a text or values by name), `order`.
    fn read(tree: &mut Tree, task: &Value, scope: &Scope) -> Option<Series> {
        let meaning = |text: &str| {
            let written = syntax::parse(text, &syntax::Limits::default()).ok()?;
            Some(syntax::lower(&written, &mut scope.clone()).ok()?.expr)
        };
        let value = |v: &Value| match v {
            Value::String(text) => meaning(text),
            Value::Number(n) => Some(Expr::number(Rational::from_decimal(&n.to_string())?)),
            _ => None,
        };
        let e = meaning(text(task, "expr")?)?;
        let order = u32::try_from(task.get("order")?.as_u64()?).ok()?;
        let centre: Vec<(Symbol, Expr)> = match task.get("at") {
            Some(Value::Object(named)) => {
                named.iter().map(|(x, a)| Some((Symbol::new(x), value(a)?))).collect::<Option<_>>()?
            }
            at => {
                let free = e.free_symbols();
                let x = match text(task, "wrt") {
                    Some(x) => Symbol::new(x),
                    None if free.len() == 1 => free.first()?.clone(),
                    None => free.into_iter().find(|x| x.name() == "x")?,
                };
                vec![(x, at.map_or(Some(Expr::zero()), value)?)]
            }
        };
        Series::new(tree, &e, &centre, order)
    }

    /// A mistake with the term that it is about, where it is about one only.
    fn mistake(
        &self,
        tree: &mut Tree,
        twist: &Twist,
        cost: usize,
        (gives, built): (Id, &[Option<Id>]),
        (model, terms): (Id, &[Option<Id>]),
        whole: Id,
    ) -> Mistake {
        let one = match &twist.change {
            Change::Ratios(ratios) => {
                let mut changed = (0..ratios.len()).filter(|k| !ratios[*k].is_one());
                changed.next().filter(|_| changed.next().is_none())
            }
            _ => None,
        };
        let (wrong, right) = match one.map(|k| (built[k], terms[k])) {
            Some((wrong, Some(right))) => (wrong.unwrap_or_else(|| tree.integer(0)), right),
            _ => (gives, model),
        };
        Mistake { slip: twist.slip, cost: COST + cost as u32, wrong, right, whole }
    }

    /// The series of `e` about a point; none where a coefficient has no value or is too large.
    pub(crate) fn new(tree: &mut Tree, e: &Expr, centre: &[(Symbol, Expr)], order: u32) -> Option<Series> {
        let most = MAX_ORDER[usize::from(centre.len() > 1)];
        if centre.is_empty() || centre.len() > MAX_VARIABLES || order > most {
            return None;
        }
        let variables: Vec<Symbol> = centre.iter().map(|(x, _)| x.clone()).collect();
        let mut slopes: Vec<(Vec<u32>, Expr)> = vec![(vec![0; variables.len()], e.clone())];
        let mut from = 0;
        for _ in 0..order + BEYOND {
            let to = slopes.len();
            for k in from..to {
                let (powers, slope) = slopes[k].clone();
                // Every mixed derivative once: by no variable before the last one that was used.
                let last = powers.iter().rposition(|n| *n > 0).unwrap_or(0);
                for (v, x) in variables.iter().enumerate().skip(last) {
                    let mut powers = powers.clone();
                    powers[v] += 1;
                    slopes.push((powers, derivative_within(&slope, x, MAX_PARTS)?));
                }
            }
            from = to;
        }
        let mut terms = Vec::with_capacity(slopes.len());
        for (powers, slope) in slopes {
            let put = |values: &dyn Fn(&Expr) -> Expr| {
                centre.iter().fold(slope.clone(), |e, (x, a)| e.replace(x, &values(a)))
            };
            let count: i64 = powers.iter().map(|n| factorial(*n)).product();
            let scale = Expr::number(Rational::ratio(1, count)?);
            let at_centre = put(&|a| a.clone()) * scale.clone();
            if at_centre.is_undefined() {
                return None;
            }
            let at_zero = put(&|_| Expr::zero()) * scale.clone();
            let coefficients =
                [tree.read_expr(&at_centre)?, tree.read_expr(&at_zero)?, tree.read_expr(&(slope * scale))?];
            terms.push(Term { powers, coefficients });
        }
        let mut bases = [Vec::new(), Vec::new(), Vec::new()];
        for (x, a) in centre {
            let k = tree.variable(x);
            let x = tree.var(k);
            let a = tree.read_expr(a)?;
            bases[0].push(if tree.is_zero(a) { x } else { tree.minus(x, a) });
            bases[1].push(x);
            bases[2].push(tree.sum(&[x, a]));
        }
        Some(Series { inner: inner(e, &variables), variables, terms, order, bases })
    }

    /// The right choice.
    pub(crate) fn right(&self) -> Choice {
        let ratios = vec![Rational::ONE; self.terms.len()];
        Choice { place: 0, but_first: false, base: 0, order: self.order, ratios }
    }

    /// The polynomial, and its terms (none where one is 0).
    pub(crate) fn build(&self, tree: &mut Tree, choice: &Choice) -> (Id, Vec<Option<Id>>) {
        let mut built = Vec::with_capacity(self.terms.len());
        for (term, ratio) in self.terms.iter().zip(&choice.ratios) {
            let place = if choice.but_first && term.order() == 0 { 0 } else { choice.place };
            let coefficient = term.coefficients[place];
            if term.order() > choice.order || ratio.is_zero() || tree.is_zero(coefficient) {
                built.push(None);
                continue;
            }
            let ratio = tree.number(ratio.clone());
            let mut factors = vec![ratio, coefficient];
            for (base, n) in self.bases[choice.base].iter().zip(&term.powers) {
                if *n > 0 {
                    factors.push(tree.powi(*base, i64::from(*n)));
                }
            }
            built.push(Some(tree.product(&factors)));
        }
        let terms: Vec<Id> = built.iter().copied().flatten().collect();
        (tree.sum(&terms), built)
    }

    /// Everything that can go wrong, the commonest first.
    pub(crate) fn twists(&self) -> Vec<Twist> {
        let mut twists = Vec::new();
        let mut add = |slip, change| twists.push(Twist { slip, change });
        // The factor of a term that depends on how high it is.
        let by_term = |f: &dyn Fn(&Term) -> Option<Rational>| -> Change {
            Change::Ratios(self.terms.iter().map(|t| f(t).unwrap_or(Rational::ONE)).collect())
        };
        let only = |k: usize, ratio: Rational| {
            let mut ratios = vec![Rational::ONE; self.terms.len()];
            ratios[k] = ratio;
            Change::Ratios(ratios)
        };
        let several = self.variables.len() > 1;
        let forgotten = |t: &Term| Some(Rational::integer(factorial(t.order())));
        add("factorial-forgotten", by_term(&forgotten));
        if several {
            add("factorial-forgotten", by_term(&|t| Some(Rational::integer(t.factorials()))));
        }
        // n or (n - 1)! in the place of n!
        add(
            "factorial-forgotten",
            by_term(&|t| Rational::ratio(factorial(t.order()), i64::from(t.order().max(1)))),
        );
        add("factorial-forgotten", by_term(&|t| Some(Rational::integer(i64::from(t.order().max(1))))));
        add("wrong-centre", Change::Base(1));
        add("wrong-centre", Change::Base(2));
        add("wrong-centre", Change::AboutZero);
        add("wrong-centre", Change::Place(1, false));
        for order in [self.order.wrapping_sub(1), self.order + 1, self.order + 2] {
            if order <= self.order + BEYOND {
                add("wrong-order", Change::Order(order));
            }
        }
        add("not-evaluated", Change::Place(2, true));
        add("not-evaluated", Change::Place(2, false));
        for m in &self.inner {
            // The slope of the inside was never multiplied in, or once in place of each time.
            let (each, once) = (m.clone(), m.clone());
            add("inner-derivative-forgotten", by_term(&|t| each.pow(i64::from(t.order()))?.recip()));
            add(
                "inner-derivative-forgotten",
                by_term(&|t| once.pow(i64::from(t.order().max(1)) - 1)?.recip()),
            );
        }
        if several {
            let mixed = |t: &Term| t.powers.iter().filter(|n| **n > 0).count() > 1;
            let half = |t: &Term| if mixed(t) { Some(Rational::HALF) } else { None };
            add("hessian-off-diagonal", by_term(&half));
            add(
                "hessian-off-diagonal",
                by_term(&|t| if mixed(t) { Some(Rational::integer(2)) } else { None }),
            );
            add("hessian-off-diagonal", by_term(&|t| if mixed(t) { Some(Rational::ZERO) } else { None }));
        }
        let minus = || Some(Rational::MINUS_ONE);
        add("alternating-sign", by_term(&|t| if t.order() % 2 == 1 { minus() } else { None }));
        add("alternating-sign", by_term(&|t| if t.order() % 4 >= 2 { minus() } else { None }));
        add("alternating-sign", by_term(&|t| if t.order() / 2 % 2 == 1 { minus() } else { None }));
        let asked = self.terms.iter().enumerate().filter(|(_, t)| t.order() <= self.order);
        for (k, term) in asked {
            let n = i64::from(term.order());
            if n > 1 {
                add("factorial-forgotten", only(k, Rational::integer(factorial(term.order()))));
                add("factorial-forgotten", only(k, Rational::integer(n)));
                if let Some(ratio) = Rational::ratio(factorial(term.order()), n) {
                    add("factorial-forgotten", only(k, ratio));
                }
            }
            let slip = if n == 0 { "constant-term-lost" } else { "term-lost" };
            add(slip, only(k, Rational::ZERO));
            add("algebra-sign", only(k, Rational::MINUS_ONE));
        }
        twists
    }

    /// The choice with one thing more got wrong.
    pub(crate) fn twisted(&self, choice: &Choice, twist: &Twist) -> Choice {
        let mut choice = choice.clone();
        match &twist.change {
            Change::Place(place, but_first) => (choice.place, choice.but_first) = (*place, *but_first),
            Change::Base(base) => choice.base = *base,
            Change::AboutZero => (choice.base, choice.place) = (1, 1),
            Change::Order(order) => choice.order = *order,
            Change::Ratios(ratios) => {
                choice.ratios.iter_mut().zip(ratios).for_each(|(mine, r)| *mine = &*mine * r);
            }
        }
        choice
    }
}

/// Whole numbers that stand before a variable inside a function or an exponent.
fn inner(e: &Expr, variables: &[Symbol]) -> Vec<Rational> {
    let mut found: Vec<Rational> = Vec::new();
    let mut see = |u: &Expr, signs: bool| {
        let variable = |part: &Expr| part.as_var().is_some_and(|x| variables.contains(x));
        let (factor, rest) = match u.node() {
            Node::Sum(s) => match &s.terms[..] {
                [one] => (one.coefficient.clone(), one.expr.clone()),
                _ => return,
            },
            _ => u.split_coefficient(),
        };
        if variable(&rest)
            && (signs || !factor.is_minus_one())
            && !factor.is_one()
            && !factor.is_zero()
            && !found.contains(&factor)
        {
            found.push(factor);
        }
    };
    for part in e.post_order() {
        match part.node() {
            Node::Apply(Func::Abs | Func::Sign, _) => {}
            Node::Apply(_, u) => see(u, true),
            Node::Power(u, n) => {
                // Of 1/(1 - x) it is the sign of each second term.
                see(u, false);
                see(n, true);
            }
            _ => {}
        }
    }
    found.truncate(3);
    found
}
