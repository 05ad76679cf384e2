//! Loops whose formulas are polynomials: few wide instructions, straight between the buffers.
//!
//! Here: formulas cut into sums of products, of which each is the result so far (of the sum before) or read where it lies; values
//! that are a factor somewhere, or asked for twice, are sums of their own.
//! Cost: the gradient of the chained Rosenbrock function of 10⁵ variables is five instructions with 4 loads and a store, where a
//! loop written by hand has 3 and 1, and takes 1.3 to 1.7 times as long; the function itself, whose loop by hand keeps its sum
//! in vectors, 2.4 times (the bench, W2). An instruction costs about a cycle a vector, whatever it does.
//! Not here: the loops (`tiles`), any other operation (`program::batch`), arrays of `f32`.
//! Invariant: nothing is multiplied out, so that what cancels cancels as it was written.
//! Start reading at [`Polynomial::new`].

use smallvec::SmallVec;

use super::compiled::kernel;
use super::tiles::{self, Code, Instruction, Pointer, Tile};
use crate::program::opcode::Op;
use crate::program::{Isa, Program};

/// Most sources and most outputs of such a loop.
pub(super) const MOST: usize = 16;

/// A product of values, which are numbered.
#[derive(Clone, Copy, Debug)]
enum Product {
    /// `(a x + b) y`
    Two { a: f64, x: usize, b: f64, y: usize },
    /// `a (b x + c)²`
    Square { a: f64, b: f64, x: usize, c: f64 },
}

impl Product {
    fn scaled(self, by: f64) -> Product {
        match self {
            Product::Two { a, x, b, y } => Product::Two { a: a * by, x, b: b * by, y },
            Product::Square { a, b, x, c } => Product::Square { a: a * by, b, x, c },
        }
    }

    /// Can it be made of the result so far, where that is this value?
    fn continues(&self, value: usize) -> bool {
        match *self {
            Product::Two { x, y, .. } => (x == value) != (y == value),
            Product::Square { x, .. } => x == value,
        }
    }
}

/// `Σ products + Σ factors · terms + constant`; operands are inputs, or values that are computed on their own.
#[derive(Clone, Debug, Default)]
struct Form {
    products: SmallVec<[Product; 2]>,
    terms: SmallVec<[(f64, usize); 3]>,
    constant: f64,
}

impl Form {
    fn of(value: usize) -> Form {
        Form { terms: SmallVec::from_slice(&[(1.0, value)]), ..Form::default() }
    }

    fn of_product(product: Product) -> Form {
        Form { products: SmallVec::from_slice(&[product]), ..Form::default() }
    }

    fn scaled(mut self, by: f64) -> Form {
        self.products.iter_mut().for_each(|product| *product = product.scaled(by));
        self.terms.iter_mut().for_each(|(factor, _)| *factor *= by);
        self.constant *= by;
        self
    }

    fn plus(mut self, other: Form) -> Form {
        self.constant += other.constant;
        self.products.extend(other.products);
        for (factor, value) in other.terms {
            match self.terms.iter_mut().find(|(_, known)| *known == value) {
                Some((known, _)) => *known += factor,
                None => self.terms.push((factor, value)),
            }
        }
        self
    }

    fn is_constant(&self) -> bool {
        self.products.is_empty() && self.terms.is_empty()
    }

    /// `(a, x, b)` where it is `a x + b`.
    fn linear(&self) -> Option<(f64, usize, f64)> {
        match self.terms[..] {
            [(a, x)] if self.products.is_empty() => Some((a, x, self.constant)),
            _ => None,
        }
    }

    fn parts(&self) -> usize {
        self.products.len() + self.terms.len()
    }
}

/// Parts of a sum beyond which it is computed on its own.
const LONG: usize = 32;

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

    /// A value as an operand that is asked for so often: itself when others ask for it too.
    fn form(&mut self, value: usize, times: usize) -> Form {
        if !self.alone[value] && (self.uses[value] == times || self.forms[value].is_constant()) {
            return self.forms[value].clone();
        }
        self.itself(value)
    }

    fn itself(&mut self, value: usize) -> Form {
        self.alone[value] = true;
        Form::of(value)
    }

    /// `(a, x, b)` for a value `a x + b`, whose form is given: of itself where it is nothing simpler.
    fn linear(&mut self, value: usize, form: &Form) -> (f64, usize, f64) {
        form.linear().unwrap_or_else(|| {
            self.alone[value] = true;
            (1.0, value, 0.0)
        })
    }

    fn sum(&mut self, left: usize, right: usize, sign: f64) -> Form {
        let mut form = |value: usize| {
            let form = self.form(value, 1);
            if form.parts() > LONG { self.itself(value) } else { form }
        };
        form(left).plus(form(right).scaled(sign))
    }

    fn product(&mut self, left: usize, right: usize) -> Form {
        if left == right {
            let form = self.form(left, 2);
            if form.is_constant() {
                return Form { constant: form.constant * form.constant, ..form };
            }
            let (b, x, c) = self.linear(left, &form);
            let square = match c == 0.0 {
                true => Product::Square { a: b * b, b: 1.0, x, c },
                false => Product::Square { a: 1.0, b, x, c },
            };
            return Form::of_product(square);
        }
        let (form, other) = (self.form(left, 1), self.form(right, 1));
        if form.is_constant() {
            return other.scaled(form.constant);
        }
        if other.is_constant() {
            return form.scaled(other.constant);
        }
        let ((a, x, b), (c, y, d)) = (self.linear(left, &form), self.linear(right, &other));
        // One side may be more than a multiple of a value.
        Form::of_product(match (b == 0.0, d == 0.0) {
            (_, true) => Product::Two { a: a * c, x, b: b * c, y },
            (true, false) => Product::Two { a: c * a, x: y, b: d * a, y: x },
            (false, false) => {
                self.alone[right] = true;
                Product::Two { a, x, b, y: right }
            }
        })
    }
}

/// What is read and written, before it has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Value(usize),
    Output(usize),
}

/// The instructions for a form; the result so far is the value `before`.
fn written(form: &Form, before: Option<usize>) -> Vec<Instruction<Name>> {
    let Form { mut products, mut terms, constant } = form.clone();
    // a x y + b y is (a x + b) y.
    for product in &mut products {
        if let Product::Two { a, x, b, y } = *product
            && b == 0.0
            && let Some(k) = terms.iter().position(|(_, value)| *value == x || *value == y)
        {
            let (b, value) = terms.remove(k);
            *product = Product::Two { a, x: if value == y { x } else { y }, b, y: value };
        }
    }
    let nothing_else = products.is_empty() && terms.is_empty();
    // What is added to -0 keeps its sign.
    let c = if constant == 0.0 && !nothing_else { -0.0 } else { constant };
    let at = Name::Value;
    let mut code = Vec::new();
    let goes_on = |value: usize| before == Some(value);
    if let Some(k) = products.iter().position(|p| before.is_some_and(|value| p.continues(value))) {
        match products.remove(k) {
            Product::Two { a, x, b, y } if goes_on(x) => code.push(Instruction::Times(a, b, at(y), c)),
            Product::Two { a, x, b, .. } => code.push(Instruction::By(a, b, at(x), c)),
            Product::Square { a, b, c: shift, .. } => {
                if (b, shift) != (1.0, 0.0) {
                    code.push(Instruction::Scale(b, shift));
                }
                code.push(Instruction::Square(a, c));
            }
        }
    } else if let Some(k) = terms.iter().position(|(_, value)| goes_on(*value)) {
        code.push(Instruction::Scale(terms.remove(k).0, c));
    } else if terms.is_empty() {
        code.push(Instruction::Set(c));
    } else {
        let (a, x) = terms.remove(0);
        code.push(Instruction::Load(a, at(x), c));
    }
    code.extend(terms.into_iter().map(|(a, x)| Instruction::Add(a, at(x))));
    code.extend(products.into_iter().map(|product| match product {
        Product::Two { a, x, b, y } => Instruction::AddProduct(a, b, at(x), at(y)),
        Product::Square { a, b: 1.0, x, c: 0.0 } => Instruction::AddSquare(a, at(x)),
        Product::Square { a, b, x, c } => Instruction::AddSquareOf(a, b, c, at(x)),
    }));
    code
}

/// The instructions of a loop.
#[derive(Clone, Debug)]
pub(super) struct Polynomial {
    /// Places are those of sources, then of outputs (of what is summed, for its parts), then registers.
    code: Vec<Instruction>,
    registers: usize,
}

impl Collector {
    /// Instructions for the values that are computed on their own, and for the outputs.
    fn code(&self, inputs: usize, outputs: &[usize], stored: &[bool]) -> Polynomial {
        // Of each value, what is done.
        let mut parts: Vec<(usize, Vec<Instruction<Name>>)> = Vec::new();
        for v in 0..self.forms.len() {
            let mut wanted = (0..outputs.len()).filter(|k| outputs[*k] == v).peekable();
            if wanted.peek().is_none() && (v < inputs || !self.alone[v]) {
                continue;
            }
            let form = if v < inputs { Form::of(v) } else { self.forms[v].clone() };
            let mut code = written(&form, parts.last().map(|(before, _)| *before));
            code.extend(wanted.map(|k| match stored[k] {
                true => Instruction::Store(Name::Output(k)),
                false => Instruction::Total(Name::Output(k)),
            }));
            parts.push((v, code));
        }
        // The last part that reads each value from memory.
        let mut last: Vec<Option<usize>> = vec![None; self.forms.len()];
        for (k, (_, code)) in parts.iter().enumerate() {
            for instruction in code {
                instruction.map(|name| {
                    if let Name::Value(v) = name {
                        last[v] = Some(k);
                    }
                });
            }
        }
        let first_register = inputs + outputs.len();
        let mut places: Vec<usize> = (0..self.forms.len()).collect();
        let (mut code, mut free, mut registers) = (Vec::new(), Vec::new(), 0);
        for (k, (value, part)) in parts.iter().enumerate() {
            for instruction in part {
                code.push(instruction.map(|name| match name {
                    Name::Value(v) => places[v],
                    Name::Output(k) => inputs + k,
                }));
            }
            // Whatever the part reads is read before its own value is kept.
            for instruction in part {
                instruction.map(|name| {
                    if let Name::Value(v) = name
                        && v >= inputs
                        && last[v] == Some(k)
                    {
                        last[v] = None;
                        free.push(places[v]);
                    }
                });
            }
            if *value >= inputs && last[*value].is_some() {
                places[*value] = free.pop().unwrap_or_else(|| {
                    registers += 1;
                    first_register + registers - 1
                });
                code.push(Instruction::Store(places[*value]));
            }
        }
        Polynomial { code, registers }
    }
}

impl Polynomial {
    /// The program's formulas, where they are polynomials; `stored[k]` says that output `k` is written where the loop runs,
    /// the others are summed.
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
                Op::Add => collector.sum(a, b, 1.0),
                Op::Sub => collector.sum(a, b, -1.0),
                Op::Mul => collector.product(a, b),
                Op::Neg => collector.form(a, 1).scaled(-1.0),
                Op::Powi if step.b == 3 || step.b == 4 => {
                    collector.alone[a] = true;
                    let square = Product::Square { a: 1.0, b: 1.0, x: a, c: 0.0 };
                    let x = collector.push(Form::of_product(square), usize::MAX);
                    collector.alone[x] = true;
                    Form::of_product(match step.b {
                        3 => Product::Two { a: 1.0, x, b: 0.0, y: a },
                        _ => Product::Square { a: 1.0, b: 1.0, x, c: 0.0 },
                    })
                }
                _ => return None,
            };
            held[step.dst as usize] = collector.push(form, uses);
        }
        let outputs: Vec<usize> = program.outputs.iter().map(|&r| held[r as usize]).collect();
        Some(collector.code(inputs, &outputs, stored))
    }

    /// Runs the instructions on `n` points: operands begin at `sources`, results that are stored at `outputs`; the sums of the
    /// others, where `outputs` has none, are added to `sums`.
    ///
    /// # Safety
    /// There are `n` numbers at each, and those of an output are nowhere else.
    pub(super) unsafe fn run(
        &self,
        isa: Isa,
        n: usize,
        sources: &[*const f64],
        outputs: &[Option<*mut f64>],
        sums: &mut [f64],
        tiles: &mut Vec<Tile>,
    ) {
        let size = self.registers + outputs.len();
        if tiles.len() < size {
            tiles.resize_with(size, Tile::default);
        }
        let (parts, registers) = tiles[..size].split_at_mut(outputs.len());
        let mut places: SmallVec<[Pointer; 24]> = SmallVec::new();
        // Nothing is written through those of sources.
        sources.iter().for_each(|numbers| places.push(Pointer::all(numbers.cast_mut())));
        for (numbers, parts) in outputs.iter().zip(parts.iter_mut()) {
            places.push(match numbers {
                Some(numbers) => Pointer::all(*numbers),
                None => {
                    *parts = Tile::default();
                    Pointer::tile(parts)
                }
            });
        }
        registers.iter_mut().for_each(|register| places.push(Pointer::tile(register)));
        // SAFETY: as the caller promises; the tiles are of the workspace, one for each register and sum. A workspace holds an
        // instruction set only where the machine has it.
        unsafe { tiles::run(kernel(isa), Code { instructions: &self.code, places: &places }, n) };
        for (k, parts) in parts.iter().enumerate().filter(|(k, _)| outputs[*k].is_none()) {
            sums[k] += parts.total();
        }
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
