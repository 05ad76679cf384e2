//! Loops whose formulas are polynomials: few wide instructions, straight between the buffers.
//!
//! Here: formulas cut into instructions `α a b + β c + γ d + δ`, of a product and two terms or of three terms, which read operands
//! where they lie; a formula of a dozen operations is three or four of them. What such a loop costs is its memory traffic.
//! Cost: the gradient of the chained Rosenbrock function of 10⁵ variables is three instructions and takes 1.9 times a loop written
//! by hand, which has 3 loads and 1 store where these have 6 and 3 (the bench, W2). Instructions that hand on a value without
//! storing it would close most of the distance.
//! Not here: any other operation (`program::batch`), and arrays of `f32`.
//! Invariant: an instruction never reads the register that it writes.

use smallvec::SmallVec;

use super::compiled::{add_product, compiled, total};
use super::float::Float;
use crate::program::opcode::Op;
use crate::program::{Isa, Program};

/// Points for which all instructions run before the next ones: a register is then in the first-level cache.
const BLOCK: usize = 1024;
/// Numbers in a line of the cache.
const LINE: usize = 8;
/// Registers begin this far apart within a page: what one stores is else mistaken for what is loaded from another.
const SKEW: usize = 128;
/// Most sources and most outputs of such a loop.
pub(super) const MOST: usize = 16;

/// Where an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Source(usize),
    Register(usize),
    Output(usize),
}

/// `to = product · a b + Σ factors · terms + constant`.
#[derive(Clone, Debug)]
struct Instruction {
    to: Place,
    product: Option<(f64, Place, Place)>,
    terms: SmallVec<[(f64, Place); 3]>,
    constant: f64,
}

#[derive(Clone, Debug)]
enum Step {
    Compute(Instruction),
    /// Adds up what is at a place, for the output of this number.
    Total {
        output: usize,
        of: Place,
    },
}

/// The instructions of a loop.
#[derive(Clone, Debug)]
pub(super) struct Polynomial {
    code: Vec<Step>,
    registers: usize,
}

/// A value as it is collected; operands are values that are computed on their own.
#[derive(Clone, Debug, Default)]
struct Form {
    product: Option<(f64, usize, usize)>,
    terms: SmallVec<[(f64, usize); 3]>,
    constant: f64,
}

impl Form {
    fn of(value: usize) -> Form {
        Form { terms: SmallVec::from_slice(&[(1.0, value)]), ..Form::default() }
    }

    fn scaled(mut self, by: f64) -> Form {
        if let Some((factor, ..)) = &mut self.product {
            *factor *= by;
        }
        self.terms.iter_mut().for_each(|(factor, _)| *factor *= by);
        self.constant *= by;
        self
    }

    /// The sum where it is still one instruction.
    fn plus(&self, other: &Form) -> Option<Form> {
        let mut sum = self.clone();
        sum.constant += other.constant;
        sum.product = match (self.product, other.product) {
            (Some(_), Some(_)) => return None,
            (one, None) | (None, one) => one,
        };
        for (factor, value) in &other.terms {
            match sum.terms.iter_mut().find(|(_, known)| known == value) {
                Some((known, _)) => *known += factor,
                None => sum.terms.push((*factor, *value)),
            }
        }
        (sum.terms.len() + usize::from(sum.product.is_some()) <= 3).then_some(sum)
    }

    fn is_constant(&self) -> bool {
        self.product.is_none() && self.terms.is_empty()
    }

    /// The factor and the value where it is nothing else.
    fn single(&self) -> Option<(f64, usize)> {
        match self.terms[..] {
            [term] if self.product.is_none() && self.constant == 0.0 => Some(term),
            _ => None,
        }
    }
}

/// Values in the order of the program, inputs and constants first.
#[derive(Default)]
struct Collector {
    forms: Vec<Form>,
    /// How often each is asked for.
    uses: Vec<usize>,
    /// Is it computed on its own? Inputs are.
    alone: Vec<bool>,
}

impl Collector {
    fn push(&mut self, form: Form, uses: usize) -> usize {
        self.forms.push(form);
        self.uses.push(uses);
        self.alone.push(false);
        self.forms.len() - 1
    }

    /// A value as an operand of others: itself when others ask for it too.
    fn form(&mut self, value: usize) -> Form {
        if !self.alone[value] && (self.uses[value] == 1 || self.forms[value].is_constant()) {
            return self.forms[value].clone();
        }
        self.itself(value)
    }

    fn itself(&mut self, value: usize) -> Form {
        self.alone[value] = true;
        Form::of(value)
    }

    fn sum(&mut self, a: usize, b: usize, sign: f64) -> Option<Form> {
        let (x, y) = (self.form(a), self.form(b).scaled(sign));
        if let Some(sum) = x.plus(&y) {
            return Some(sum);
        }
        // The longer one on its own, and if that is not enough the other as well.
        let parts = |form: &Form| form.terms.len() + 2 * usize::from(form.product.is_some());
        if parts(&y) > parts(&x) {
            let y = self.itself(b).scaled(sign);
            return x.plus(&y).or_else(|| self.itself(a).plus(&y));
        }
        let x = self.itself(a);
        x.plus(&y).or_else(|| x.plus(&self.itself(b).scaled(sign)))
    }

    fn product(&mut self, a: usize, b: usize) -> Form {
        let (x, y) = (self.form(a), self.form(b));
        if x.is_constant() {
            return y.scaled(x.constant);
        }
        if y.is_constant() {
            return x.scaled(y.constant);
        }
        let (f, u) = x.single().unwrap_or_else(|| {
            (1.0, {
                self.alone[a] = true;
                a
            })
        });
        let (g, v) = y.single().unwrap_or_else(|| {
            (1.0, {
                self.alone[b] = true;
                b
            })
        });
        Form { product: Some((f * g, u, v)), ..Form::default() }
    }
}

impl Collector {
    /// Instructions for the values that are computed on their own, and for the outputs.
    fn code(&mut self, inputs: usize, outputs: &[usize], stored: &[bool]) -> Polynomial {
        for (&value, &stored) in outputs.iter().zip(stored) {
            let again = outputs.iter().filter(|v| **v == value).count() > 1;
            if (!stored || again) && value >= inputs {
                self.alone[value] = true;
            }
        }
        // The last value that reads each.
        let mut last: Vec<usize> = (0..self.forms.len()).collect();
        let read = |form: &Form| {
            let product = form.product.iter().flat_map(|(_, a, b)| [*a, *b]);
            product.chain(form.terms.iter().map(|(_, c)| *c)).collect::<SmallVec<[usize; 4]>>()
        };
        let is_output = |v: usize| outputs.contains(&v);
        for v in inputs..self.forms.len() {
            if self.alone[v] || is_output(v) {
                read(&self.forms[v]).into_iter().for_each(|u| last[u] = v);
            }
        }
        let mut code = Vec::new();
        let mut places: Vec<Option<Place>> = vec![None; self.forms.len()];
        let mut free: Vec<usize> = Vec::new();
        let mut registers = 0;
        for (k, place) in places.iter_mut().enumerate().take(inputs) {
            *place = Some(Place::Source(k));
        }
        let instruction = |form: &Form, to: Place, places: &[Option<Place>]| {
            let at = |v: usize| places[v].unwrap_or(Place::Source(0));
            let product = form.product.map(|(f, a, b)| (f, at(a), at(b)));
            let terms = form.terms.iter().map(|(f, c)| (*f, at(*c))).collect();
            Step::Compute(Instruction { to, product, terms, constant: form.constant })
        };
        for v in 0..self.forms.len() {
            if v >= inputs && self.alone[v] {
                let register = free.pop().unwrap_or_else(|| {
                    registers += 1;
                    registers - 1
                });
                code.push(instruction(&self.forms[v], Place::Register(register), &places));
                places[v] = Some(Place::Register(register));
            }
            for (k, &stored) in stored.iter().enumerate().filter(|(k, _)| outputs[*k] == v) {
                let form = if self.alone[v] { Form::of(v) } else { self.forms[v].clone() };
                match places[v] {
                    Some(of) if !stored => code.push(Step::Total { output: k, of }),
                    _ => code.push(instruction(&form, Place::Output(k), &places)),
                }
            }
            if v >= inputs && (self.alone[v] || is_output(v)) {
                let mut done = read(&self.forms[v]);
                done.push(v);
                done.sort_unstable();
                done.dedup();
                for u in done {
                    if let (Some(Place::Register(register)), true) = (places[u], last[u] == v) {
                        free.push(register);
                    }
                }
            }
        }
        Polynomial { code, registers }
    }
}

impl Polynomial {
    /// The program's formulas, where they are polynomials; `stored[k]` says that output `k` is written where the loop runs,
    /// the others are left in registers.
    pub(super) fn new(program: &Program, stored: &[bool]) -> Option<Polynomial> {
        let inputs = program.inputs().len();
        let mut collector = Collector::default();
        // Which value a register of the program holds.
        let mut held: Vec<usize> = vec![usize::MAX; program.register_count()];
        let count = uses(program)?;
        for (k, register) in held.iter_mut().enumerate().take(inputs) {
            *register = collector.push(Form::of(k), usize::MAX);
            collector.alone[k] = true;
        }
        for (k, constant) in program.constants.iter().enumerate() {
            held[inputs + k] = collector.push(Form { constant: constant.value, ..Form::default() }, 1);
        }
        for (step, &uses) in program.code.iter().zip(&count) {
            let (a, b) = (held[step.a as usize], held.get(step.b as usize).copied().unwrap_or(0));
            let form = match step.op {
                Op::Add => collector.sum(a, b, 1.0)?,
                Op::Sub => collector.sum(a, b, -1.0)?,
                Op::Mul => collector.product(a, b),
                Op::Neg => collector.form(a).scaled(-1.0),
                Op::Powi if step.b == 3 => {
                    collector.alone[a] = true;
                    let square = collector.push(Form { product: Some((1.0, a, a)), ..Form::default() }, 2);
                    collector.alone[square] = true;
                    Form { product: Some((1.0, square, a)), ..Form::default() }
                }
                _ => return None,
            };
            held[step.dst as usize] = collector.push(form, uses);
        }
        let outputs: Vec<usize> = program.outputs.iter().map(|&r| held[r as usize]).collect();
        Some(collector.code(inputs, &outputs, stored))
    }

    /// Runs the instructions: operands begin at the beginning of `sources`, outputs that are stored go to `outputs`, all of
    /// which have the same length; what the others add up to is added to `sums`.
    pub(super) fn run(
        &self,
        isa: Isa,
        n: usize,
        sources: &[&[f64]],
        outputs: &mut [&mut [f64]],
        sums: &mut [f64],
        registers: &mut Vec<Vec<f64>>,
    ) {
        if registers.len() < self.registers {
            registers.resize_with(self.registers, Vec::new);
        }
        for register in registers.iter_mut().take(self.registers) {
            if register.len() < BLOCK + LINE + 3 * SKEW {
                register.resize(BLOCK + LINE + 3 * SKEW, 0.0);
            }
        }
        // Blocks begin where a line of the cache does, so that stores fall into one each.
        let first = outputs.iter().find(|out| !out.is_empty()).map_or(0, |out| to_line(out));
        let (mut start, mut end) = (0, if first == 0 { BLOCK } else { first });
        while start < n {
            let length = end.min(n) - start;
            for step in &self.code {
                match step {
                    Step::Total { output, of: Place::Source(k) } => {
                        sums[*output] += total(isa, &sources[*k][start..start + length]);
                    }
                    Step::Total { output, of: Place::Register(r) } => {
                        sums[*output] += total(isa, &registers[*r][begin(*r, &registers[*r])..][..length]);
                    }
                    Step::Total { of: Place::Output(_), .. } => {}
                    Step::Compute(instruction) => {
                        let mut own = Vec::new();
                        if let Place::Register(r) = instruction.to {
                            own = std::mem::take(&mut registers[r]);
                        }
                        let into = match instruction.to {
                            Place::Output(k) => &mut outputs[k][start..start + length],
                            Place::Source(_) => &mut [],
                            Place::Register(r) => {
                                let first = begin(r, &own);
                                &mut own[first..first + length]
                            }
                        };
                        let operand = |place: Place| match place {
                            Place::Source(k) => &sources[k][start..start + length],
                            Place::Register(r) => &registers[r][begin(r, &registers[r])..][..length],
                            Place::Output(_) => &[],
                        };
                        instruction.run(isa, into, &operand);
                        if let Place::Register(r) = instruction.to {
                            registers[r] = own;
                        }
                    }
                }
            }
            start = end.min(n);
            end = start + BLOCK;
        }
    }
}

/// Where the numbers of a register begin in its memory.
fn begin(register: usize, memory: &[f64]) -> usize {
    to_line(memory) + register % 4 * SKEW
}

/// How many numbers lie before the next line of the cache begins.
fn to_line(numbers: &[f64]) -> usize {
    numbers.as_ptr().align_offset(LINE * size_of::<f64>()) % LINE
}

impl Instruction {
    fn run<'a>(&self, isa: Isa, into: &mut [f64], operand: &dyn Fn(Place) -> &'a [f64]) {
        let constant = self.constant;
        let of = |k: usize| operand(self.terms[k].1);
        let by = |k: usize| self.terms[k].0;
        match (self.product, self.terms.len()) {
            (None, 0) => into.fill(constant),
            (None, 1) => linear(isa, into, [of(0)], [by(0)], constant),
            (None, 2) => linear(isa, into, [of(0), of(1)], [by(0), by(1)], constant),
            (None, _) => linear(isa, into, [of(0), of(1), of(2)], [by(0), by(1), by(2)], constant),
            (Some((f, a, b)), 0) => product(isa, into, [operand(a), operand(b)], f, [], [], constant),
            (Some((f, a, b)), 1) => {
                product(isa, into, [operand(a), operand(b)], f, [of(0)], [by(0)], constant);
            }
            (Some((f, a, b)), _) => {
                product(isa, into, [operand(a), operand(b)], f, [of(0), of(1)], [by(0), by(1)], constant);
            }
        }
    }
}

compiled! {
    /// `Σ factors[k] terms[k] + constant`.
    fn linear<T: Float, const N: usize>(into: &mut [T], terms: [&[T]; N], factors: [T; N], constant: T) = linear_body
}

#[inline(always)]
fn linear_body<T: Float, const N: usize, const FUSED: bool>(
    into: &mut [T],
    terms: [&[T]; N],
    factors: [T; N],
    constant: T,
) {
    let terms = terms.map(|c| &c[..into.len()]);
    for i in 0..into.len() {
        let mut sum = constant;
        for k in 0..N {
            sum = add_product::<T, FUSED>(factors[k], terms[k][i], sum);
        }
        into[i] = sum;
    }
}

compiled! {
    /// `factor a b + Σ factors[k] terms[k] + constant`.
    fn product<T: Float, const N: usize>(
        into: &mut [T],
        pair: [&[T]; 2],
        factor: T,
        terms: [&[T]; N],
        factors: [T; N],
        constant: T,
    ) = product_body
}

#[inline(always)]
fn product_body<T: Float, const N: usize, const FUSED: bool>(
    into: &mut [T],
    pair: [&[T]; 2],
    factor: T,
    terms: [&[T]; N],
    factors: [T; N],
    constant: T,
) {
    let [a, b] = pair.map(|c| &c[..into.len()]);
    let terms = terms.map(|c| &c[..into.len()]);
    if factor == T::from_f64(1.0) && N == 0 && constant == T::default() {
        for i in 0..into.len() {
            into[i] = a[i] * b[i];
        }
        return;
    }
    for i in 0..into.len() {
        let mut sum = constant;
        for k in 0..N {
            sum = add_product::<T, FUSED>(factors[k], terms[k][i], sum);
        }
        into[i] = add_product::<T, FUSED>(factor * a[i], b[i], sum);
    }
}

/// How often the result of each step is asked for, by later steps and as an output.
fn uses(program: &Program) -> Option<Vec<usize>> {
    let mut count = vec![0_usize; program.code.len()];
    let mut last: Vec<Option<usize>> = vec![None; program.register_count()];
    let mut ask = |register: u32, last: &[Option<usize>]| {
        if let Some(step) = last.get(register as usize).copied().flatten() {
            count[step] += 1;
        }
    };
    for (k, step) in program.code.iter().enumerate() {
        ask(step.a, &last);
        match step.op {
            Op::Add | Op::Sub | Op::Mul => ask(step.b, &last),
            Op::Neg | Op::Powi => {}
            _ => return None,
        }
        last[step.dst as usize] = Some(k);
    }
    for &register in &program.outputs {
        ask(register, &last);
    }
    Some(count)
}
