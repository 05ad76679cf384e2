//! A formula: what is to be seen, and nothing else. It may say what no canonical expression says, such as a derivative
//! still to be taken or a chain of equations.

use std::fmt;

use super::super::{Expr, Func, Symbol};
use super::layout::{Head, Id, Layout, Part, Relation, Set, Sign};
use super::{Notation, TooLarge, write};

/// Mathematics as it will be written, in whatever notation.
///
/// [`Expr::to_formula`] makes one from an expression, in the order a person would write it; the constructors here put
/// formulas together just as they are given.
///
/// ```
/// use secant::expr::{Expr, Formula, Symbol};
///
/// let x = Symbol::new("x");
/// let square = Expr::var("x").powi(2);
/// let line = Formula::equals([
///     Formula::derivative(square.to_formula(), &x, 1),
///     (Expr::integer(2) * Expr::var("x")).to_formula(),
/// ]);
/// assert_eq!(line.to_string(), "diff(x^2, x) = 2 x");
/// assert_eq!(line.to_latex(), r"\frac{d}{d x}[x^{2}] = 2 x");
/// ```
#[derive(Clone, Debug)]
pub struct Formula {
    /// Every part stands after the parts it consists of.
    pub(super) parts: Vec<Part>,
    pub(super) root: Id,
}

impl From<&Expr> for Formula {
    fn from(e: &Expr) -> Formula {
        e.to_formula()
    }
}

impl From<Expr> for Formula {
    fn from(e: Expr) -> Formula {
        e.to_formula()
    }
}

impl Formula {
    /// No parts yet; a root must follow.
    pub(super) fn empty() -> Formula {
        Formula { parts: Vec::new(), root: 0 }
    }

    pub(super) fn with_root(mut self, root: Id) -> Formula {
        self.root = root;
        self
    }

    /// Takes in the parts of another formula; gives the place of its root.
    pub(super) fn append(&mut self, other: &Formula) -> Id {
        let by =
            Id::try_from(self.parts.len()).expect("a formula of more than 2^32 parts does not fit in memory");
        self.parts.extend(other.parts.iter().map(|p| Part { layout: p.layout.moved(by), ..*p }));
        other.root + by
    }

    fn of(layout: Layout) -> Formula {
        let mut formula = Formula::empty();
        let root = formula.push(layout);
        formula.with_root(root)
    }

    fn wrap(mut self, layout: impl FnOnce(Id) -> Layout) -> Formula {
        let root = self.push(layout(self.root));
        self.with_root(root)
    }

    fn join(mut self, other: &Formula, layout: impl FnOnce(Id, Id) -> Layout) -> Formula {
        let b = self.append(other);
        let root = self.push(layout(self.root, b));
        self.with_root(root)
    }

    fn list(parts: impl IntoIterator<Item = Formula>) -> (Formula, Vec<Id>) {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_else(Formula::empty);
        let mut ids = if all.parts.is_empty() { Vec::new() } else { vec![all.root] };
        ids.extend(parts.map(|p| all.append(&p)));
        (all, ids)
    }

    /// A name.
    pub fn symbol(name: impl Into<Symbol>) -> Formula {
        Formula::of(Layout::Symbol(name.into()))
    }

    /// A function with a name of its own, with as many primes: `f(x)`, `f''(x)`.
    pub fn call(
        name: impl Into<Symbol>,
        primes: u32,
        arguments: impl IntoIterator<Item = Formula>,
    ) -> Formula {
        let (mut all, ids) = Formula::list(arguments);
        let root = all.push(Layout::Call(Head::Named(name.into(), primes), ids.into()));
        all.with_root(root)
    }

    /// An elementary function of it.
    pub fn apply(f: Func, argument: Formula) -> Formula {
        argument.wrap(|a| Layout::Call(Head::Func(f), Box::new([a])))
    }

    /// The derivative by a name, not carried out: `d/dx […]`; text `diff(…, x)`.
    pub fn derivative(of: Formula, by: &Symbol, order: u32) -> Formula {
        of.wrap(|body| Layout::Derivative { body, by: by.clone(), order, sign: Sign::Total })
    }

    /// The same with ∂, for functions of several variables.
    pub fn partial_derivative(of: Formula, by: &Symbol, order: u32) -> Formula {
        of.wrap(|body| Layout::Derivative { body, by: by.clone(), order, sign: Sign::Partial })
    }

    /// Minus it.
    pub fn negative(of: Formula) -> Formula {
        of.wrap(Layout::Negative)
    }

    /// The terms, in this order; a negative one is subtracted. Nothing at all is 0.
    pub fn sum(terms: impl IntoIterator<Item = Formula>) -> Formula {
        let (mut all, ids) = Formula::list(terms);
        if ids.is_empty() {
            return Expr::zero().to_formula();
        }
        if ids.len() == 1 {
            return all;
        }
        let mut flat = Vec::with_capacity(ids.len());
        for id in ids {
            match all.layout(id) {
                Layout::Negative(a) => flat.push((true, *a)),
                Layout::Sum(inner) => flat.extend(inner.iter().copied()),
                _ => flat.push((false, id)),
            }
        }
        let root = all.push(Layout::Sum(flat.into()));
        all.with_root(root)
    }

    /// The factors, in this order. Nothing at all is 1.
    pub fn product(factors: impl IntoIterator<Item = Formula>) -> Formula {
        let (mut all, ids) = Formula::list(factors);
        if ids.is_empty() {
            return Expr::one().to_formula();
        }
        if ids.len() == 1 {
            return all;
        }
        let mut flat = Vec::with_capacity(ids.len());
        for id in ids {
            match all.layout(id) {
                Layout::Product(inner) => flat.extend(inner.iter().copied()),
                _ => flat.push(id),
            }
        }
        let root = all.push(Layout::Product(flat.into()));
        all.with_root(root)
    }

    /// One above the other.
    pub fn quotient(above: Formula, below: &Formula) -> Formula {
        above.join(below, Layout::Fraction)
    }

    /// One raised to the other.
    pub fn power(base: Formula, exponent: &Formula) -> Formula {
        base.join(exponent, Layout::Power)
    }

    /// A chain of equations: `a = b = c`.
    pub fn equals(sides: impl IntoIterator<Item = Formula>) -> Formula {
        let (mut all, ids) = Formula::list(sides);
        let root = all.push(Layout::Equals(ids.into()));
        all.with_root(root)
    }

    /// One in relation to the other.
    pub fn relation(a: Formula, relation: Relation, b: &Formula) -> Formula {
        a.join(b, |a, b| Layout::Relation(relation, a, b))
    }

    pub(super) fn outside(a: Formula, set: Set) -> Formula {
        a.wrap(|a| Layout::Outside(a, set))
    }

    /// How many parts it has written out; saturates.
    pub fn size(&self) -> u64 {
        self.part(self.root).size
    }

    /// It in LaTeX, for mathematics mode. What is longer than 20 000 parts is abbreviated with `\dots`.
    pub fn to_latex(&self) -> String {
        write::abbreviated(self, Notation::Latex)
    }

    /// It as a complete MathML element. What is longer than 20 000 parts is abbreviated with `…`.
    pub fn to_mathml(&self) -> String {
        write::abbreviated(self, Notation::MathMl)
    }

    /// It as MathML to stand inside another formula, one element. What is longer than 20 000 parts is abbreviated.
    pub fn to_mathml_fragment(&self) -> String {
        write::abbreviated(self, Notation::MathMlFragment)
    }

    /// It in a notation, complete.
    ///
    /// # Errors
    /// [`TooLarge`] when it has more than `max_nodes` parts, written out as a tree, or is nested deeper than the
    /// notation can show.
    pub fn print_limited(&self, notation: Notation, max_nodes: usize) -> Result<String, TooLarge> {
        let (size, depth) = (self.size(), self.part(self.root).depth);
        let (_, max_depth) = notation.usual_limits();
        if size > max_nodes as u64 || depth > max_depth {
            return Err(TooLarge { nodes: size, depth, max_nodes, max_depth });
        }
        Ok(write::complete(self, notation))
    }
}

/// Its text. What is longer than 100 000 parts is abbreviated with `…`.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write::abbreviated(self, Notation::Text))
    }
}
