//! Pictures as SVG text: curves, areas, bands, points, paths, landscapes, on axes with ticks.
//!
//! Here: what a picture is made of ([`Plot`]), where curves are sampled, where the ticks stand, how everything is drawn.
//! Not here: where the numbers come from (`sheet` asks for them), files and pixels (the callers).
//! Invariant: the text depends on the plot alone; every coordinate in it is a finite number inside the picture.
//! Start reading at [`Plot`], then `draw`.

mod clip;
mod colours;
mod draw;
pub mod fit;
pub mod grid;
mod land;
mod layers;
mod layout;
mod sample;
mod svg;
#[cfg(test)]
mod tests;
mod ticks;

use crate::program::{Budget, Program, ProgramError};

/// A picture: panels one below the other, which share what lies to the right.
///
/// ```
/// use secant::expr::{Expr, Symbol};
/// use secant::plot::{Panel, Plot, Shape};
/// use secant::program::{Budget, Program};
/// let x = Expr::var("x");
/// let f = Program::compile(&[x.sin()], &[Symbol::new("x")])?;
/// let mut panel = Panel::new("x", [-4.0, 4.0]);
/// panel.add("sin(x)", Shape::Curve { f, over: [-4.0, 4.0] });
/// let picture = Plot::new(vec![panel]).svg(&Budget::UNLIMITED)?;
/// assert!(picture.starts_with("<svg") && picture.contains("sin(x)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plot {
    /// Stands above the picture; empty for none.
    pub title: String,
    /// Width and height in pixels; see [`Plot::SIZES`].
    pub size: [f64; 2],
    /// From top to bottom.
    pub panels: Vec<Panel>,
}

/// A pair of axes, and what is drawn between them.
#[derive(Clone, Debug)]
pub struct Panel {
    /// To the right. Its range is what is seen.
    pub x: Axis,
    /// Upwards. Without a range it fits what is drawn.
    pub y: Axis,
    /// Is a unit upwards as long as one to the right?
    pub equal: bool,
    /// How much of the height is its own, beside the other panels'.
    pub share: f64,
    /// From the back to the front.
    pub layers: Vec<Layer>,
}

/// An axis: what is measured along it, and from where to where.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// Stands beside it; empty for none.
    pub label: String,
    /// The lower end first; `None` fits what is drawn.
    pub range: Option<[f64; 2]>,
}

/// Something drawn.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Stands in the legend; empty for no place in it.
    pub name: String,
    /// What it looks like.
    pub shape: Shape,
    /// Is the range of the panel made for it? What is not may reach a little beyond what is.
    pub leads: bool,
    /// The layer, counted from 0 in its panel, whose colour it has; `None` for one of its own.
    pub like: Option<usize>,
}

/// What a layer looks like. Points are `[x, y]`; where a number in them is not finite the line is broken.
#[derive(Clone, Debug)]
pub enum Shape {
    /// `y = f(x)`: a program of one variable, sampled as finely as the picture can show.
    Curve {
        /// One input, one output.
        f: Program,
        /// From where to where.
        over: [f64; 2],
    },
    /// Between two curves: `[x, one, other]`, ascending.
    Band {
        /// The places.
        at: Vec<[f64; 3]>,
        /// Is the sign of `other - one` written into it?
        signed: bool,
    },
    /// Measured points.
    Points {
        /// The places.
        at: Vec<[f64; 2]>,
        /// How far each may be off, up and down; fewer than there are points for none.
        errors: Vec<f64>,
    },
    /// Steps, one after the other.
    Path {
        /// The places.
        at: Vec<[f64; 2]>,
        /// Every how many of them there is a mark; 0 for none.
        marks: usize,
    },
    /// Lines from bottom to top.
    Verticals(Vec<f64>),
    /// Lines from left to right.
    Horizontals(Vec<f64>),
    /// `[from, to, height]`: bars from 0 up.
    Bars(Vec<[f64; 3]>),
    /// A landscape: bands of equal colour between levels, and a bar that says which is which.
    Landscape {
        /// Two inputs, one output.
        f: Program,
        /// About how many levels.
        levels: usize,
    },
    /// Lines along which a function of both axes has one of these values.
    Level {
        /// Two inputs, one output.
        f: Program,
        /// The values.
        at: Vec<f64>,
    },
    /// An arrow at every place of a grid.
    Field {
        /// Two inputs, two outputs.
        f: Program,
    },
    /// A short text beside a point.
    Note {
        /// The point.
        at: [f64; 2],
        /// The text.
        text: String,
    },
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// No layer has a finite number in the range.
    #[error("nothing of it has a value where the picture is")]
    Nothing,
    /// A range that is empty, turned round or not finite.
    #[error("a range goes from {low} to {high}")]
    Range {
        /// The lower end.
        low: f64,
        /// The higher end.
        high: f64,
    },
    /// Too small or too large a picture.
    #[error("a picture of {width} by {height}; from {} to {} pixels are possible", Plot::SIZES[0], Plot::SIZES[1])]
    Size {
        /// Asked for.
        width: f64,
        /// Asked for.
        height: f64,
    },
    /// More of something than a picture can show.
    #[error("{given} {what}; a picture shows {allowed}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// It costs more than is allowed, or was stopped.
    #[error(transparent)]
    Budget(#[from] ProgramError),
    /// A program that does not have the inputs and outputs of its shape.
    #[error("a layer needs {wanted}")]
    Program {
        /// Inputs and outputs.
        wanted: &'static str,
    },
}

impl PlotError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            PlotError::Nothing => "domain.nothing-to-draw",
            PlotError::Range { .. } => "request.range",
            PlotError::Size { .. } => "request.size",
            PlotError::TooMany { .. } => "budget.picture",
            PlotError::Budget(e) => e.code(),
            PlotError::Program { .. } => "internal.plot",
        }
    }
}

impl Plot {
    /// The smallest and the largest side of a picture, in pixels.
    pub const SIZES: [f64; 2] = [160.0, 4000.0];
    /// Most points of all layers together.
    pub const MAX_POINTS: usize = 200_000;
    /// Most layers of all panels together.
    pub const MAX_LAYERS: usize = 60;

    /// A picture of the usual size.
    pub fn new(panels: Vec<Panel>) -> Plot {
        Plot { title: String::new(), size: [720.0, 450.0], panels }
    }

    /// The picture, as the text of an SVG file.
    ///
    /// # Errors
    /// [`PlotError`]: there is nothing to draw, or too much of it.
    pub fn svg(&self, budget: &Budget<'_>) -> Result<String, PlotError> {
        self.check()?;
        let costs = self.panels.iter().flat_map(|panel| &panel.layers).map(|layer| layer.shape.cost());
        budget.allow(costs.fold(0, u64::saturating_add), 0)?;
        draw::draw(self, budget)
    }

    fn check(&self) -> Result<(), PlotError> {
        let [width, height] = self.size;
        let [least, most] = Plot::SIZES;
        if !self.size.iter().all(|side| (least..=most).contains(side)) {
            return Err(PlotError::Size { width, height });
        }
        let layers = || self.panels.iter().flat_map(|panel| &panel.layers);
        let given = layers().map(|layer| layer.shape.points()).sum();
        let bounds = [("points", given, Plot::MAX_POINTS), ("layers", layers().count(), Plot::MAX_LAYERS)];
        for (what, given, allowed) in bounds {
            if given > allowed {
                return Err(PlotError::TooMany { what, given, allowed });
            }
        }
        for panel in &self.panels {
            for [low, high] in [panel.x.range, panel.y.range].into_iter().flatten() {
                // So wide a range that its width overflows has no pixels; nor has one below the rounding of its ends.
                let width = high - low;
                if !(width > 1e-12 * low.abs().max(high.abs()) && width > 1e-290 && width < 1e290) {
                    return Err(PlotError::Range { low, high });
                }
            }
        }
        layers().try_for_each(|layer| layer.shape.check())
    }
}

impl Panel {
    /// An empty one that shows this range.
    pub fn new(label: &str, range: [f64; 2]) -> Panel {
        Panel {
            x: Axis { label: label.to_owned(), range: Some(range) },
            y: Axis::default(),
            equal: false,
            share: 1.0,
            layers: Vec::new(),
        }
    }

    /// Draws something in front of what is there; gives its number.
    pub fn add(&mut self, name: &str, shape: Shape) -> usize {
        let leads = !matches!(shape, Shape::Band { signed: false, .. });
        self.layers.push(Layer { name: name.to_owned(), shape, leads, like: None });
        self.layers.len() - 1
    }
}

impl Shape {
    fn points(&self) -> usize {
        match self {
            Shape::Band { at, .. } => at.len(),
            Shape::Points { at, .. } | Shape::Path { at, .. } => at.len(),
            Shape::Verticals(at) | Shape::Horizontals(at) => at.len(),
            Shape::Bars(bars) => bars.len(),
            Shape::Level { at, .. } => at.len(),
            Shape::Curve { .. } | Shape::Landscape { .. } | Shape::Field { .. } | Shape::Note { .. } => 1,
        }
    }

    /// Most operations that drawing it takes.
    fn cost(&self) -> u64 {
        let (f, places) = match self {
            Shape::Curve { f, .. } => (f, sample::MOST_VALUES),
            // Once for the land, once for the bar beside it.
            Shape::Landscape { f, .. } => (f, 2 * land::SIDE * land::SIDE),
            Shape::Level { f, at } => (f, (1 + at.len()) * land::FINE * land::FINE),
            Shape::Field { f } => (f, land::ARROWS * land::ARROWS),
            _ => return 0,
        };
        (f.instruction_count() as u64).saturating_mul(places as u64)
    }

    fn check(&self) -> Result<(), PlotError> {
        let (f, inputs, outputs, wanted) = match self {
            Shape::Curve { f, over: [low, high] } => {
                if !(low < high && (high - low).is_finite()) {
                    return Err(PlotError::Range { low: *low, high: *high });
                }
                (f, 1, 1, "a function of one variable")
            }
            Shape::Landscape { f, .. } | Shape::Level { f, .. } => (f, 2, 1, "a function of two variables"),
            Shape::Field { f } => (f, 2, 2, "two functions of two variables"),
            _ => return Ok(()),
        };
        if f.inputs().len() == inputs && f.output_count() == outputs {
            Ok(())
        } else {
            Err(PlotError::Program { wanted })
        }
    }
}
