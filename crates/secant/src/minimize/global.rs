//! The lowest value in a box, proven: the box is cut, and what cannot hold it is dropped.
//!
//! Here: bounds of the value by intervals and by the mean value form, parts in which the function rises or falls all along,
//! the interval Newton method on the gradient, an upper bound from points.
//! Not here: descent to a minimum of which only little is known (`minimize`).
//! Invariant: every lowest point of the box lies in one of the minimisers, and the lowest value in `value`, whatever the
//! options; what they limit is how narrow these are.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::MinimizeError;
use super::certificate::{enclosures, is_positive_definite};
use crate::calculus::{gradient, hessian};
use crate::expr::{Expr, Rational, Shape, Symbol};
use crate::program::{Budget, Enclosure, Interval, Program, Workspace};
use crate::solve::{Narrowing, Smoothness, System, certify};

type Cell = Vec<Interval>;

/// How long to cut.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalOptions {
    /// Most parts that are looked at; default 50 000.
    pub max_boxes: usize,
    /// Parts are not cut below this share of the box; default `1e-7`.
    pub min_width: f64,
}

impl Default for GlobalOptions {
    fn default() -> GlobalOptions {
        GlobalOptions { max_boxes: 50_000, min_width: 1e-7 }
    }
}

/// A place where the lowest value may be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimiser {
    /// A point of it.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The place.
    pub enclosure: Vec<Interval>,
    /// Proven: exactly one minimum of the box lies in it.
    pub proven: bool,
}

/// What is known of the lowest value in a box.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalReport {
    /// It lies in here, proven; unbounded below where the function may be.
    pub value: Interval,
    /// Every point with the lowest value lies in one of these, proven; lowest first.
    pub minimisers: Vec<Minimiser>,
    /// Was everything decided within the options?
    pub finished: bool,
    /// Every minimiser is proven, and the function has a value all over the box.
    pub proven: bool,
    /// Parts that were looked at.
    pub boxes: usize,
}

/// Most variables.
const MOST_VARIABLES: usize = 12;
/// Most minimisers that are told one by one.
const MOST_TOLD: usize = 50;

struct Search<'a> {
    names: &'a [Symbol],
    over: &'a [Interval],
    budget: &'a Budget<'a>,
    options: &'a GlobalOptions,
    f: &'a Expr,
    value: Program,
    slopes: Program,
    smooth: Smoothness,
    stationary: System,
    workspace: Workspace,
    /// No lowest value is above this.
    upper: f64,
    lowest: Vec<f64>,
    boxes: usize,
    everywhere_defined: bool,
    queue: BinaryHeap<Part>,
    rest: Vec<(f64, Cell)>,
}

/// A part, with a bound below its values. The lowest comes first; of equals the one that was made first.
struct Part {
    bound: f64,
    number: usize,
    cell: Cell,
}

impl Ord for Part {
    fn cmp(&self, other: &Part) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Part {}

/// The lowest value of `f` in the box `over`, with every place at which it may be taken.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::minimize::{GlobalOptions, global_minimum};
/// use secant::program::{Budget, Interval};
/// use secant::syntax::parse_expr;
/// let f = parse_expr("x^4 - 3 x^2 + x").unwrap();
/// let over = [Interval::new(-3.0, 3.0).unwrap()];
/// let found = global_minimum(&f, &[Symbol::new("x")], &over, &GlobalOptions::default(), &Budget::UNLIMITED)?;
/// assert!(found.proven && found.minimisers.len() == 1);
/// assert!((found.minimisers[0].at[0] + 1.300_839_566).abs() < 1e-9);
/// # Ok::<(), secant::minimize::MinimizeError>(())
/// ```
///
/// # Errors
/// [`MinimizeError::Bounds`] for a range that is empty or unbounded, [`MinimizeError::TooMany`], and those of compiling and
/// evaluating the derivatives.
///
/// # Source
/// Hansen & Walster, *Global Optimization Using Interval Analysis*, 2nd ed., §12.
pub fn global_minimum(
    f: &Expr,
    names: &[Symbol],
    over: &[Interval],
    options: &GlobalOptions,
    budget: &Budget<'_>,
) -> Result<GlobalReport, MinimizeError> {
    if over.len() != names.len() || names.is_empty() {
        return Err(MinimizeError::Start { given: over.len(), wanted: names.len() });
    }
    if names.len() > MOST_VARIABLES {
        return Err(MinimizeError::TooMany { given: names.len(), limit: MOST_VARIABLES });
    }
    if let Some(k) = over.iter().position(|x| x.is_empty() || !x.width().is_finite()) {
        let name = names[k].name().to_owned();
        return Err(MinimizeError::Bounds { name, low: over[k].low(), high: over[k].high() });
    }
    let wrt: Vec<(Symbol, Shape)> = names.iter().map(|x| (x.clone(), Shape::SCALAR)).collect();
    let slopes = gradient(f, &wrt);
    let mut search = Search {
        names,
        over,
        budget,
        options,
        f,
        value: Program::compile(std::slice::from_ref(f), names)?,
        slopes: Program::compile(&slopes, names)?,
        smooth: Smoothness::of(std::slice::from_ref(f), names)?,
        stationary: System::new(&slopes, &[], names)?,
        workspace: Workspace::new(),
        upper: f64::INFINITY,
        lowest: over.iter().map(|x| x.middle()).collect(),
        boxes: 0,
        everywhere_defined: true,
        queue: BinaryHeap::new(),
        rest: Vec::new(),
    };
    let finished = search.run()?;
    search.report(finished)
}

impl Search<'_> {
    fn run(&mut self) -> Result<bool, MinimizeError> {
        let whole = self.over.to_vec();
        self.everywhere_defined = self.at(&whole)?.defined;
        self.push(whole)?;
        while let Some(part) = self.queue.pop() {
            if part.bound > self.upper {
                break; // and so are all others
            }
            if self.boxes >= self.options.max_boxes {
                self.rest.push((part.bound, part.cell));
                let others = std::mem::take(&mut self.queue).into_vec();
                self.rest.extend(others.into_iter().map(|p| (p.bound, p.cell)));
                return Ok(false);
            }
            self.look(part)?;
        }
        Ok(true)
    }

    fn at(&mut self, x: &[Interval]) -> Result<Enclosure, MinimizeError> {
        let mut out = [Enclosure { values: Interval::EMPTY, defined: false }];
        self.value.evaluate_interval_within(x, &mut out, self.budget, &mut self.workspace)?;
        Ok(out[0])
    }

    /// Where the gradient of the part is known to be continuous: an enclosure of it.
    fn gradient(&mut self, x: &[Interval]) -> Result<Option<Cell>, MinimizeError> {
        if !self.smooth.is_certain(x, self.budget, &mut self.workspace)? {
            return Ok(None);
        }
        let g = enclosures(&self.slopes, x, self.budget)?;
        Ok(g.iter().all(|e| e.defined).then(|| g.iter().map(|e| e.values).collect()))
    }

    /// Takes the value at a point as a bound, if there is one.
    fn try_point(&mut self, x: &[f64]) -> Result<(), MinimizeError> {
        let point: Cell = x.iter().map(|x| Interval::point(*x)).collect();
        let there = self.at(&point)?;
        if there.defined && there.values.high() < self.upper {
            self.upper = there.values.high();
            self.lowest = x.to_vec();
        }
        Ok(())
    }

    fn push(&mut self, cell: Cell) -> Result<(), MinimizeError> {
        let e = self.at(&cell)?;
        if e.values.is_empty() {
            return Ok(());
        }
        self.boxes += 1;
        let middle: Vec<f64> = cell.iter().map(|x| x.middle()).collect();
        self.try_point(&middle)?;
        if e.values.low() <= self.upper {
            self.queue.push(Part { bound: e.values.low(), number: self.boxes, cell });
        }
        Ok(())
    }

    fn look(&mut self, part: Part) -> Result<(), MinimizeError> {
        let Part { mut bound, cell: mut x, .. } = part;
        if let Some(g) = self.gradient(&x)? {
            // The mean value form.
            let middle: Cell = x.iter().map(|x| Interval::point(x.middle())).collect();
            let there = self.at(&middle)?;
            if there.defined {
                let change = x.iter().zip(&middle).zip(&g).map(|((x, m), g)| *g * (*x - *m));
                let form = change.fold(there.values, |sum, part| sum + part);
                bound = bound.max(form.low());
                if bound > self.upper {
                    return Ok(());
                }
            }
            // Where it rises or falls all along, the lowest is on the border, or nowhere in here.
            let mut changed = false;
            for (k, g) in g.iter().enumerate() {
                let end = if g.low() > 0.0 {
                    (x[k].low(), x[k].low() <= self.over[k].low())
                } else if g.high() < 0.0 {
                    (x[k].high(), x[k].high() >= self.over[k].high())
                } else {
                    continue;
                };
                match end {
                    (_, false) => return Ok(()),
                    (at, true) => {
                        changed |= x[k].width() > 0.0;
                        x[k] = Interval::point(at);
                    }
                }
            }
            if changed {
                return self.push(x);
            }
            if self.is_inside(&x) {
                match self.stationary.narrow(&x, self.budget)? {
                    Narrowing::None => return Ok(()),
                    Narrowing::One(z) => {
                        let middle: Vec<f64> = z.iter().map(|x| x.middle()).collect();
                        self.try_point(&middle)?;
                        let bound = self.at(&z)?.values.low();
                        if bound <= self.upper {
                            self.rest.push((bound, z));
                        }
                        return Ok(());
                    }
                    Narrowing::Parts(parts) => {
                        let smaller = parts
                            .iter()
                            .all(|z| z.iter().zip(&x).any(|(new, old)| new.width() < 0.6 * old.width()));
                        if smaller {
                            return parts.into_iter().try_for_each(|z| self.push(z));
                        }
                    }
                    Narrowing::Unknown => {}
                }
            }
        }
        let share = |k: usize| x[k].width() / self.over[k].width().max(f64::MIN_POSITIVE);
        let longest = (0..x.len()).max_by(|a, b| share(*a).total_cmp(&share(*b)));
        let Some(k) = longest.filter(|k| share(*k) > self.options.min_width) else {
            self.rest.push((bound, x));
            return Ok(());
        };
        let cut = 0.46875 * x[k].low() + 0.53125 * x[k].high();
        for side in [Interval::new(x[k].low(), cut), Interval::new(cut, x[k].high())].into_iter().flatten() {
            let mut half = x.clone();
            half[k] = side;
            self.push(half)?;
        }
        Ok(())
    }

    fn is_inside(&self, x: &[Interval]) -> bool {
        x.iter().zip(self.over).all(|(x, over)| x.is_inside(*over))
    }

    fn report(mut self, finished: bool) -> Result<GlobalReport, MinimizeError> {
        let upper = self.upper;
        let mut rest = std::mem::take(&mut self.rest);
        rest.retain(|(bound, _)| *bound <= upper);
        let low = rest.iter().map(|(bound, _)| *bound).fold(f64::INFINITY, f64::min);
        let mut minimisers = Vec::new();
        for cell in merged(rest.into_iter().map(|(_, cell)| cell).collect()) {
            let proof = self.certified(&cell)?;
            let proven = proof.is_some();
            let enclosure = proof.unwrap_or(cell);
            let middle: Vec<f64> = enclosure.iter().map(|x| x.middle()).collect();
            let holds_lowest = enclosure.iter().zip(&self.lowest).all(|(x, p)| x.contains(*p));
            let at = if holds_lowest { self.lowest.clone() } else { middle };
            let mut value = [f64::NAN];
            self.value.evaluate(&at, &mut value, &mut self.workspace)?;
            minimisers.push(Minimiser { at, value: value[0], enclosure, proven });
        }
        minimisers.sort_by(|a, b| a.value.total_cmp(&b.value));
        let value = Interval::new(low.min(upper), upper).unwrap_or(Interval::ALL);
        let proven = finished
            && self.everywhere_defined
            && !minimisers.is_empty()
            && minimisers.iter().all(|m| m.proven);
        Ok(GlobalReport { value, minimisers, finished, proven, boxes: self.boxes })
    }

    /// A proof that exactly one minimum of the box lies in the part: one stationary point in the numbers that are free, where
    /// the Hessian is positive definite, and a slope toward the border in those that are held there. The whole part has to
    /// lie where that is unique.
    fn certified(&mut self, x: &[Interval]) -> Result<Option<Cell>, MinimizeError> {
        let held: Vec<bool> = x
            .iter()
            .zip(self.over)
            .map(|(x, over)| x.width() == 0.0 && (x.low() == over.low() || x.high() == over.high()))
            .collect();
        let Some(g) = self.gradient(x)? else { return Ok(None) };
        for k in (0..x.len()).filter(|k| held[*k]) {
            let pushes = (x[k].low() == self.over[k].low() && g[k].low() > 0.0)
                || (x[k].high() == self.over[k].high() && g[k].high() < 0.0);
            if !pushes {
                return Ok(None);
            }
        }
        let mut f = self.f.clone();
        for k in (0..x.len()).filter(|k| held[*k]) {
            let Some(at) = Rational::from_f64(x[k].low()) else { return Ok(None) };
            f = f.replace(&self.names[k], &Expr::number(at));
        }
        let free: Vec<usize> = (0..x.len()).filter(|k| !held[*k]).collect();
        if free.is_empty() {
            return Ok(Some(x.to_vec()));
        }
        let names: Vec<Symbol> = free.iter().map(|k| self.names[*k].clone()).collect();
        let wrt: Vec<(Symbol, Shape)> = names.iter().map(|x| (x.clone(), Shape::SCALAR)).collect();
        let system = System::new(&gradient(&f, &wrt), &[], &names)?;
        let middle: Vec<f64> = free.iter().map(|k| x[*k].middle()).collect();
        let Some(proof) = certify(&system, &middle, self.budget)? else { return Ok(None) };
        let within =
            |region: &[Interval]| free.iter().zip(region).all(|(k, region)| x[*k].is_within(*region));
        let inside = |z: &[Interval]| free.iter().zip(z).all(|(k, z)| z.is_within(self.over[*k]));
        if !within(&proof.region) || !inside(&proof.enclosure) {
            return Ok(None);
        }
        let program = Program::compile(&hessian(&f, &wrt).concat(), &names)?;
        let entries = enclosures(&program, &proof.enclosure, self.budget)?;
        let entries: Vec<Interval> = entries.iter().filter(|e| e.defined).map(|e| e.values).collect();
        if !is_positive_definite(names.len(), &entries) {
            return Ok(None);
        }
        let mut whole = x.to_vec();
        for (k, z) in free.iter().zip(proof.enclosure) {
            whole[*k] = z;
        }
        Ok(Some(whole))
    }
}

/// Parts that touch become one; of very many the first ones, too.
fn merged(cells: Vec<Cell>) -> Vec<Cell> {
    let touch = |a: &Cell, b: &Cell| a.iter().zip(b).all(|(a, b)| !a.is_disjoint(*b));
    let join = |a: &Cell, b: &Cell| -> Cell { a.iter().zip(b).map(|(a, b)| a.hull(*b)).collect() };
    let mut groups: Vec<Cell> = Vec::new();
    for mut whole in cells {
        while let Some(k) = groups.iter().position(|g| touch(g, &whole)) {
            whole = join(&whole, &groups.swap_remove(k));
        }
        groups.push(whole);
        if groups.len() > MOST_TOLD {
            let (a, b) = (groups.remove(0), groups.remove(0));
            groups.push(join(&a, &b));
        }
    }
    groups
}
