//! Expression → values: every distinct computation once, in terms of the operations of a program.
//!
//! Here: value numbering (equal operation on equal operands is one value, so equal subexpressions are computed once wherever
//! they stand), and the choice of operations: products and divisions for powers, `expm1`, `log1p`, `softplus` for what
//! they are exactly, subtraction for negative coefficients.
//! Not here: registers and the order of steps (`schedule`), which also drops what nothing uses.
//! Invariant: operands come before the value that uses them; time is linear in the number of shared nodes.
//! Start reading at [`lower`].

use std::collections::HashMap;

use super::functions::{self, MAX_SQUARING};
use super::index::Index;
use super::interval;
use super::opcode::{Op, Operands};
use super::{Constant, Instruction, ProgramError};
use crate::expr::{self, Expr, Func, Func2, HashBuild, Node, Rational, Symbol, Term, hash_mix};

/// A value: where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Input(u32),
    /// An index into [`Graph::constants`].
    Constant(u32),
    /// Operands are values; `b` may be the bits of a literal.
    Apply {
        op: Op,
        a: u32,
        b: u32,
        c: u32,
    },
}

impl Value {
    /// With operands in order where their order does not matter.
    fn key(self) -> Value {
        match self {
            Value::Apply { op, a, b, c } if op.is_symmetric() && a > b => Value::Apply { op, a: b, b: a, c },
            value => value,
        }
    }

    /// Of a [`Value::key`].
    fn hash(self) -> u64 {
        let (tag, a, b, c) = match self {
            Value::Input(k) => (0x100, k, 0, 0),
            Value::Constant(k) => (0x101, k, 0, 0),
            Value::Apply { op, a, b, c } => (op as u64, a, b, c),
        };
        hash_mix(u64::from(a) << 32 | u64::from(b), tag << 32 | u64::from(c))
    }
}

/// Values in an order in which they can be computed.
pub(super) struct Graph {
    pub(super) values: Vec<Value>,
    pub(super) constants: Vec<Constant>,
    /// The values of the outputs.
    pub(super) roots: Vec<u32>,
}

/// A graph that is being made.
struct Numbering {
    values: Vec<Value>,
    constants: Vec<Constant>,
    numbers: Index,
    constant_numbers: Index,
}

/// The values of the nodes met, by address: equal nodes at two addresses meet in [`Numbering::numbers`].
struct Known {
    entries: Vec<(usize, u32)>,
    index: Index,
}

impl Known {
    fn hash(address: usize) -> u64 {
        // Nodes lie at multiples of 16: multiplying carries what differs to the top, and the index takes it from there.
        (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// `false` when it is there already.
    fn insert(&mut self, e: &Expr) -> bool {
        let (address, entries) = (e.address(), &mut self.entries);
        let next = entries.len() as u32;
        let found = self.index.find_or_add(
            Known::hash(address),
            next,
            |k| entries[k as usize].0 == address,
            |k| Known::hash(entries[k as usize].0),
        );
        if found == next {
            entries.push((address, PENDING));
        }
        found == next
    }

    fn place(&self, e: &Expr) -> Option<usize> {
        let address = e.address();
        let found = self.index.find(Known::hash(address), |k| self.entries[k as usize].0 == address);
        found.map(|k| k as usize)
    }

    /// The value of a node that [`for_each_operand`] names; a node below is done when its parent's turn comes.
    fn of(&self, e: &Expr) -> u32 {
        self.entries[self.place(e).expect("operands come first")].1
    }
}

/// In the place of a value that is not known yet.
const PENDING: u32 = u32::MAX;

/// The values of `outputs` as functions of `inputs`.
pub(super) fn lower(outputs: &[Expr], inputs: &[Symbol]) -> Result<Graph, ProgramError> {
    // There are at least as many nodes as the graph is deep.
    let least = inputs.len() + outputs.iter().map(|e| e.depth() as usize).max().unwrap_or(0);
    let mut graph = Numbering {
        values: Vec::with_capacity(least),
        constants: Vec::new(),
        numbers: Index::with_capacity(least),
        constant_numbers: Index::default(),
    };
    let mut names = HashMap::<&Symbol, u32, HashBuild>::default();
    for (k, name) in inputs.iter().enumerate() {
        if names.insert(name, graph.value(Value::Input(k as u32))).is_some() {
            return Err(ProgramError::RepeatedInput { name: name.clone() });
        }
    }
    // Operands first, without recursion.
    let mut known = Known { entries: Vec::with_capacity(least), index: Index::with_capacity(least) };
    let mut work: Vec<(&Expr, usize)> = Vec::new();
    for root in outputs {
        work.push((root, usize::MAX));
        while let Some((e, place)) = work.pop() {
            if place != usize::MAX {
                known.entries[place].1 = graph.node(e, &known);
                continue;
            }
            if !known.insert(e) {
                continue;
            }
            let place = known.entries.len() - 1;
            known.entries[place].1 = match e.node() {
                Node::Number(n) => graph.number(n),
                Node::Constant(c) => graph.constant(named(*c)),
                Node::Var(name) => *names.get(name).ok_or_else(|| ProgramError::UnknownName {
                    name: name.clone(),
                    known: inputs.to_vec(),
                })?,
                Node::Tensor(_) => return Err(ProgramError::HasAxes { part: e.to_string() }),
                Node::Derivative(_, by) => return Err(ProgramError::Unevaluated { by: by.clone() }),
                _ => {
                    work.push((e, place));
                    for_each_operand(e, |operand| work.push((operand, usize::MAX)));
                    continue;
                }
            };
        }
    }
    let roots = outputs.iter().map(|e| known.of(e)).collect();
    Ok(Graph { values: graph.values, constants: graph.constants, roots })
}

/// The nodes whose values [`Numbering::node`] asks for: not always the children, since a power under the line is asked for
/// its base, and what is added to `-1` for its exponent.
fn for_each_operand<'e>(e: &'e Expr, mut visit: impl FnMut(&'e Expr)) {
    match e.node() {
        Node::Sum(s) => sum_operands(&s.constant, &s.terms, &mut visit),
        Node::Product(factors) => product_operands(factors, &mut visit),
        Node::Power(..) => product_operands(std::slice::from_ref(e), &mut visit),
        Node::Apply(Func::Log, a) => match logarithm_argument(a) {
            Argument::OnePlusExp(u) | Argument::OnePlus(u) => visit(u),
            Argument::OnePlusSum(terms) => sum_operands(&Rational::ZERO, terms, &mut visit),
            Argument::Other => visit(a),
        },
        Node::Apply(_, a) => visit(a),
        Node::Apply2(_, a, b) => {
            visit(a);
            visit(b);
        }
        Node::Select(c, a, b) => {
            visit(c);
            visit(a);
            visit(b);
        }
        Node::Number(_) | Node::Constant(_) | Node::Var(_) | Node::Derivative(..) | Node::Tensor(_) => {}
    }
}

fn sum_operands<'e>(constant: &Rational, terms: &'e [Term], visit: &mut impl FnMut(&'e Expr)) {
    let expm1 = exponential_less(constant, terms);
    for (k, t) in terms.iter().enumerate() {
        match t.expr.node() {
            Node::Apply(_, u) if expm1 == Some(k) => visit(u),
            _ if t.coefficient.is_one() || t.coefficient.is_minus_one() => visit(&t.expr),
            Node::Product(factors) if factors.iter().any(is_below) => product_operands(factors, visit),
            Node::Power(..) if is_below(&t.expr) => product_operands(std::slice::from_ref(&t.expr), visit),
            _ => visit(&t.expr),
        }
    }
}

fn product_operands<'e>(factors: &'e [Expr], visit: &mut impl FnMut(&'e Expr)) {
    for f in factors {
        match f.node() {
            Node::Power(base, exponent) => {
                visit(base);
                if exponent.as_number().is_none() {
                    visit(exponent);
                }
            }
            _ => visit(f),
        }
    }
}

/// Where `c e^u - c` stands in a sum, which is `c (e^u - 1)`, without the loss of digits near `u = 0`.
fn exponential_less(constant: &Rational, terms: &[Term]) -> Option<usize> {
    if constant.is_zero() {
        return None;
    }
    terms
        .iter()
        .position(|t| matches!(t.expr.node(), Node::Apply(Func::Exp, _)) && t.coefficient == -constant)
}

/// What a logarithm is taken of.
enum Argument<'e> {
    /// `1 + e^u`
    OnePlusExp(&'e Expr),
    /// `1 + u`
    OnePlus(&'e Expr),
    /// `1 + Σ …`
    OnePlusSum(&'e [Term]),
    Other,
}

fn logarithm_argument(argument: &Expr) -> Argument<'_> {
    match argument.node() {
        Node::Sum(s) if s.constant.is_one() => match &*s.terms {
            [Term { coefficient, expr }] if coefficient.is_one() => match expr.node() {
                Node::Apply(Func::Exp, u) => Argument::OnePlusExp(u),
                _ => Argument::OnePlus(expr),
            },
            terms => Argument::OnePlusSum(terms),
        },
        _ => Argument::Other,
    }
}

impl Numbering {
    fn value(&mut self, value: Value) -> u32 {
        // Found with operands in either order where that does not matter, kept as they came: a sum then goes on from the
        // sum so far.
        let next = self.values.len() as u32;
        let values = &mut self.values;
        let key = value.key();
        let found = self.numbers.find_or_add(
            key.hash(),
            next,
            |k| values[k as usize].key() == key,
            |k| values[k as usize].key().hash(),
        );
        if found == next {
            values.push(value);
        }
        found
    }

    fn constant(&mut self, constant: Constant) -> u32 {
        let next = self.constants.len() as u32;
        let constants = &mut self.constants;
        let hash = |c: &Constant| hash_mix(0, c.value.to_bits());
        let found = self.constant_numbers.find_or_add(
            hash(&constant),
            next,
            |k| constants[k as usize] == constant,
            |k| hash(&constants[k as usize]),
        );
        if found == next {
            constants.push(constant);
        }
        self.value(Value::Constant(found))
    }

    fn number(&mut self, n: &Rational) -> u32 {
        self.constant(nearest(n))
    }

    fn apply(&mut self, op: Op, a: u32, b: u32, c: u32) -> u32 {
        match self.folded(op, a, b, c) {
            Some(constant) => self.constant(constant),
            None => self.value(Value::Apply { op, a, b, c }),
        }
    }

    /// The constant that an operation on constants makes: the number that running it would give, and bounds. What is
    /// not finite or perhaps not defined is left to be computed.
    fn folded(&self, op: Op, a: u32, b: u32, c: u32) -> Option<Constant> {
        let constant = |v: u32| match self.values[v as usize] {
            Value::Constant(k) => Some(self.constants[k as usize]),
            Value::Input(_) | Value::Apply { .. } => None,
        };
        let operands = match op.operands() {
            Operands::One | Operands::Literal => [constant(a)?; 3],
            Operands::Two => [constant(a)?, constant(b)?, constant(b)?],
            Operands::Three => [constant(a)?, constant(b)?, constant(c)?],
        };
        let literal = if op.operands() == Operands::Literal { b } else { 1 };
        let value = functions::scalar::<false>(op, [0, literal, 2], |k| operands[k as usize].value);
        let step = Instruction { op, dst: 0, a: 0, b: literal, c: 2 };
        let bounds = interval::run(&step, |k| interval::constant(&operands[k as usize]));
        let fine = value.is_finite() && bounds.defined && bounds.values.contains(value);
        fine.then(|| Constant { value, low: bounds.values.low(), high: bounds.values.high() })
    }

    fn one(&mut self, op: Op, a: u32) -> u32 {
        self.apply(op, a, 0, 0)
    }

    fn two(&mut self, op: Op, a: u32, b: u32) -> u32 {
        self.apply(op, a, b, 0)
    }

    /// The value of a node; variables have theirs already, and unevaluated derivatives have none.
    fn node(&mut self, e: &Expr, known: &Known) -> u32 {
        match e.node() {
            Node::Number(n) => self.number(n),
            Node::Constant(c) => self.constant(named(*c)),
            Node::Var(_) | Node::Derivative(..) | Node::Tensor(_) => known.of(e),
            Node::Sum(s) => self.sum(&s.constant, &s.terms, known),
            Node::Product(factors) => self.product(&Rational::ONE, factors, known),
            Node::Power(..) => self.product(&Rational::ONE, std::slice::from_ref(e), known),
            Node::Apply(f, a) => self.function(*f, a, known),
            Node::Apply2(f, a, b) => {
                let (a, b) = (known.of(a), known.of(b));
                self.two(binary(*f), a, b)
            }
            Node::Select(c, a, b) => self.apply(Op::Where, known.of(c), known.of(a), known.of(b)),
        }
    }

    fn sum(&mut self, constant: &Rational, terms: &[Term], known: &Known) -> u32 {
        let expm1 = exponential_less(constant, terms);
        let constant = if expm1.is_some() { &Rational::ZERO } else { constant };
        let first = terms.iter().position(|t| t.coefficient.is_positive());
        let mut total = None;
        let mut rest_of_constant = constant;
        if first.is_none() && !constant.is_zero() {
            total = Some(self.number(constant));
            rest_of_constant = &Rational::ZERO;
        }
        let order = first.into_iter().chain((0..terms.len()).filter(|k| Some(*k) != first));
        for k in order {
            let t = &terms[k];
            // Where nothing comes before it, a term has its sign from its factor.
            let size = if total.is_none() { t.coefficient.clone() } else { t.coefficient.abs() };
            let value = match t.expr.node() {
                Node::Apply(Func::Exp, u) if expm1 == Some(k) => {
                    let value = known.of(u);
                    let value = self.one(Op::Expm1, value);
                    self.scaled(&size, value)
                }
                _ => self.term(&size, &t.expr, known),
            };
            total = Some(match (total, t.coefficient.is_negative()) {
                (None, _) => value,
                (Some(total), false) => self.two(Op::Add, total, value),
                (Some(total), true) => self.two(Op::Sub, total, value),
            });
        }
        match total {
            None => self.number(constant),
            Some(total) if rest_of_constant.is_zero() => total,
            Some(total) => {
                let op = if rest_of_constant.is_negative() { Op::Sub } else { Op::Add };
                let value = self.number(&rest_of_constant.abs());
                self.two(op, total, value)
            }
        }
    }

    /// `c · e`.
    fn term(&mut self, c: &Rational, e: &Expr, known: &Known) -> u32 {
        match e.node() {
            _ if c.is_one() || c.is_minus_one() => self.scaled(c, known.of(e)),
            Node::Product(factors) if factors.iter().any(is_below) => self.product(c, factors, known),
            Node::Power(..) if is_below(e) => self.product(c, std::slice::from_ref(e), known),
            _ => self.scaled(c, known.of(e)),
        }
    }

    /// `c · value`: a division where that is what rounds once, `x/10` and not `x · 0.1`.
    fn scaled(&mut self, c: &Rational, value: u32) -> u32 {
        match c.to_small() {
            Some((1, 1)) => value,
            Some((-1, 1)) => self.one(Op::Neg, value),
            Some((sign @ (1 | -1), d)) if d & (d - 1) != 0 && d < 1 << 53 => {
                let d = self.number(&Rational::integer(sign * d));
                self.two(Op::Div, value, d)
            }
            _ => {
                let c = self.number(c);
                self.two(Op::Mul, c, value)
            }
        }
    }

    /// `c · Π factors`: factors with a negative exponent together make one divisor.
    fn product(&mut self, c: &Rational, factors: &[Expr], known: &Known) -> u32 {
        let (mut above, mut under) = (None, None);
        for f in factors {
            let (value, side) = match below(f) {
                Some((base, exponent)) => (self.power(known.of(base), &exponent), &mut under),
                None => {
                    let value = match f.node() {
                        Node::Power(base, exponent) => match exponent.as_number() {
                            Some(n) => self.power(known.of(base), n),
                            None => self.two(Op::Pow, known.of(base), known.of(exponent)),
                        },
                        _ => known.of(f),
                    };
                    (value, &mut above)
                }
            };
            *side = Some(match *side {
                None => value,
                Some(product) => self.two(Op::Mul, product, value),
            });
        }
        let above = match above {
            Some(value) => Some(self.scaled(c, value)),
            None if c.is_one() => None,
            None => Some(self.number(c)),
        };
        match (above, under) {
            (Some(above), Some(under)) => self.two(Op::Div, above, under),
            (None, Some(under)) => self.one(Op::Recip, under),
            (Some(above), None) => above,
            (None, None) => self.number(c),
        }
    }

    /// `base ^ n`.
    fn power(&mut self, base: u32, n: &Rational) -> u32 {
        let Some((p, q)) = n.to_small().filter(|(p, _)| i32::try_from(*p).is_ok()) else {
            let n = self.number(n);
            return self.two(Op::Pow, base, n);
        };
        let small = p.unsigned_abs() <= u64::from(MAX_SQUARING);
        match q {
            1 => self.integer_power(base, p as i32),
            2 if small => {
                // b^(k + 1/2) = b^k √b
                let root = self.one(Op::Sqrt, base);
                let whole = p.unsigned_abs() / 2;
                let value = if whole == 0 {
                    root
                } else {
                    let whole = self.integer_power(base, whole as i32);
                    self.two(Op::Mul, whole, root)
                };
                if p < 0 { self.one(Op::Recip, value) } else { value }
            }
            3 if small => {
                let root = self.one(Op::Root3, base);
                self.integer_power(root, p as i32)
            }
            4 if small => {
                let root = self.one(Op::Sqrt, base);
                let root = self.one(Op::Sqrt, root);
                self.integer_power(root, p as i32)
            }
            _ => {
                let n = self.number(n);
                self.two(Op::Pow, base, n)
            }
        }
    }

    fn integer_power(&mut self, base: u32, n: i32) -> u32 {
        match n {
            1 => base,
            2 => self.two(Op::Mul, base, base),
            -1 => self.one(Op::Recip, base),
            _ => self.apply(Op::Powi, base, n as u32, 0),
        }
    }

    fn function(&mut self, f: Func, argument: &Expr, known: &Known) -> u32 {
        if f == Func::Log {
            return self.logarithm(argument, known);
        }
        let a = known.of(argument);
        let op = match f {
            Func::Log => Op::Log,
            Func::Sec => return self.then(Op::Cos, Op::Recip, a),
            Func::Csc => return self.then(Op::Sin, Op::Recip, a),
            Func::Cot => return self.then(Op::Tan, Op::Recip, a),
            Func::Sech => return self.then(Op::Cosh, Op::Recip, a),
            Func::Csch => return self.then(Op::Sinh, Op::Recip, a),
            Func::Coth => return self.then(Op::Tanh, Op::Recip, a),
            Func::Asec => return self.then(Op::Recip, Op::Acos, a),
            Func::Acsc => return self.then(Op::Recip, Op::Asin, a),
            Func::Acot => return self.then(Op::Recip, Op::Atan, a),
            Func::Asech => return self.then(Op::Recip, Op::Acosh, a),
            Func::Acsch => return self.then(Op::Recip, Op::Asinh, a),
            Func::Acoth => return self.then(Op::Recip, Op::Atanh, a),
            Func::Exp => Op::Exp,
            Func::Log2 => Op::Log2,
            Func::Log10 => Op::Log10,
            Func::Sin => Op::Sin,
            Func::Cos => Op::Cos,
            Func::Tan => Op::Tan,
            Func::Asin => Op::Asin,
            Func::Acos => Op::Acos,
            Func::Atan => Op::Atan,
            Func::Sinh => Op::Sinh,
            Func::Cosh => Op::Cosh,
            Func::Tanh => Op::Tanh,
            Func::Asinh => Op::Asinh,
            Func::Acosh => Op::Acosh,
            Func::Atanh => Op::Atanh,
            Func::Cbrt => Op::Cbrt,
            Func::Abs => Op::Abs,
            Func::Sign => Op::Sign,
            Func::Floor => Op::Floor,
            Func::Ceil => Op::Ceil,
            Func::Erf => Op::Erf,
            Func::Gamma => Op::Gamma,
            Func::Lgamma => Op::Lgamma,
            Func::Digamma => Op::Digamma,
            Func::Sigmoid => Op::Sigmoid,
            Func::Softplus => Op::Softplus,
            Func::Relu => Op::Relu,
            Func::Step => Op::Step,
        };
        self.one(op, a)
    }

    fn then(&mut self, first: Op, second: Op, a: u32) -> u32 {
        let value = self.one(first, a);
        self.one(second, value)
    }

    /// `log(1 + u)` is `log1p(u)`, and `log(1 + e^u)` is `softplus(u)`.
    fn logarithm(&mut self, argument: &Expr, known: &Known) -> u32 {
        match logarithm_argument(argument) {
            Argument::OnePlusExp(u) => self.one(Op::Softplus, known.of(u)),
            Argument::OnePlus(u) => self.one(Op::Log1p, known.of(u)),
            Argument::OnePlusSum(terms) => {
                let u = self.sum(&Rational::ZERO, terms, known);
                self.one(Op::Log1p, u)
            }
            Argument::Other => self.one(Op::Log, known.of(argument)),
        }
    }
}

fn is_below(e: &Expr) -> bool {
    below(e).is_some()
}

/// For a power that belongs under the line, its base and the positive exponent there.
fn below(e: &Expr) -> Option<(&Expr, Rational)> {
    let Node::Power(base, exponent) = e.node() else { return None };
    let n = exponent.as_number().filter(|n| n.is_negative())?;
    let (_, q) = n.to_small()?;
    (q <= 4).then(|| (base, n.abs()))
}

fn binary(f: Func2) -> Op {
    match f {
        Func2::Atan2 => Op::Atan2,
        Func2::Max => Op::Max,
        Func2::Min => Op::Min,
        Func2::Mod => Op::Mod,
        Func2::Polygamma => Op::Polygamma,
        Func2::Less => Op::Lt,
        Func2::LessEqual => Op::Le,
        Func2::Equal => Op::Eq,
        Func2::NotEqual => Op::Ne,
        Func2::And => Op::And,
        Func2::Or => Op::Or,
    }
}

/// The nearest `f64` and bounds: itself where it is exact, else the neighbours.
fn nearest(n: &Rational) -> Constant {
    let value = n.to_f64();
    let exact = match n.to_small() {
        Some((p, q)) => p.unsigned_abs() <= 1 << 53 && q & (q - 1) == 0,
        None => false,
    };
    if exact { Constant::exact(value) } else { around(value) }
}

fn around(value: f64) -> Constant {
    Constant { value, low: value.next_down(), high: value.next_up() }
}

fn named(c: expr::Constant) -> Constant {
    match c {
        expr::Constant::Pi => around(std::f64::consts::PI),
        expr::Constant::E => around(std::f64::consts::E),
        expr::Constant::Infinity => Constant::exact(f64::INFINITY),
        expr::Constant::Undefined => Constant::exact(f64::NAN),
    }
}
