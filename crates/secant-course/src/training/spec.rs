//! What a training consists of, read from the options of its block in a course file.
//!
//! ````text
//! ```plugin backpropagation
//! layers 1, 6, 7, 2
//! activation sigmoid
//! curve (0.5 + 0.4 cos(2 pi t), 0.5 + 0.3 sin(2 pi t))
//! points 100
//! start 6, 1, 1
//! rate 7
//! goal 0.003
//! given d3 = (2/N) (a3 - y) .* a3 .* (1 - a3); W3 = d3 a2'
//! ask b3 from gradient-b3, d2 from error-2
//! ```
//! ````
//!
//! Start reading at [`Spec::read`].

use std::collections::BTreeMap;

use secant::expr::{Expr, Symbol};
use secant::sheet::{Limits, Reader, Scope};

use super::{Data, Weights, fault, misread};
use crate::fault::Fault;

/// A network, where it is to go, and which formulas are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many neurons each layer has, the inputs first.
    pub layers: Vec<usize>,
    /// What the neurons between do: `sigmoid` or `tanh`.
    pub hidden: String,
    /// What the last neurons do.
    pub output: String,
    /// The two coordinates of the curve, in `t` from 0 to 1.
    pub curve: [String; 2],
    /// How many places on it.
    pub points: usize,
    /// How large the first weights of each layer are, roughly.
    pub start: Vec<f64>,
    /// The step size to begin with.
    pub rate: f64,
    /// The cost at which the curve is learned.
    pub goal: f64,
    /// Formulas that nobody has to find, name and text.
    pub given: Vec<(String, String)>,
    /// Formulas that are asked for.
    pub asked: Vec<Asked>,
}

/// A formula that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it is called: a weight or bias whose slope it is, or a name for use in others.
    pub name: String,
    /// The question of the same file whose answer it is.
    pub question: String,
}

/// A weight matrix or a bias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// `W1`, `b1`, …
    pub name: String,
    /// Its extents.
    pub shape: Vec<usize>,
}

impl Weight {
    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

const LAYERS: std::ops::RangeInclusive<usize> = 2..=5;
const NEURONS: std::ops::RangeInclusive<usize> = 1..=16;
const POINTS: std::ops::RangeInclusive<usize> = 10..=200;
const ACTIVATIONS: &[&str] = &["sigmoid", "tanh"];
/// The options of a training.
pub const OPTIONS: &[&str] =
    &["layers", "activation", "output", "curve", "points", "start", "rate", "goal", "given", "ask"];

/// What is wrong, with which option.
pub type Wrong = (&'static str, String);

impl Spec {
    /// Reads the options of a training.
    ///
    /// # Errors
    /// The first option that cannot be used, and why.
    pub fn read(options: &BTreeMap<String, String>) -> Result<Spec, Wrong> {
        let mut spec = Spec {
            layers: Vec::new(),
            hidden: "sigmoid".to_owned(),
            output: "sigmoid".to_owned(),
            curve: [String::new(), String::new()],
            points: 100,
            start: Vec::new(),
            rate: 1.0,
            goal: 0.003,
            given: Vec::new(),
            asked: Vec::new(),
        };
        for key in OPTIONS {
            if let Some(value) = options.get(*key) {
                spec.option(key, value).map_err(|message| (*key, message))?;
            }
        }
        for key in ["layers", "curve"] {
            if !options.contains_key(key) {
                return Err((key, format!("a training needs a line with `{key}`")));
            }
        }
        let count = spec.layers.len() - 1;
        if spec.start.is_empty() {
            spec.start = vec![1.0; count];
        }
        if spec.start.len() != count {
            let given = spec.start.len();
            return Err(("start", format!("{given} numbers for {count} layers of weights")));
        }
        if spec.layers[0] != 1 || spec.layers[count] != 2 {
            let message = "the network goes from 1 number, the place on the curve, to 2, a point";
            return Err(("layers", message.to_owned()));
        }
        Data::new(&spec).map_err(|fault| ("curve", fault.message))?;
        for weight in spec.weights() {
            let known = spec.given.iter().map(|(name, _)| name).chain(spec.asked.iter().map(|a| &a.name));
            if !known.into_iter().any(|name| *name == weight.name) {
                return Err(("ask", format!("nothing gives the slope by {}", weight.name)));
            }
        }
        Ok(spec)
    }

    fn option(&mut self, key: &str, value: &str) -> Result<(), String> {
        let numbers = || {
            value
                .split(',')
                .map(|part| part.trim().parse::<f64>().map_err(|_| format!("`{}` is no number", part.trim())))
        };
        let activation = || {
            let known = ACTIVATIONS.contains(&value);
            if known {
                Ok(value.to_owned())
            } else {
                Err(format!("there is no activation `{value}`: {}", ACTIVATIONS.join(", ")))
            }
        };
        match key {
            "layers" => {
                let sizes = value
                    .split(',')
                    .map(|part| part.trim().parse::<usize>().ok().filter(|n| NEURONS.contains(n)));
                let sizes = sizes.collect::<Option<Vec<_>>>().filter(|sizes| LAYERS.contains(&sizes.len()));
                self.layers =
                    sizes.ok_or("expected 2 to 5 layers of 1 to 16 neurons, such as `layers 1, 6, 7, 2`")?;
            }
            "activation" => self.hidden = activation()?,
            "output" => self.output = activation()?,
            "curve" => {
                let inside = value.strip_prefix('(').and_then(|v| v.strip_suffix(')'));
                let (x, y) = inside
                    .and_then(two)
                    .ok_or("expected two coordinates in brackets, such as `(cos(2 pi t), sin(2 pi t))`")?;
                self.curve = [x.trim().to_owned(), y.trim().to_owned()];
            }
            "points" => {
                let points = value.parse().ok().filter(|n| POINTS.contains(n));
                self.points = points.ok_or("expected 10 to 200 points")?;
            }
            "start" => {
                let sizes = numbers().collect::<Result<Vec<_>, _>>()?;
                if sizes.iter().any(|x| !x.is_finite() || *x < 0.0) {
                    return Err("a size is not negative".to_owned());
                }
                self.start = sizes;
            }
            "rate" | "goal" => {
                let number = value.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0);
                let number = number.ok_or("expected a number greater than 0")?;
                *(if key == "rate" { &mut self.rate } else { &mut self.goal }) = number;
            }
            "given" => {
                for part in value.split(';') {
                    let (name, formula) = part
                        .split_once('=')
                        .ok_or("expected names, each with `=` and a formula, `;` between")?;
                    self.given.push((name.trim().to_owned(), formula.trim().to_owned()));
                }
            }
            "ask" => {
                for part in value.split(',') {
                    let found = part.split_once(" from ");
                    let (name, question) =
                        found.ok_or("expected such as `W1 from name-of-a-question, b1 from …`")?;
                    self.asked
                        .push(Asked { name: name.trim().to_owned(), question: question.trim().to_owned() });
                }
            }
            other => return Err(format!("a training has no option `{other}`")),
        }
        Ok(())
    }

    /// The points on the curve: all first coordinates, then all second ones.
    pub fn targets(&self) -> Vec<f64> {
        Data::new(self).map(|data| data.targets).unwrap_or_default()
    }

    /// The weights and biases, layer by layer.
    pub fn weights(&self) -> Vec<Weight> {
        let layer = |k: usize| {
            let (rows, columns) = (self.layers[k], self.layers[k - 1]);
            [
                Weight { name: format!("W{k}"), shape: vec![rows, columns] },
                Weight { name: format!("b{k}"), shape: vec![rows] },
            ]
        };
        (1..self.layers.len()).flat_map(layer).collect()
    }

    /// First weights that belong to a seed.
    pub fn first_weights(&self, seed: u64) -> Weights {
        let mut state = seed;
        let mut normal = || (0..12).map(|_| unit(&mut state)).sum::<f64>() - 6.0;
        let mut weights = Weights::new();
        for (k, weight) in self.weights().into_iter().enumerate() {
            // Biases half as large as weights, so that the bends of the neurons lie between 0 and 1.
            let size = self.start[k / 2] * if weight.shape.len() == 1 { 0.5 } else { 1.0 };
            let values = (0..weight.len()).map(|_| size * normal()).collect();
            weights.insert(weight.name, values);
        }
        weights
    }

    /// Weights, then the places on the curve and the points there: names and extents.
    pub(super) fn inputs(&self) -> Vec<(Symbol, Vec<usize>)> {
        let weights = self.weights().into_iter().map(|w| (Symbol::new(&w.name), w.shape));
        let data = [("a0", self.layers[0]), ("y", self.layers[self.layers.len() - 1])];
        weights.chain(data.map(|(name, rows)| (Symbol::new(name), vec![rows, self.points]))).collect()
    }

    /// What names mean: the outputs of layers are names of their own or, `whole`, what the weights make of them.
    pub(super) fn scope(&self, whole: bool) -> Result<Scope, Fault> {
        let shape = |extents: &[usize]| match extents {
            [n] => format!("vector({n})"),
            extents => {
                format!("matrix({})", extents.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
            }
        };
        let mut declare: BTreeMap<String, String> = self
            .inputs()
            .into_iter()
            .map(|(name, extents)| (name.name().to_owned(), shape(&extents)))
            .collect();
        let mut define = vec![format!("N = {}", self.points)];
        let last = self.layers.len() - 1;
        for k in 1..=last {
            if whole {
                let activation = if k == last { &self.output } else { &self.hidden };
                define.push(format!("z{k} = W{k} a{} + b{k} ones(N)'", k - 1));
                define.push(format!("a{k} = {activation}(z{k})"));
            } else {
                for letter in ["z", "a"] {
                    declare.insert(format!("{letter}{k}"), shape(&[self.layers[k], self.points]));
                }
            }
        }
        if whole {
            define.push(format!("C = sum((a{last} - y).^2)/N"));
        }
        let reader = Reader::new(&declare, &define, &[], &Limits::default());
        let reader = reader.map_err(|wrong| fault("internal.training", wrong.message.clone()))?;
        // Names that are not known are mistakes.
        let mut scope = Scope::strict();
        let names = declare
            .keys()
            .map(String::as_str)
            .chain(define.iter().filter_map(|text| Some(text.split_once(" =")?.0)));
        for name in names {
            let (meaning, _) = reader.scope().formula(name).map_err(|wrong| misread(wrong, name))?;
            scope.value(name, meaning);
        }
        Ok(scope)
    }

    pub(super) fn curve(&self) -> Result<[Coordinate; 2], Fault> {
        let mut scope = Scope::strict();
        scope.variable("t");
        let coordinate = |text: &String| {
            let e = scope.expression(text).map_err(|wrong| misread(wrong, text))?;
            let found = Coordinate(e);
            match (0..self.points).all(|k| found.at(k as f64 / self.points as f64).is_finite()) {
                true => Ok(found),
                false => {
                    Err(fault("domain.curve", format!("`{text}` has no value somewhere from t = 0 to 1")))
                }
            }
        };
        Ok([coordinate(&self.curve[0])?, coordinate(&self.curve[1])?])
    }
}

/// A coordinate of the curve, in `t`.
pub(super) struct Coordinate(Expr);

impl Coordinate {
    pub(super) fn at(&self, t: f64) -> f64 {
        secant::program::eval(&self.0, &[(Symbol::new("t"), t)]).unwrap_or(f64::NAN)
    }
}

/// The two sides of the first comma that stands in no brackets.
fn two(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    for (k, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => return Some((&text[..k], &text[k + 1..])),
            _ => {}
        }
    }
    None
}

/// A number from 0 to 1, the next one of a sequence (SplitMix64).
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
