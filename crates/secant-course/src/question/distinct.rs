//! Which variants tell the mistakes apart: every likely slip gives another wrong answer, and no case degenerates.
//!
//! The question is worked out once with its numbers left open: the right answer, and what each likely slip gives, are
//! formulas in the parameters. Two slips that are the same there are the same mistake. A variant is the values of those
//! formulas at its numbers, where no two that differ in general may meet.
//!
//! Here: that comparison, the signs of a degenerate case, the memory of what was found.
//! Not here: what slips give (`diagnosis`), which variant a seed draws (`draw`).
//! Invariant: the verdict on a variant depends on the question alone. Start reading at [`Question::misfit`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use secant::expr::{Expr, Func, Node, Symbol};
use secant::program::{Program, Workspace};
use secant::sheet::{Limits, Reader, Scope};

use super::{Question, draw};
use crate::diagnosis::likely;
use crate::grade::Kind;
use crate::slips;

/// Why a variant is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// A slip gives the right answer.
    Harmless(&'static str),
    /// Two slips give the same, and are different mistakes.
    Alike(&'static str, &'static str),
    /// It is another, simpler question: a term, a power or a function is gone.
    Degenerate(&'static str),
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Misfit::Harmless(slip) => write!(f, "{slip} gives the right answer"),
            Misfit::Alike(a, b) => write!(f, "{a} and {b} give the same"),
            Misfit::Degenerate(what) => f.write_str(what),
        }
    }
}

/// A question with its numbers left open.
#[derive(Debug)]
struct General {
    /// What is worked on: the function of the task, or the answer itself.
    subject: Shape,
    /// Is the answer free of variables, whatever the numbers?
    constant: bool,
    /// Is the answer what was asked about, whatever the numbers?
    trivial: bool,
    /// The right answer first, then what was asked about, then what the slips give.
    program: Program,
    variables: usize,
    slips: Vec<&'static str>,
    /// Pairs of slips that give the same whatever the numbers.
    same: Vec<(usize, usize)>,
}

/// What a formula is made of, as far as numbers can make it fall apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    terms: usize,
    powers: usize,
    functions: usize,
}

/// What is known of the variants so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    general: Mutex<BTreeMap<Vec<usize>, Option<Arc<General>>>>,
    found: OnceLock<Vec<OnceLock<Option<Misfit>>>>,
}

/// The likeliest slips have to be told apart; the rarest of a long list need not.
const MAX_SLIPS: usize = 24;
/// Places at which formulas are compared.
const POINTS: [f64; 7] = [0.37, 0.71, 1.13, 1.49, 2.23, -0.57, -1.31];
/// Choices looked at for the shape that a question usually has.
const SEEN: usize = 8;
/// Draws after which a question without a good variant shows a bad one.
const MAX_DRAWS: u64 = 200;
/// The way from a variant that is not asked to another one; prime, so that all are reached.
const NEXT: u64 = 7919;

impl Question {
    /// The choice that a seed draws: the first one on its way that tells the mistakes apart.
    pub(super) fn drawn(&self, seed: u64) -> usize {
        let count = self.inner.choices.len();
        let at = |k: u64| draw::draw(seed.wrapping_add(k.wrapping_mul(NEXT)), &self.inner.id, count);
        (0..MAX_DRAWS).map(at).find(|index| self.misfit(*index).is_none()).unwrap_or_else(|| at(0))
    }

    /// Do two seeds draw different variants?
    pub(crate) fn is_another(&self, seed: u64, other: u64) -> bool {
        self.drawn(seed) != self.drawn(other)
    }

    /// The first seed after this one that draws another variant; the next one where there is none.
    pub fn next_seed(&self, seed: u64) -> u64 {
        let mut after = (1..=MAX_DRAWS).map(|k| seed.wrapping_add(k));
        after.find(|to| self.is_another(seed, *to)).unwrap_or_else(|| seed.wrapping_add(1))
    }

    /// The choice that a seed would draw if every variant were asked.
    pub(crate) fn first_drawn(&self, seed: u64) -> usize {
        draw::draw(seed, &self.inner.id, self.inner.choices.len())
    }

    /// Why a choice is not asked, if it is not.
    pub(crate) fn misfit(&self, index: usize) -> Option<Misfit> {
        let count = self.inner.choices.len();
        let found = self.inner.memory.found.get_or_init(|| (0..count).map(|_| OnceLock::new()).collect());
        found.get(index)?.get_or_init(|| self.look(index)).clone()
    }

    /// The likely slips whose wrong answers are told apart in a variant.
    pub(crate) fn told_apart(&self, index: usize) -> usize {
        self.general(index).map_or(self.inner.spec.slips.len(), |general| general.slips.len())
    }

    fn look(&self, index: usize) -> Option<Misfit> {
        let general = self.general(index)?;
        let numbers = self.numbers(index)?;
        if let Some(misfit) = self.degenerate(index, &general) {
            return Some(misfit);
        }
        let rows = general.rows(&numbers)?;
        let (right, subject, slips) = (&rows[0], &rows[1], &rows[2..]);
        if !general.trivial && same(right, subject) {
            return Some(Misfit::Degenerate("the answer is what was asked about"));
        }
        for (k, slip) in slips.iter().enumerate() {
            let name = general.slips[k];
            if same(slip, right) {
                return Some(Misfit::Harmless(name));
            }
            let other = (0..k).find(|j| {
                general.slips[*j] != name && !general.same.contains(&(*j, k)) && same(&slips[*j], slip)
            });
            if let Some(other) = other {
                return Some(Misfit::Alike(general.slips[other], name));
            }
        }
        None
    }

    /// A term, a power or a function that the numbers made vanish.
    fn degenerate(&self, index: usize, general: &General) -> Option<Misfit> {
        let bound = self.inner.bind(&self.inner.choices[index]).ok()?;
        let answer = bound.expression(&self.inner.spec.answer.text).ok()?;
        let degenerate = |what| Some(Misfit::Degenerate(what));
        if answer.is_undefined() {
            return degenerate("the answer has no value");
        }
        if !general.constant && answer.free_symbols().is_empty() {
            return degenerate("the answer is a number");
        }
        if general.constant {
            // Numbers in, a number out: nothing is left that could vanish.
            return None;
        }
        let of = self.subject(&bound.scope).unwrap_or(answer);
        let shape = Shape::of(&of, &[]);
        if shape.terms < general.subject.terms {
            degenerate("a term is gone")
        } else if shape.powers < general.subject.powers {
            degenerate("a power is gone")
        } else if shape.functions < general.subject.functions {
            degenerate("a function is gone")
        } else {
            None
        }
    }

    /// The function that the task is about.
    fn subject(&self, scope: &Scope) -> Option<Expr> {
        let task =
            self.task_in(&|text| scope.expression(text).ok()?.as_number()?.to_i64()?.try_into().ok())?;
        scope.expression(task.get("expr")?.as_str()?).ok()
    }

    /// The values of the numbers that vary; none where one of them is no number.
    fn numbers(&self, index: usize) -> Option<Vec<f64>> {
        let bound = self.inner.bind(&self.inner.choices[index]).ok()?;
        let names = self.open_names(index);
        names.iter().map(|name| bound.expression(name).ok()?.as_number().map(|n| n.to_f64())).collect()
    }

    /// The names that stand for numbers.
    fn open_names(&self, index: usize) -> Vec<String> {
        let choice = &self.inner.choices[index];
        let vary = self.inner.spec.vary.iter().zip(choice);
        vary.filter(|(vary, k)| is_number(&vary.values[**k].text))
            .map(|(vary, _)| vary.name.text.clone())
            .collect()
    }

    /// Choices of functions make other questions; choices of numbers do not.
    fn key(&self, choice: &[usize]) -> Vec<usize> {
        let vary = self.inner.spec.vary.iter().zip(choice);
        vary.map(|(vary, k)| if is_number(&vary.values[*k].text) { usize::MAX } else { *k }).collect()
    }

    /// The shape with the numbers left open, less what no numbers leave standing: `(x^p)^n` is one power for all of them.
    fn usual_shape(&self, index: usize, general: Shape) -> Shape {
        let key = self.key(&self.inner.choices[index]);
        let like = self.inner.choices.iter().filter(|choice| self.key(choice) == key);
        let shape = |choice: &Vec<usize>| {
            let bound = self.inner.bind(choice).ok()?;
            let of =
                self.subject(&bound.scope).or_else(|| bound.expression(&self.inner.spec.answer.text).ok())?;
            Some(Shape::of(&of, &[]))
        };
        let most = like.take(SEEN).filter_map(shape).reduce(|a, b| Shape {
            terms: a.terms.max(b.terms),
            powers: a.powers.max(b.powers),
            functions: a.functions.max(b.functions),
        });
        most.map_or(general, |most| Shape {
            terms: general.terms.min(most.terms),
            powers: general.powers.min(most.powers),
            functions: general.functions.min(most.functions),
        })
    }

    fn general(&self, index: usize) -> Option<Arc<General>> {
        let key = self.key(&self.inner.choices[index]);
        let mut memory = self.inner.memory.general.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = memory.get(&key) {
            return known.clone();
        }
        let general = self.work_out(index).map(Arc::new);
        memory.insert(key, general.clone());
        general
    }

    /// The question with the numbers of a choice left open; none where that is no question.
    fn work_out(&self, index: usize) -> Option<General> {
        if self.kind() != Kind::Expression {
            return None;
        }
        let spec = &self.inner.spec;
        let open = self.open_names(index);
        let fixed = |text: &String| open.iter().any(|name| text.starts_with(&format!("{name} = ")));
        let define: Vec<String> =
            self.defines_of(&self.inner.choices[index]).into_iter().filter(|t| !fixed(t)).collect();
        let reader = Reader::new(&spec.shapes(), &define, &[], &Limits::default()).ok()?;
        let scope = reader.scope();
        // What has axes is no number that a variant could make vanish.
        let answer = scope.expression(&spec.answer.text).ok()?;
        let task = self.task_in(&|text| text.parse().ok());
        let subject = self.subject_of(scope, task.as_ref()).unwrap_or_else(|| answer.clone());
        let mut slips: Vec<(&'static str, Expr)> = Vec::new();
        for line in &spec.slips {
            if let (Some(slip), Ok(gives)) =
                (slips::find(&line.name.text), scope.expression(&line.gives.text))
            {
                slips.push((slip.name, gives));
            }
        }
        let found = task.as_ref().map(|task| likely(task, scope)).unwrap_or_default();
        // Numbers left open are no variables that anybody could take for the one that changes.
        let found = found.into_iter().filter(|l| l.slip.name != "wrong-variable" || open.is_empty());
        slips.extend(found.take(MAX_SLIPS).map(|l| (l.slip.name, l.gives)));
        let mut variables: Vec<Symbol> =
            answer.free_symbols().iter().chain(&subject.free_symbols()).cloned().collect();
        variables.sort();
        variables.dedup();
        variables.retain(|s| !open.iter().any(|name| name == s.name()));
        let constant = answer.free_symbols().iter().all(|s| open.iter().any(|name| name == s.name()));
        let known: Vec<Symbol> =
            variables.iter().cloned().chain(open.iter().map(|n| Symbol::new(n))).collect();
        // A slip may bring in names of its own (a constant that was made up): it cannot be evaluated, and meets nothing.
        slips.retain(|(_, gives)| gives.free_symbols().iter().all(|s| known.contains(s)));
        let outputs: Vec<Expr> = [answer, subject.clone()]
            .into_iter()
            .chain(slips.iter().map(|(_, gives)| gives.clone()))
            .collect();
        let mut general = General {
            subject: self.usual_shape(index, Shape::of(&subject, &open)),
            constant,
            trivial: false,
            program: Program::compile(&outputs, &known).ok()?,
            variables: variables.len(),
            slips: slips.iter().map(|(name, _)| *name).collect(),
            same: Vec::new(),
        };
        // Numbers that nobody draws: what is the same there is the same in general. Without a pattern, since in an arithmetic
        // sequence differences are alike, and where the answer exists: a root of n - p wants n above p.
        let irregular = |turn: usize| -> Vec<f64> {
            (1..=open.len()).map(|k| 1.3 + 3.1 * (0.754_877_666 * (k + 7 * turn) as f64).fract()).collect()
        };
        let exists =
            |odd: &Vec<f64>| general.rows(odd).is_some_and(|rows| rows[0].iter().any(|y| y.is_finite()));
        let odd = (0..16).map(irregular).find(exists).unwrap_or_else(|| irregular(0));
        let rows = general.rows(&odd)?;
        general.trivial = same(&rows[0], &rows[1]);
        let wrong = |k: usize| !same(&rows[k + 2], &rows[0]);
        let kept: Vec<usize> = (0..general.slips.len()).filter(|k| wrong(*k)).collect();
        if kept.len() < general.slips.len() {
            // A slip that is right in general is none here.
            let outputs: Vec<Expr> =
                [0, 1].into_iter().chain(kept.iter().map(|k| k + 2)).map(|k| outputs[k].clone()).collect();
            general.program = Program::compile(&outputs, &known).ok()?;
            general.slips = kept.iter().map(|k| general.slips[*k]).collect();
        }
        let rows = general.rows(&odd)?;
        for k in 0..general.slips.len() {
            general.same.extend((0..k).filter(|j| same(&rows[*j + 2], &rows[k + 2])).map(|j| (j, k)));
        }
        Some(general)
    }

    fn subject_of(&self, scope: &Scope, task: Option<&serde_json::Value>) -> Option<Expr> {
        scope.expression(task?.get("expr")?.as_str()?).ok()
    }
}

impl General {
    /// The values of every formula at the points, for these numbers.
    fn rows(&self, numbers: &[f64]) -> Option<Vec<Vec<f64>>> {
        let count = self.slips.len() + 2;
        let mut rows = vec![Vec::with_capacity(POINTS.len()); count];
        let mut out = vec![0.0; count];
        let mut workspace = Workspace::new();
        for (k, at) in POINTS.iter().enumerate() {
            // Variables differ from each other at every point.
            let inputs = (0..self.variables).map(|v| at + 0.193 * v as f64 * (1.0 + 0.1 * k as f64));
            let inputs: Vec<f64> = inputs.chain(numbers.iter().copied()).collect();
            self.program.evaluate(&inputs, &mut out, &mut workspace).ok()?;
            rows.iter_mut().zip(&out).for_each(|(row, value)| row.push(*value));
        }
        Some(rows)
    }
}

/// Do two formulas agree wherever both have a value, and do they have one together?
fn same(a: &[f64], b: &[f64]) -> bool {
    let mut together = 0;
    for (x, y) in a.iter().zip(b) {
        if x.is_finite() != y.is_finite() {
            return false;
        }
        if x.is_finite() {
            together += 1;
            if (x - y).abs() > 1e-9 * x.abs().max(y.abs()).max(1e-3) {
                return false;
            }
        }
    }
    together > 0
}

fn is_number(text: &str) -> bool {
    Func::from_name(text).is_none() && Scope::open().expression(text).is_ok_and(|e| e.as_number().is_some())
}

impl Shape {
    /// Counts what has variables in it; the names in `numbers` are none.
    fn of(e: &Expr, numbers: &[String]) -> Shape {
        let varies = |e: &Expr| e.free_symbols().iter().any(|s| !numbers.iter().any(|n| n == s.name()));
        // Terms of the whole only: a number in front of brackets is multiplied out, an open one is not.
        let terms = match e.node() {
            Node::Sum(sum) => {
                let moving = sum.terms.iter().filter(|t| varies(&t.expr)).count();
                moving + usize::from(moving < sum.terms.len() || !sum.constant.is_zero())
            }
            _ => usize::from(!e.is_zero()),
        };
        let mut shape = Shape { terms, powers: 0, functions: 0 };
        for part in e.post_order() {
            match part.node() {
                Node::Power(base, exponent) if varies(base) || varies(exponent) => shape.powers += 1,
                Node::Apply(_, u) if varies(u) => shape.functions += 1,
                _ => {}
            }
        }
        shape
    }
}
