//! `plot`: texts and numbers in, a picture out.
//!
//! Here: the request, which layer of a picture each of its parts becomes, the tube that is proven around a Taylor
//! polynomial. Not here: drawing (`plot`), the numbers themselves (a reply to `solve` or `fit` is drawn by who has it).
//! Start reading at [`PlotAsk`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::{Answered, Context, program_fault};
use super::reader::Reader;
use super::reply::{Answer, Fault};
use super::request::PointValue;
use super::series;
use super::solve::solve_fault;
use crate::expr::{Condition, ConditionKind, Expr, Func2, Symbol, apply2, select};
use crate::plot::{Axis, Panel, Plot, PlotError, Shape};
use crate::program::{Budget, Program, ProgramError, Workspace};
use crate::series::Kind;
use crate::solve::{self, RootOptions, Stop, System};
use crate::syntax::Lowered;

/// See [`super::Ask::Plot`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlotAsk {
    /// What is drawn, from the back to the front.
    pub layers: Vec<LayerAsk>,
    /// From where to where: of one name, or of two in the order of the alphabet, the second upwards.
    pub over: BTreeMap<String, [PointValue; 2]>,
    /// From where to where upwards; without it, as far as what is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<[PointValue; 2]>,
    /// What stands under it, in the place of the first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xlabel: Option<String>,
    /// What stands beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ylabel: Option<String>,
    /// What stands above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[f64; 2]>,
    /// Is a unit upwards as long as one to the right?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub equal: bool,
    /// A second panel under the first, over the same range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<BelowAsk>,
}

/// The panel under the first one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BelowAsk {
    /// What is drawn.
    pub layers: Vec<LayerAsk>,
    /// From where to where upwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<[PointValue; 2]>,
    /// What stands beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ylabel: Option<String>,
}

/// One thing in a picture: `{"draw": "curve", "expr": "sin(x)"}`. `name` stands in the legend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "draw", rename_all = "snake_case", deny_unknown_fields)]
pub enum LayerAsk {
    /// The curve of an expression.
    Curve {
        /// The text.
        expr: String,
        /// Only from here to there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<[PointValue; 2]>,
        /// In the legend; the text itself unless told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// The area between two curves, with its sign.
    Area {
        /// The text.
        expr: String,
        /// The other curve; the axis unless told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<String>,
        /// From here to there.
        over: [PointValue; 2],
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A Taylor polynomial, and the tube that the function is proven to stay in.
    Taylor {
        /// The text of the function.
        expr: String,
        /// The point.
        at: PointValue,
        /// The highest power that is kept.
        order: u32,
    },
    /// The steps of Newton's method.
    Newton {
        /// The text of the function.
        expr: String,
        /// Where they begin.
        from: PointValue,
    },
    /// Measured points.
    Points {
        /// The places.
        at: Vec<[f64; 2]>,
        /// How far each may be off; none unless told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<f64>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Steps from place to place.
    Path {
        /// The places.
        at: Vec<[f64; 2]>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A band: `[x, low, high]`.
    Band {
        /// The places, ascending.
        at: Vec<[f64; 3]>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Upright lines.
    Verticals {
        /// Where.
        at: Vec<f64>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Level lines.
    Horizontals {
        /// Where.
        at: Vec<f64>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Bars: `[from, to, height]`.
    Bars {
        /// The bars.
        at: Vec<[f64; 3]>,
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// The landscape of an expression in both names.
    Landscape {
        /// The text.
        expr: String,
        /// About how many levels; 10 unless told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        levels: Option<usize>,
    },
    /// The line where an equation in both names holds.
    Equation {
        /// The text.
        equation: String,
        /// In the legend; the text itself unless told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// An arrow at every place: two expressions in both names.
    Field {
        /// The texts.
        expr: [String; 2],
        /// In the legend.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A short text beside a place.
    Note {
        /// The place.
        at: [f64; 2],
        /// The text.
        text: String,
    },
}

/// Places at which an area or a tube is computed.
const STEPS: usize = 400;
/// Parts of each side for which a tube has a bound of its own.
const PARTS: usize = 64;
/// Most steps of Newton's method that are drawn.
const NEWTON: usize = 30;

impl Context<'_> {
    pub(super) fn plot(&self, reader: &Reader, ask: &PlotAsk) -> Answered {
        let mut names = Vec::new();
        let mut ranges = Vec::new();
        for (name, over) in &ask.over {
            names.push(self.number_variable(reader, name, "over")?);
            ranges.push(self.range(reader, over, "over")?);
        }
        if names.is_empty() || names.len() > 2 {
            let fault = Fault::new("request.range", format!("`over` has {} names", names.len()));
            return Err(fault.hint("one name for curves, two for a landscape").in_field("over").boxed());
        }
        let page = Page { context: self, reader, names: &names, ranges: &ranges };
        let label = ask.xlabel.clone().unwrap_or_else(|| names[0].name().to_owned());
        let mut first = page.panel(&label, &ask.layers, ask.y.as_ref(), ask.ylabel.as_deref(), "layers")?;
        if names.len() == 2 {
            first.y.range = first.y.range.or(Some(ranges[1]));
            if ask.ylabel.is_none() {
                first.y.label = names[1].name().to_owned();
            }
        }
        first.equal = ask.equal;
        let mut panels = vec![first];
        if let Some(below) = &ask.below {
            let y = below.y.as_ref();
            let panel = page.panel(&label, &below.layers, y, below.ylabel.as_deref(), "below")?;
            panels[0].share = 2.5;
            panels.push(panel);
        }
        let plot = Plot { title: ask.title.clone().unwrap_or_default(), ..Plot::new(panels) };
        let plot = Plot { size: ask.size.unwrap_or(plot.size), ..plot };
        let svg = plot.svg(&self.limits.effort().budget).map_err(|e| picture_fault(&e))?;
        Ok(Answer::Plot { svg })
    }

    fn range(&self, reader: &Reader, ends: &[PointValue; 2], field: &str) -> Answered<[f64; 2]> {
        let [low, high] = [&ends[0], &ends[1]].map(|end| self.float(reader, end));
        let range = [low?, high?];
        if range[0] < range[1] && (range[1] - range[0]).is_finite() {
            return Ok(range);
        }
        let message = format!("a range goes from {} to {}", range[0], range[1]);
        let fault = Fault::new("request.range", message).hint("write the smaller number first");
        Err(fault.in_field(field).boxed())
    }
}

/// What the layers of a picture have in common.
struct Page<'c> {
    context: &'c Context<'c>,
    reader: &'c Reader,
    names: &'c [Symbol],
    ranges: &'c [[f64; 2]],
}

impl Page<'_> {
    fn panel(
        &self,
        label: &str,
        layers: &[LayerAsk],
        y: Option<&[PointValue; 2]>,
        ylabel: Option<&str>,
        field: &str,
    ) -> Answered<Panel> {
        let mut panel = Panel::new(label, self.ranges[0]);
        let range = y.map(|y| self.context.range(self.reader, y, "y")).transpose()?;
        panel.y = Axis { label: ylabel.unwrap_or_default().to_owned(), range };
        let budget = self.context.limits.effort().budget;
        for (k, layer) in layers.iter().take(Plot::MAX_LAYERS + 1).enumerate() {
            budget.proceed(k as u64, layers.len() as u64).map_err(program_fault)?;
            self.layer(&mut panel, layer).map_err(|fault| match fault.field {
                Some(_) => fault,
                None => fault.in_field(&format!("{field}[{k}]")).boxed(),
            })?;
        }
        Ok(panel)
    }

    fn layer(&self, panel: &mut Panel, ask: &LayerAsk) -> Answered<()> {
        let named = |name: &Option<String>| name.clone().unwrap_or_default();
        match ask {
            LayerAsk::Curve { expr, over, name } => {
                let f = self.function(expr, 1)?;
                let over = self.part(over.as_ref())?;
                panel.add(name.as_deref().unwrap_or(expr), Shape::Curve { f, over });
            }
            LayerAsk::Area { expr, base, over, name } => {
                let f = self.lowered(expr)?;
                let base = base.as_ref().map(|text| self.lowered(text)).transpose()?;
                let base = base.unwrap_or_else(|| Expr::zero().into());
                let f = self.compile(&[guarded(&base), guarded(&f)], 1)?;
                let at = places(&f, self.part(Some(over))?, STEPS, |x, out| [x, out[0], out[1]]);
                panel.add(&named(name), Shape::Band { at, signed: true });
            }
            LayerAsk::Taylor { expr, at, order } => self.taylor(panel, expr, at, *order)?,
            LayerAsk::Newton { expr, from } => self.newton(panel, expr, from)?,
            LayerAsk::Points { at, errors, name } => {
                panel.add(&named(name), Shape::Points { at: at.clone(), errors: errors.clone() });
            }
            LayerAsk::Path { at, name } => {
                panel.add(&named(name), Shape::Path { at: at.clone(), marks: 1 });
            }
            LayerAsk::Band { at, name } => {
                panel.add(&named(name), Shape::Band { at: at.clone(), signed: false });
            }
            LayerAsk::Verticals { at, name } => {
                panel.add(&named(name), Shape::Verticals(at.clone()));
            }
            LayerAsk::Horizontals { at, name } => {
                panel.add(&named(name), Shape::Horizontals(at.clone()));
            }
            LayerAsk::Bars { at, name } => {
                panel.add(&named(name), Shape::Bars(at.clone()));
            }
            LayerAsk::Landscape { expr, levels } => {
                let f = self.function(expr, 2)?;
                panel.add("", Shape::Landscape { f, levels: levels.unwrap_or(10) });
            }
            LayerAsk::Equation { equation, name } => {
                let difference = self.reader.read_equation(equation)?;
                self.context.within_nodes(&difference.expr)?;
                let f = self.compile(&[guarded(&difference)], 2)?;
                panel.add(name.as_deref().unwrap_or(equation), Shape::Level { f, at: vec![0.0] });
            }
            LayerAsk::Field { expr, name } => {
                let parts = [self.lowered(&expr[0])?, self.lowered(&expr[1])?];
                let f = self.compile(&parts.each_ref().map(guarded), 2)?;
                panel.add(&named(name), Shape::Field { f });
            }
            LayerAsk::Note { at, text } => {
                panel.add("", Shape::Note { at: *at, text: text.clone() });
            }
        }
        Ok(())
    }

    /// A part of the range of the first name; all of it unless told.
    fn part(&self, over: Option<&[PointValue; 2]>) -> Answered<[f64; 2]> {
        over.map_or(Ok(self.ranges[0]), |over| self.context.range(self.reader, over, "over"))
    }

    fn lowered(&self, text: &str) -> Answered<Lowered> {
        let lowered = self.context.read_function(self.reader, text)?;
        if lowered.expr.shape().is_scalar() {
            return Ok(lowered);
        }
        let message = format!("`{text}` is {}; drawn are numbers", lowered.expr.shape());
        Err(Fault::new("shape.plot", message).hint("draw one entry of it").boxed())
    }

    fn function(&self, text: &str, variables: usize) -> Answered<Program> {
        self.compile(&[guarded(&self.lowered(text)?)], variables)
    }

    /// A program of the first name, or of both.
    fn compile(&self, outputs: &[Expr], variables: usize) -> Answered<Program> {
        if self.names.len() < variables {
            let fault = Fault::new("request.range", "this needs the ranges of two names");
            return Err(fault.hint("for example x=-2..2 y=-2..2").in_field("over").boxed());
        }
        Program::compile(outputs, &self.names[..variables]).map_err(|e| match &e {
            ProgramError::UnknownName { name, .. } => {
                let known: Vec<&str> = self.names[..variables].iter().map(Symbol::name).collect();
                Fault::new("name.without-value", format!("`{name}` has no value"))
                    .hint(format!("give it one, `{name} = 2`, or a range; drawn over {}", known.join(", ")))
                    .boxed()
            }
            _ => program_fault(e),
        })
    }

    fn taylor(&self, panel: &mut Panel, text: &str, at: &PointValue, order: u32) -> Answered<()> {
        let (x, over) = (&self.names[0], self.ranges[0]);
        let limit = self.context.limits.max_order;
        if order > limit {
            let message = format!("order {order} is above the limit of {limit}");
            return Err(Fault::new("budget.order", message).in_field("order").boxed());
        }
        let f = self.lowered(text)?;
        let at = vec![(x.clone(), self.context.exact(self.reader, at, "at")?)];
        let found = crate::series::taylor(&f.expr, &at, order, &self.reader.assumptions)
            .map_err(|stop| series::refused(&stop, "series"))?;
        let centre = self.context.float(self.reader, &PointValue::Text(at[0].1.to_string()))?;
        let polynomial = self.compile(std::slice::from_ref(&found.polynomial), 1)?;
        let tube = if found.kind == Kind::Taylor && !found.exact {
            let budget = self.context.limits.effort().budget;
            tube(&f.expr, &at, order, centre, over, &polynomial, &budget)
        } else {
            Vec::new()
        };
        let curve = Shape::Curve { f: self.compile(&[guarded(&f)], 1)?, over };
        let function = panel.add(text, curve);
        let name = match found.kind {
            Kind::Taylor => format!("Taylor polynomial of order {order}"),
            Kind::Laurent => format!("Laurent series to order {order}"),
            Kind::Puiseux => format!("Puiseux series to order {order}"),
        };
        let k = panel.add(&name, Shape::Curve { f: polynomial, over });
        // It runs away where it is no good; the function decides what is seen.
        panel.layers[k].leads = false;
        if tube.iter().any(|p| p[1].is_finite()) {
            let tube = panel.add("error bound, proven", Shape::Band { at: tube, signed: false });
            panel.layers[tube].like = Some(k);
        }
        let [y] = evaluate::<1>(&self.compile(&[guarded(&f)], 1)?, centre);
        let k = panel.add("", Shape::Points { at: vec![[centre, y]], errors: Vec::new() });
        panel.layers[k].like = Some(function);
        Ok(())
    }

    fn newton(&self, panel: &mut Panel, text: &str, from: &PointValue) -> Answered<()> {
        let f = self.lowered(text)?;
        let curve = Shape::Curve { f: self.compile(&[guarded(&f)], 1)?, over: self.ranges[0] };
        panel.add(text, curve);
        let start = [self.context.float(self.reader, from)?];
        let system = System::new(&[f.expr], &f.conditions, &self.names[..1]).map_err(solve_fault)?;
        let options = RootOptions { max_steps: NEWTON, ..RootOptions::default() };
        let found = solve::newton(&system, &start, &options, &self.context.limits.effort().budget)
            .map_err(solve_fault)?;
        // Up to the curve, along the tangent down to the axis.
        let steps: Vec<[f64; 2]> = found
            .trace
            .iter()
            .flat_map(|step| [[step.at[0], 0.0], [step.at[0], step.values[0]]])
            .filter(|place| place[1].is_finite())
            .collect();
        let count = found.trace.len().saturating_sub(1);
        let ends = if found.stop == Stop::Converged { "" } else { found.stop.word() };
        let comma = if ends.is_empty() { "" } else { ", " };
        let name = format!("Newton's path, {count} step{}{comma}{ends}", if count == 1 { "" } else { "s" });
        let k = panel.add(&name, Shape::Path { at: steps, marks: 2 });
        panel.layers[k].leads = false;
        Ok(())
    }
}

/// What has a value only where the text that was written has one.
fn guarded(lowered: &Lowered) -> Expr {
    lowered.conditions.iter().fold(lowered.expr.clone(), |e, condition| {
        let Condition { expr, kind } = condition;
        let holds = match kind {
            ConditionKind::Positive => apply2(Func2::Less, &Expr::zero(), expr),
            ConditionKind::NonNegative => apply2(Func2::LessEqual, &Expr::zero(), expr),
            // Single places, which a curve cannot show.
            ConditionKind::NonZero | ConditionKind::NoPole | ConditionKind::NotInteger => return e,
        };
        select(&holds, &e, &Expr::undefined())
    })
}

fn evaluate<const N: usize>(f: &Program, x: f64) -> [f64; N] {
    let mut out = [f64::NAN; N];
    // One input and N outputs: it cannot fail.
    let _ = f.evaluate(&[x], &mut out, &mut Workspace::new());
    out
}

/// A place for each of `count` steps over a range.
fn places(
    f: &Program,
    [low, high]: [f64; 2],
    count: usize,
    make: impl Fn(f64, [f64; 2]) -> [f64; 3],
) -> Vec<[f64; 3]> {
    (0..=count)
        .map(|k| if k == count { high } else { low + (high - low) * (k as f64 / count as f64) })
        .map(|x| make(x, evaluate::<2>(f, x)))
        .collect()
}

/// Where the function is proven to be: the polynomial and its bound above and below.
///
/// The bound of a part that reaches from the centre to `end` is `C |end - centre|^(order + 1)` with one `C` for all of
/// it (see [`crate::series::Remainder`]), so nearer to the centre it is as much smaller as that power.
fn tube(
    e: &Expr,
    at: &[(Symbol, Expr)],
    order: u32,
    centre: f64,
    over: [f64; 2],
    polynomial: &Program,
    budget: &Budget<'_>,
) -> Vec<[f64; 3]> {
    let side = |far: f64| -> Vec<(f64, f64)> {
        let ends = (1..=PARTS).map(|k| centre + (far - centre) * (k as f64 / PARTS as f64));
        ends.map(|end| {
            let bound = crate::series::remainder(e, at, order, &[(end.min(centre), end.max(centre))], budget);
            (end, bound.map_or(f64::NAN, |bound| bound.error))
        })
        .collect()
    };
    let (left, right) = (side(over[0]), side(over[1]));
    let bound = |x: f64| {
        let parts = if x < centre { &left } else { &right };
        let far = (x - centre).abs();
        let part = parts.iter().find(|(end, _)| (end - centre).abs() >= far);
        let (end, bound) = part.copied().unwrap_or((f64::NAN, f64::NAN));
        let near = (far / (end - centre).abs()).powi(order as i32 + 1);
        // The power is rounded; the last digit up covers it.
        bound * near * (1.0 + 1e-12)
    };
    (0..=STEPS)
        .map(|k| over[0] + (over[1] - over[0]) * (k as f64 / STEPS as f64))
        .map(|x| {
            let ([p], bound) = (evaluate::<1>(polynomial, x), bound(x));
            [x, p - bound, p + bound]
        })
        .collect()
}

fn picture_fault(e: &PlotError) -> Box<Fault> {
    let fault = Fault::new(e.code(), e.to_string());
    match e {
        PlotError::Nothing => fault.hint("try another range").boxed(),
        PlotError::Range { .. } => fault.hint("write the smaller number first").boxed(),
        PlotError::Size { .. } => fault.hint("for example 720 by 450").in_field("size").boxed(),
        PlotError::TooMany { .. } => fault.hint("draw some of them").boxed(),
        _ => fault.boxed(),
    }
}
