//! What is minimised: an expression as a function of numbers in a row, with its derivatives.
//!
//! Here: programs for the value, the gradient, the Hessian and its products with vectors, each made when it is first asked
//! for; counts of evaluations; the operations they may cost together.
//! Not here: what is done with them.
//! Invariant: a point has as many numbers as [`Objective::dimension`]; where a condition of the expression fails its value is not
//! a number.
//! Start reading at [`Objective::new`].

use nalgebra::DMatrix;

use super::report::Evaluations;
use super::squares::{Squares, residuals};
use crate::calculus::{gradient, hessian, hessian_times_vector};
use crate::expr::{Condition, Expr, Shape, Symbol};
use crate::program::{
    Array, Budget, Enclosure, Interval, Layout, Program, ProgramError, TensorProgram, TensorWorkspace, View,
    Workspace,
};
use crate::sparse::{Space, SparseHessian, SparseJacobian};

/// A variable of the objective: its entries are numbers of the point, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Symbol,
    /// Its shape in the expression.
    pub shape: Shape,
    /// Its extents.
    pub extents: Vec<usize>,
}

impl Variable {
    /// A number.
    pub fn number(name: &Symbol) -> Variable {
        Variable { name: name.clone(), shape: Shape::SCALAR, extents: Vec::new() }
    }

    /// How many numbers it is.
    pub fn entries(&self) -> usize {
        self.extents.iter().product()
    }
}

/// Hessians of more variables are not made whole.
pub(super) const MOST_DENSE: usize = 400;
/// Nor those of so long an expression: steps of its program times variables.
const MOST_SECOND: u64 = 1_000_000;
/// Entries of a Jacobian of residuals that may be made.
const MOST_JACOBIAN: usize = 4_000_000;

/// An expression as a function of numbers in a row.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::minimize::Objective;
/// use secant::syntax::parse_expr;
/// let f = parse_expr("x^2 + 3 x y").unwrap();
/// let mut f = Objective::of_numbers(&f, &["x", "y"].map(Symbol::new))?;
/// let mut gradient = [0.0; 2];
/// assert_eq!(f.gradient(&[1.0, 2.0], &mut gradient)?, 7.0);
/// assert_eq!(gradient, [8.0, 3.0]);
/// assert_eq!(f.hessian(&[1.0, 2.0])?.unwrap()[(0, 1)], 3.0);
/// # Ok::<(), secant::program::ProgramError>(())
/// ```
#[derive(Debug)]
pub struct Objective<'a> {
    expr: Expr,
    conditions: Vec<Condition>,
    variables: Vec<Variable>,
    inputs: Vec<(Symbol, Vec<usize>)>,
    extents: Vec<(Symbol, i64)>,
    dimension: usize,
    /// The point, then what is given, then a direction.
    numbers: Vec<f64>,
    /// How many of them are not the direction.
    known: usize,
    budget: Budget<'a>,
    spent: u64,
    value: Code,
    gradient: Option<Code>,
    hessian: Option<Second>,
    product: Option<Code>,
    squares: Option<Squares>,
    jacobian: Option<Jacobian>,
    /// How often what was evaluated.
    pub evaluations: Evaluations,
}

#[derive(Debug)]
enum Second {
    Entries(Box<SparseHessian>, Space, Vec<f64>),
    Blocks(Code),
}

#[derive(Debug)]
struct Jacobian {
    residuals: Code,
    entries: Box<SparseJacobian>,
    space: Space,
    values: Vec<f64>,
}

impl<'a> Objective<'a> {
    /// The function that `expr`, a number, is of `variables`; `given` has the values of the other names.
    ///
    /// # Errors
    /// Those of [`Program::compile`] and [`TensorProgram::compile`].
    pub fn new(
        expr: &Expr,
        variables: &[Variable],
        given: &[(Symbol, Array)],
    ) -> Result<Objective<'a>, ProgramError> {
        let mut inputs: Vec<(Symbol, Vec<usize>)> =
            variables.iter().map(|v| (v.name.clone(), v.extents.clone())).collect();
        let dimension = variables.iter().map(Variable::entries).sum();
        let mut numbers = vec![0.0; dimension];
        let mut extents = Vec::new();
        let sizes = expr.extent_symbols();
        for (name, array) in given {
            inputs.push((name.clone(), array.shape.clone()));
            numbers.extend_from_slice(&array.data);
            if array.shape.is_empty() && sizes.contains(name) {
                let value = array.data.first().copied().unwrap_or(f64::NAN);
                if value != value.trunc() || value.abs() > 1e15 {
                    return Err(ProgramError::Extent { dim: name.to_string(), value });
                }
                extents.push((name.clone(), value as i64));
            }
        }
        let value = Code::compile(std::slice::from_ref(expr), &inputs, &extents)?;
        let known = numbers.len();
        numbers.resize(known + dimension, 0.0);
        Ok(Objective {
            expr: expr.clone(),
            conditions: Vec::new(),
            variables: variables.to_vec(),
            inputs,
            extents,
            dimension,
            numbers,
            known,
            budget: Budget::UNLIMITED,
            spent: 0,
            value,
            gradient: None,
            hessian: None,
            product: None,
            squares: None,
            jacobian: None,
            evaluations: Evaluations::default(),
        })
    }

    /// The function that `expr` is of these numbers.
    ///
    /// # Errors
    /// Those of [`Program::compile`].
    pub fn of_numbers(expr: &Expr, names: &[Symbol]) -> Result<Objective<'a>, ProgramError> {
        let variables: Vec<Variable> = names.iter().map(Variable::number).collect();
        Objective::new(expr, &variables, &[])
    }

    /// The same, not a number where one of these does not hold; conditions on what has axes are left aside.
    ///
    /// # Errors
    /// As [`Objective::new`].
    pub fn under(mut self, conditions: &[Condition]) -> Result<Objective<'a>, ProgramError> {
        self.conditions = conditions.iter().filter(|c| c.expr.shape().is_scalar()).cloned().collect();
        self.value = self.compile(vec![self.expr.clone()])?;
        Ok(self)
    }

    /// The same, whose evaluations together may cost this much.
    pub fn within(mut self, budget: Budget<'a>) -> Objective<'a> {
        self.budget = budget;
        self
    }

    /// How many numbers a point has.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The variables.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// What each number of a point is called: `x`, `w[3]`, `A[1, 2]`.
    pub fn names(&self) -> Vec<String> {
        self.variables.iter().flat_map(|v| (0..v.entries()).map(|k| entry_name(v, k))).collect()
    }

    /// Other values for what was given, in the same order, row by row; as many numbers as before.
    ///
    /// # Errors
    /// [`ProgramError::InputCount`] where there are more or fewer.
    pub fn give(&mut self, values: &[f64]) -> Result<(), ProgramError> {
        let known = &mut self.numbers[self.dimension..self.known];
        if known.len() != values.len() {
            return Err(ProgramError::InputCount { given: values.len(), wanted: known.len() });
        }
        known.copy_from_slice(values);
        Ok(())
    }

    /// Operations that evaluations have cost so far, and what was charged beside them.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Takes operations that were done with what was evaluated, linear algebra say, from the budget.
    ///
    /// # Errors
    /// Those of [`Budget`].
    pub fn charge(&mut self, operations: u64) -> Result<(), ProgramError> {
        charge(operations, &self.budget, &mut self.spent)
    }

    /// The value at a point.
    ///
    /// # Errors
    /// Those of [`Budget`]; [`ProgramError::InputCount`] for a point of another length.
    pub fn value(&mut self, x: &[f64]) -> Result<f64, ProgramError> {
        self.go_to(x)?;
        self.evaluations.f += 1;
        let out = self.value.run(&self.numbers[..self.known], &self.budget, &mut self.spent)?;
        Ok(guarded(out[0], &out[1..], &self.conditions))
    }

    /// The value and the gradient at a point; the gradient is not a number where the value is none.
    ///
    /// # Errors
    /// As [`Objective::value`], and those of compiling the gradient.
    pub fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, ProgramError> {
        self.go_to(x)?;
        if gradient.len() != self.dimension {
            return Err(ProgramError::OutputCount { given: gradient.len(), wanted: self.dimension });
        }
        if self.gradient.is_none() {
            let outputs = std::iter::once(self.expr.clone()).chain(self.slopes()).collect();
            self.gradient = Some(self.compile(outputs)?);
        }
        let Some(code) = &mut self.gradient else { return Ok(f64::NAN) };
        self.evaluations.grad += 1;
        let out = code.run(&self.numbers[..self.known], &self.budget, &mut self.spent)?;
        gradient.copy_from_slice(&out[1..1 + self.dimension]);
        let value = guarded(out[0], &out[1 + self.dimension..], &self.conditions);
        if value.is_nan() {
            gradient.fill(f64::NAN);
        }
        Ok(value)
    }

    /// The Hessian at a point; `None` where there are too many variables to have it whole.
    ///
    /// # Errors
    /// As [`Objective::gradient`].
    pub fn hessian(&mut self, x: &[f64]) -> Result<Option<DMatrix<f64>>, ProgramError> {
        self.go_to(x)?;
        let n = self.dimension;
        if n > MOST_DENSE || self.only_numbers() && self.value.cost.saturating_mul(n as u64) > MOST_SECOND {
            return Ok(None);
        }
        if self.hessian.is_none() {
            self.hessian = Some(if self.only_numbers() {
                let (by, given) = self.symbols();
                let sparse = SparseHessian::compile(&self.expr, &by, &given, None, &self.budget)?;
                let values = vec![0.0; sparse.lower().entries().count()];
                Second::Entries(Box::new(sparse), Space::default(), values)
            } else {
                let blocks = hessian(&self.expr, &self.wrt()).into_iter().flatten().collect::<Vec<_>>();
                Second::Blocks(Code::compile(&blocks, &self.inputs, &self.extents)?)
            });
        }
        self.evaluations.hessian += 1;
        let mut whole = DMatrix::zeros(n, n);
        match &mut self.hessian {
            Some(Second::Entries(sparse, space, values)) => {
                charge(sparse.steps(), &self.budget, &mut self.spent)?;
                sparse.evaluate(&self.numbers[..self.known], values, space)?;
                for ((i, j), v) in sparse.lower().entries().zip(values.iter()) {
                    whole[(i, j)] = *v;
                    whole[(j, i)] = *v;
                }
            }
            Some(Second::Blocks(code)) => {
                let mut out = code.run(&self.numbers[..self.known], &self.budget, &mut self.spent)?;
                let sizes: Vec<usize> = self.variables.iter().map(Variable::entries).collect();
                let mut row = 0;
                for rows in &sizes {
                    let mut column = 0;
                    for columns in &sizes {
                        let (block, rest) = out.split_at(rows * columns);
                        for (k, v) in block.iter().enumerate() {
                            whole[(row + k / columns, column + k % columns)] = *v;
                        }
                        out = rest;
                        column += columns;
                    }
                    row += rows;
                }
            }
            None => {}
        }
        Ok(Some(whole))
    }

    /// The Hessian times a vector, at a point, without the Hessian.
    ///
    /// # Errors
    /// As [`Objective::gradient`].
    pub fn hessian_times(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), ProgramError> {
        self.go_to(x)?;
        if v.len() != self.dimension || out.len() != self.dimension {
            return Err(ProgramError::OutputCount { given: out.len(), wanted: self.dimension });
        }
        if self.product.is_none() {
            // Names that cannot be typed.
            let along: Vec<Symbol> =
                self.variables.iter().map(|v| Symbol::new(&format!("along {}", v.name))).collect();
            let directions: Vec<(Symbol, Expr)> = (self.variables.iter().zip(&along))
                .map(|(v, name)| (v.name.clone(), Expr::tensor_var(name.clone(), v.shape.clone())))
                .collect();
            let outputs = hessian_times_vector(&self.expr, &directions);
            let mut inputs = self.inputs.clone();
            inputs.extend(self.variables.iter().zip(along).map(|(v, name)| (name, v.extents.clone())));
            self.product = Some(Code::compile(&outputs, &inputs, &self.extents)?);
        }
        self.numbers[self.known..].copy_from_slice(v);
        self.evaluations.product += 1;
        if let Some(code) = &mut self.product {
            out.copy_from_slice(code.run(&self.numbers, &self.budget, &mut self.spent)?);
        }
        Ok(())
    }

    /// Is the expression a sum of squares, and how many? Then it is their sum plus a number.
    pub fn squares(&mut self) -> Option<usize> {
        if self.squares.is_none() {
            self.squares = Some(if self.only_numbers() { residuals(&self.expr) } else { Squares::default() });
        }
        let squares = self.squares.as_ref()?;
        let (m, n) = (squares.residuals.len(), self.dimension);
        (m > 0 && n > 0 && m.checked_mul(n).is_some_and(|size| size <= MOST_JACOBIAN)).then_some(m)
    }

    /// The residuals of a sum of squares, and their Jacobian; `None` where it is no such sum.
    ///
    /// # Errors
    /// As [`Objective::gradient`].
    #[allow(clippy::type_complexity)]
    pub fn jacobian(&mut self, x: &[f64]) -> Result<Option<(Vec<f64>, DMatrix<f64>)>, ProgramError> {
        let Some(m) = self.squares() else { return Ok(None) };
        self.go_to(x)?;
        if self.jacobian.is_none() {
            let Some(squares) = &self.squares else { return Ok(None) };
            let (by, given) = self.symbols();
            let entries = SparseJacobian::compile(&squares.residuals, &by, &given, None, &self.budget)?;
            let residuals = Code::compile(&squares.residuals, &self.inputs, &self.extents)?;
            let values = vec![0.0; entries.pattern().entries().count()];
            let (entries, space) = (Box::new(entries), Space::default());
            self.jacobian = Some(Jacobian { residuals, entries, space, values });
        }
        let Some(Jacobian { residuals, entries, space, values }) = &mut self.jacobian else {
            return Ok(None);
        };
        self.evaluations.grad += 1;
        let at = &self.numbers[..self.known];
        let r = residuals.run(at, &self.budget, &mut self.spent)?.to_vec();
        charge(entries.steps(), &self.budget, &mut self.spent)?;
        entries.evaluate(at, values, space)?;
        let mut j = DMatrix::zeros(m, self.dimension);
        for ((row, column), v) in entries.pattern().entries().zip(values.iter()) {
            j[(row, column)] = *v;
        }
        Ok(Some((r, j)))
    }

    /// A bound of the rounding in the value at a point, from intervals where there is a program for them, else an estimate
    /// from what the rounding of `x` alone does.
    ///
    /// # Errors
    /// As [`Objective::value`].
    pub fn noise(&mut self, x: &[f64], value: f64, gradient: &[f64]) -> Result<f64, ProgramError> {
        self.go_to(x)?;
        let inherited: f64 = x.iter().zip(gradient).map(|(x, g)| (x * g).abs()).sum();
        let estimate = f64::EPSILON * (2.0 * value.abs() + inherited);
        if let Kind::Numbers(program, workspace) = &mut self.value.kind {
            let at: Vec<Interval> = self.numbers[..self.known].iter().map(|&x| Interval::point(x)).collect();
            charge(self.value.cost.saturating_mul(4), &self.budget, &mut self.spent)?;
            let nothing = Enclosure { values: Interval::ALL, defined: false };
            let mut out = vec![nothing; program.output_count()];
            program.evaluate_interval(&at, &mut out, workspace)?;
            let width = out[0].values.width();
            if width.is_finite() {
                return Ok(width.max(estimate));
            }
        }
        Ok(estimate)
    }

    fn go_to(&mut self, x: &[f64]) -> Result<(), ProgramError> {
        if x.len() != self.dimension {
            return Err(ProgramError::InputCount { given: x.len(), wanted: self.dimension });
        }
        self.numbers[..self.dimension].copy_from_slice(x);
        Ok(())
    }

    fn wrt(&self) -> Vec<(Symbol, Shape)> {
        self.variables.iter().map(|v| (v.name.clone(), v.shape.clone())).collect()
    }

    fn slopes(&self) -> Vec<Expr> {
        gradient(&self.expr, &self.wrt())
    }

    fn only_numbers(&self) -> bool {
        matches!(self.value.kind, Kind::Numbers(..))
    }

    fn symbols(&self) -> (Vec<Symbol>, Vec<Symbol>) {
        let mut by: Vec<Symbol> = self.inputs.iter().map(|(name, _)| name.clone()).collect();
        let given = by.split_off(self.variables.len());
        (by, given)
    }

    /// With the conditions behind.
    fn compile(&self, mut outputs: Vec<Expr>) -> Result<Code, ProgramError> {
        outputs.extend(self.conditions.iter().map(|c| c.expr.clone()));
        Code::compile(&outputs, &self.inputs, &self.extents)
    }
}

fn guarded(value: f64, checks: &[f64], conditions: &[Condition]) -> f64 {
    let fails = conditions.iter().zip(checks).any(|(c, check)| !c.holds_for(*check));
    if fails { f64::NAN } else { value }
}

fn entry_name(v: &Variable, k: usize) -> String {
    if v.extents.is_empty() {
        return v.name.to_string();
    }
    let mut rest = k;
    let mut places: Vec<String> = Vec::new();
    for n in v.extents.iter().rev() {
        places.push((rest % n + 1).to_string());
        rest /= n;
    }
    places.reverse();
    format!("{}[{}]", v.name, places.join(", "))
}

fn charge(cost: u64, budget: &Budget<'_>, spent: &mut u64) -> Result<(), ProgramError> {
    *spent = spent.saturating_add(cost.max(1));
    budget.allow(*spent, 0)
}

/// Expressions compiled together; what they give lies in a row.
#[derive(Debug)]
struct Code {
    kind: Kind,
    out: Vec<f64>,
    cost: u64,
}

#[derive(Debug)]
enum Kind {
    Numbers(Box<Program>, Box<Workspace>),
    /// With how many numbers each input and each output has.
    Arrays(Box<TensorProgram>, Box<TensorWorkspace>, Vec<usize>, Vec<usize>),
}

impl Code {
    fn compile(
        outputs: &[Expr],
        inputs: &[(Symbol, Vec<usize>)],
        extents: &[(Symbol, i64)],
    ) -> Result<Code, ProgramError> {
        let axes = inputs.iter().any(|(_, e)| !e.is_empty()) || outputs.iter().any(Expr::has_axes);
        if axes {
            let outputs: Vec<(Expr, Layout)> = outputs.iter().map(|e| (e.clone(), Layout::Dense)).collect();
            let program = TensorProgram::with_layouts(&outputs, inputs, extents)?;
            let given = inputs.iter().map(|(_, e)| e.iter().product()).collect();
            let made: Vec<usize> = (0..program.output_count()).map(|k| program.output_len(k)).collect();
            let (out, cost) = (vec![0.0; made.iter().sum()], program.work());
            let kind = Kind::Arrays(Box::new(program), Box::default(), given, made);
            Ok(Code { kind, out, cost })
        } else {
            let names: Vec<Symbol> = inputs.iter().map(|(name, _)| name.clone()).collect();
            let program = Program::compile(outputs, &names)?;
            let cost = program.instruction_count() as u64;
            Ok(Code {
                kind: Kind::Numbers(Box::new(program), Box::default()),
                out: vec![0.0; outputs.len()],
                cost,
            })
        }
    }

    fn run(&mut self, at: &[f64], budget: &Budget<'_>, spent: &mut u64) -> Result<&[f64], ProgramError> {
        charge(self.cost, budget, spent)?;
        match &mut self.kind {
            Kind::Numbers(program, workspace) => program.evaluate(at, &mut self.out, workspace)?,
            Kind::Arrays(program, workspace, given, made) => {
                let mut views = Vec::with_capacity(given.len());
                let mut rest = at;
                for n in given.iter() {
                    let (own, others) = rest.split_at(*n);
                    views.push(View::new(own));
                    rest = others;
                }
                let mut parts: Vec<&mut [f64]> = Vec::with_capacity(made.len());
                let mut rest = &mut self.out[..];
                for n in made.iter() {
                    let (own, others) = rest.split_at_mut(*n);
                    parts.push(own);
                    rest = others;
                }
                program.evaluate_within(&views, &mut parts, workspace, budget)?;
            }
        }
        Ok(&self.out)
    }
}
