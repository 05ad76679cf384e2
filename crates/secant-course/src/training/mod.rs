//! A network of layers, trained by formulas that somebody wrote.
//!
//! Here: what a training consists of (`spec`), the formulas made into programs, the steps down the slope.
//! Not here: marking of the formulas (`question`), pages. Invariant: the same weights, formulas and number of steps give the
//! same weights in every run; every run is bounded.
//! Start reading at [`Trainer::new`].

mod spec;

use std::collections::BTreeMap;

use secant::expr::{Expr, Symbol};
use secant::program::{ProgramError, TensorProgram, TensorWorkspace, View};
use secant::sheet::figure::FigureFault;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
pub use spec::{Asked, OPTIONS, Spec, Weight, Wrong};

/// Weights and biases by name, `W1` and `b1` for the first layer, row by row.
pub type Weights = BTreeMap<String, Vec<f64>>;

/// Most steps of one run.
pub const MAX_STEPS: u32 = 5_000;
/// Most pictures of one run.
pub const MAX_FRAMES: u32 = 100;
/// Most operations of one step.
const MAX_WORK: u64 = 2_000_000;
/// Longest formula, in characters.
const MAX_FORMULA: usize = 2_000;

/// A formula that cannot be used, and for what it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// `W2`, `d2`, …
    pub name: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Formulas compiled for a network.
#[derive(Debug)]
pub struct Trainer<'a> {
    spec: &'a Spec,
    /// The outputs of every layer, then the cost.
    forward: TensorProgram,
    /// The slope by every weight and bias, by the formulas.
    formulas: TensorProgram,
    /// The same as the engine works it out.
    slopes: TensorProgram,
    data: Data,
}

/// Where the network is to go.
#[derive(Debug)]
struct Data {
    inputs: Vec<f64>,
    targets: Vec<f64>,
}

/// The network at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// Steps of this run.
    pub step: u32,
    /// The cost.
    pub cost: f64,
    /// Where the network puts the points: all first coordinates, then all second ones.
    pub outputs: Vec<f64>,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The first, some between, the last.
    pub frames: Vec<Frame>,
    /// Where it ended.
    pub weights: Weights,
    /// Did the numbers stay finite?
    pub finite: bool,
    /// For each weight and bias: by what part of itself the formula misses the slope, at the first step.
    pub off: BTreeMap<String, f64>,
}

/// How to run.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Pace {
    /// The step size.
    pub rate: f64,
    /// How many steps.
    pub steps: u32,
    /// How many pictures.
    pub frames: u32,
}

impl<'a> Trainer<'a> {
    /// Reads and compiles formulas: one for each name that the training asks for.
    ///
    /// # Errors
    /// Each formula that is not there, cannot be read, or has another shape than what it is the slope of.
    pub fn new(spec: &'a Spec, formulas: &BTreeMap<String, String>) -> Result<Trainer<'a>, Vec<Refused>> {
        let mut refused = Vec::new();
        let mut refuse = |name: &str, fault: Fault| refused.push(Refused { name: name.to_owned(), fault });
        let mut texts: Vec<(&str, &str)> = spec.given.iter().map(|(n, f)| (n.as_str(), f.as_str())).collect();
        for asked in &spec.asked {
            let text = formulas.get(&asked.name).map_or("", String::as_str).trim();
            match text.chars().count() {
                0 => refuse(
                    &asked.name,
                    fault("training.formula", format!("there is no formula for {} yet", asked.name)),
                ),
                n if n > MAX_FORMULA => {
                    refuse(
                        &asked.name,
                        fault(
                            "budget.text",
                            format!("the formula is {n} characters long; the limit is {MAX_FORMULA}"),
                        ),
                    );
                }
                _ => texts.push((&asked.name, text)),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let broken = |fault: Fault| vec![Refused { name: String::new(), fault }];
        let names = spec.weights();
        let open = spec.scope(false).map_err(broken)?;
        let whole = spec.scope(true).map_err(broken)?;
        let mut scope = open.clone();
        let mut by_name: BTreeMap<&str, Expr> = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, text) in &texts {
            let meaning = match scope.formula(text) {
                Ok((meaning, _)) => meaning,
                Err(wrong) => {
                    faults.push(Refused { name: (*name).to_owned(), fault: misread(wrong, text) });
                    // What later formulas call by this name would only be complained of again.
                    if names.iter().all(|w| w.name != *name) {
                        break;
                    }
                    continue;
                }
            };
            match names.iter().find(|w| w.name == *name) {
                None => scope.value(name, meaning),
                Some(weight) => {
                    let shape = scope.formula(name).ok().map(|(e, _)| e.shape().clone());
                    if shape.as_ref() != Some(meaning.shape()) {
                        let want = shape.map_or_else(String::new, |s| s.to_string());
                        let message = format!("this is {}, and {name} is {want}", meaning.shape());
                        let hint = "a slope has the shape of what it is taken by".to_owned();
                        let fault = Fault { hint: Some(hint), ..fault("shape.training", message) };
                        faults.push(Refused { name: (*name).to_owned(), fault });
                    }
                    by_name.insert(weight.name.as_str(), meaning);
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let missing = names.iter().find(|w| !by_name.contains_key(w.name.as_str()));
        if let Some(weight) = missing {
            return Err(broken(fault(
                "training.formula",
                format!("nothing gives the slope by {}", weight.name),
            )));
        }
        let own: Vec<Expr> = names.iter().filter_map(|w| by_name.get(w.name.as_str()).cloned()).collect();
        let read =
            |text: &str| whole.formula(text).map(|(e, _)| e).map_err(|wrong| broken(misread(wrong, text)));
        let slopes =
            names.iter().map(|w| read(&format!("grad(C, {})", w.name))).collect::<Result<Vec<_>, _>>()?;
        let last = spec.layers.len() - 1;
        let mut forward = Vec::new();
        for k in 1..=last {
            forward.push(read(&format!("z{k}"))?);
            forward.push(read(&format!("a{k}"))?);
        }
        forward.push(read("C")?);
        let inputs: Vec<(Symbol, Vec<usize>)> = spec.inputs();
        let mut all = inputs.clone();
        for k in 1..=last {
            for letter in ["z", "a"] {
                all.push((Symbol::new(&format!("{letter}{k}")), vec![spec.layers[k], spec.points]));
            }
        }
        let compile = |outputs: &[Expr], inputs: &[(Symbol, Vec<usize>)]| {
            TensorProgram::compile(outputs, inputs).and_then(|program| match program.work() {
                work if work > MAX_WORK => {
                    Err(ProgramError::TooLarge { size: work as usize, limit: MAX_WORK as usize })
                }
                _ => Ok(program),
            })
        };
        let compiled = |outputs: &[Expr], inputs: &[(Symbol, Vec<usize>)]| {
            compile(outputs, inputs).map_err(|error| broken(fault("budget.training", error.to_string())))
        };
        Ok(Trainer {
            forward: compiled(&forward, &inputs)?,
            formulas: compiled(&own, &all)?,
            slopes: compiled(&slopes, &inputs)?,
            data: Data::new(spec).map_err(broken)?,
            spec,
        })
    }

    /// Goes down the slopes that the formulas give, so many steps from these weights.
    ///
    /// # Errors
    /// Weights that are not those of this network.
    pub fn run(&self, weights: &Weights, pace: &Pace) -> Result<Run, Fault> {
        let names = self.spec.weights();
        let mut now: Vec<Vec<f64>> = Vec::with_capacity(names.len());
        for weight in &names {
            match weights.get(&weight.name) {
                Some(values) if values.len() == weight.len() && values.iter().all(|x| x.is_finite()) => {
                    now.push(values.clone())
                }
                _ => {
                    let message = format!("{} has to be {} finite numbers", weight.name, weight.len());
                    return Err(fault("request.weights", message));
                }
            }
        }
        if !(pace.rate.is_finite() && pace.rate >= 0.0) {
            return Err(fault(
                "request.rate",
                "the step size has to be a number that is not negative".to_owned(),
            ));
        }
        let steps = pace.steps.min(MAX_STEPS);
        let every = steps.div_ceil(pace.frames.clamp(1, MAX_FRAMES)).max(1);
        let mut workspace = TensorWorkspace::new();
        let mut frames = Vec::new();
        let mut finite = true;
        let mut off = BTreeMap::new();
        for step in 0..=steps {
            let forward = self.forward(&now, &mut workspace)?;
            let cost = forward.last().and_then(|c| c.first()).copied().unwrap_or(f64::NAN);
            finite = cost.is_finite();
            let outputs =
                forward.len().checked_sub(2).and_then(|k| forward.get(k)).cloned().unwrap_or_default();
            if !finite {
                break;
            }
            if step % every == 0 || step == steps {
                frames.push(Frame { step, cost, outputs });
            }
            if step == steps {
                break;
            }
            let slopes = self.own_slopes(&now, &forward, &mut workspace)?;
            if step == 0 {
                off = self.off(&now, &slopes, &mut workspace)?;
            }
            if slopes.iter().flatten().any(|x| !x.is_finite()) {
                finite = false;
                break;
            }
            for (values, slope) in now.iter_mut().zip(&slopes) {
                values.iter_mut().zip(slope).for_each(|(w, s)| *w -= pace.rate * s);
            }
        }
        let weights = names.iter().zip(now).map(|(w, values)| (w.name.clone(), values)).collect();
        Ok(Run { frames, weights, finite, off })
    }

    /// Outputs of all layers, then the cost.
    fn forward(&self, weights: &[Vec<f64>], workspace: &mut TensorWorkspace) -> Result<Vec<Vec<f64>>, Fault> {
        evaluated(&self.forward, &self.views(weights), workspace)
    }

    fn own_slopes(
        &self,
        weights: &[Vec<f64>],
        forward: &[Vec<f64>],
        workspace: &mut TensorWorkspace,
    ) -> Result<Vec<Vec<f64>>, Fault> {
        let mut views = self.views(weights);
        let layers = forward.len().saturating_sub(1);
        views.extend(forward[..layers].iter().map(|values| View::new(values.as_slice())));
        evaluated(&self.formulas, &views, workspace)
    }

    /// By what part of itself each formula misses the slope.
    fn off(
        &self,
        weights: &[Vec<f64>],
        own: &[Vec<f64>],
        workspace: &mut TensorWorkspace,
    ) -> Result<BTreeMap<String, f64>, Fault> {
        let slopes = evaluated(&self.slopes, &self.views(weights), workspace)?;
        let off =
            self.spec.weights().into_iter().zip(slopes.iter().zip(own)).map(|(weight, (right, own))| {
                let size = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
                let gap = size(&mut right.iter().zip(own).map(|(a, b)| a - b));
                let whole = size(&mut right.iter().copied()).max(f64::MIN_POSITIVE);
                (weight.name, gap / whole)
            });
        Ok(off.collect())
    }

    /// Weights, data: the inputs of every program, in order.
    fn views<'v>(&'v self, weights: &'v [Vec<f64>]) -> Vec<View<'v>> {
        let mut views: Vec<View<'v>> = weights.iter().map(|w| View::new(w.as_slice())).collect();
        views.push(View::new(&self.data.inputs));
        views.push(View::new(&self.data.targets));
        views
    }
}

impl Data {
    fn new(spec: &Spec) -> Result<Data, Fault> {
        let [x, y] = spec.curve()?;
        let inputs: Vec<f64> = (0..spec.points).map(|k| k as f64 / spec.points as f64).collect();
        let targets = inputs.iter().map(|t| x.at(*t)).chain(inputs.iter().map(|t| y.at(*t))).collect();
        Ok(Data { inputs, targets })
    }
}

fn evaluated(
    program: &TensorProgram,
    inputs: &[View<'_>],
    workspace: &mut TensorWorkspace,
) -> Result<Vec<Vec<f64>>, Fault> {
    let mut values: Vec<Vec<f64>> =
        (0..program.output_count()).map(|k| vec![0.0; program.output_len(k)]).collect();
    let mut out: Vec<&mut [f64]> = values.iter_mut().map(Vec::as_mut_slice).collect();
    program
        .evaluate(inputs, &mut out, workspace)
        .map_err(|error| fault("internal.training", error.to_string()))?;
    Ok(values)
}

fn fault(code: &'static str, message: String) -> Fault {
    Fault {
        code,
        message,
        file: String::new(),
        line: 0,
        column: 0,
        at: None,
        hint: None,
        quote: String::new(),
    }
}

/// A formula that cannot be read, with its place in characters.
fn misread(wrong: FigureFault, text: &str) -> Fault {
    let wrong = wrong.within(secant::sheet::figure::Origin::Figure, text);
    Fault {
        at: Some((wrong.chars.start, wrong.chars.end)),
        hint: wrong.hint,
        ..fault(wrong.code, wrong.message)
    }
}
