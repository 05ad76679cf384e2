//! A graph drawn by hand: heights at evenly spaced places, compared with a curve as far as a hand can draw it.
//!
//! Here: the heights as text, what counts as drawn right, what is wrong where, the slips that have a graph of their own.
//! Not here: drawing itself (the page), the words about a slip (`slips`).
//!
//! Tolerances. At each place the curve is taken over three hundredths of the width to either side, and a height may be
//! off by [`WITHIN`] of the window's height (or what the question says), but never by more than three tenths of what
//! the curve itself rises and falls. So a curve that passes has the model's signs, zeros, turns and ways up and down
//! wherever they are larger than that. Poles and jumps fill the band around them: there any height is right. Where
//! the curve leaves the window nothing has to be drawn.
//!
//! Invariant: the model's own curve passes, and so does one that is off by less than the tolerance.
//! Start reading at [`drawn()`].

use secant::calculus::derivative_within;
use secant::expr::{Expr, Symbol};
use secant::program::{Program, Workspace};
use secant::sheet::Fault;
use secant::sheet::figure::format_number;
use serde_json::Value;

use super::ask::Window;
use super::read::{Piece, Read, Side};
use super::reply::{Evidence, Method, NamedSlip, Part, Verdict};
use super::{Found, Grader};

/// How far a height may be off, as a part of the height of the window, where the question does not say.
pub(crate) const WITHIN: f64 = 0.12;
/// At how many places the page takes heights.
pub(crate) const PLACES: usize = 49;

/// Fewest and most heights of an answer.
const COUNT: std::ops::RangeInclusive<usize> = 9..=400;
/// How far the hand may be off sideways, as a part of the width.
const SIDEWAYS: f64 = 0.03;
/// The largest tolerance, as a part of what the curve itself rises and falls.
const OF_CURVE: f64 = 0.3;
/// Places around one at which the curve is looked at.
const AROUND: usize = 12;
/// A band that is higher than this part of the window says nothing.
const ANYTHING: f64 = 0.5;
/// A drawing is a slip's curve when this share of it agrees.
const AGREES: f64 = 0.85;
/// Most stretches that are told.
const MAX_TOLD: usize = 4;
/// Largest derivative that is looked for.
const MAX_NODES: usize = 3_000;

/// A height, or nothing where nothing is drawn.
pub(crate) type Height = Option<f64>;

/// The kind `drawn`.
pub(super) fn drawn(grader: &Grader<'_>, answer: &str, model: &str) -> Read<Found> {
    let window = window(grader)?;
    let side = grader.model();
    let right = side.formula(&side.written(&Piece::whole(model))?)?.expr;
    let x = variable(grader, &right)?;
    let curve = Function::of(&right, &x).ok_or_else(|| {
        side.trouble(Fault::new("unsupported.curve", format!("this has no value along `{x}` alone")))
    })?;
    let (heights, places) = heights(grader.answer(), answer)?;
    let bands = Bands::of(&|at| curve.at(at), &window, heights.len());
    let marks = bands.judge(&heights);
    let counted = marks.iter().flatten().count();
    if counted == 0 {
        return Ok(Found::undecided("the curve is nowhere in the window"));
    }
    let good = marks.iter().flatten().filter(|right| **right).count();
    let share = good as f64 / counted as f64;
    let runs = runs(&marks);
    let longest = runs.iter().map(|(from, to)| to - from + 1).max().unwrap_or(0);
    let is_right = longest <= (counted / 25).max(1) && counted - good <= counted / 16;
    let evidence = Evidence { method: Method::Comparison, points: counted };
    let drawn = heights.iter().flatten().count();
    let reading = Some(format!("{drawn} heights of {}", heights.len()));
    if is_right {
        return Ok(Found { evidence, reading, ..Found::new(Verdict::Right, "Right.".to_owned()) });
    }
    let mut stretches: Vec<(usize, usize)> = runs.clone();
    stretches.sort_by_key(|(from, to)| (std::cmp::Reverse(to - from), *from));
    stretches.truncate(MAX_TOLD);
    let told: Vec<(String, Wrong)> = stretches
        .iter()
        .map(|run| (stretch(&window, heights.len(), &x, *run), Wrong::find(&bands, &heights, *run)))
        .collect();
    let part = |((name, wrong), (from, to)): (&(String, Wrong), &(usize, usize))| Part {
        name: name.clone(),
        at: Some([places[*from][0], places[*to][1]]),
        verdict: Verdict::Wrong,
        message: wrong.detail(&x),
    };
    let parts = told.iter().zip(&stretches).map(part).collect();
    let percent = (share * 100.0).round().min(99.0);
    let (name, wrong) = &told[0];
    let say = format!("Not yet: {percent} % of the range is right. Look {name}: {}.", wrong.short());
    let slip = slip(grader, &right, &x, &window, &heights, share);
    let named = slip.map(|slip| NamedSlip {
        slip,
        at: None,
        would_give: String::new(),
        missing: None,
        explanation: 1,
        cost: 0,
    });
    let slips = named.into_iter().collect();
    Ok(Found { evidence, reading, parts, score: share.min(0.99), slips, ..Found::new(Verdict::Wrong, say) })
}

fn window(grader: &Grader<'_>) -> Read<Window> {
    let wrong = |message: &str| {
        let hint = "write `\"draw\": {\"x\": [-3, 3], \"y\": [-4, 4]}`";
        super::read::Trouble::Question(
            Fault::new("request.draw", message).hint(hint).in_field("draw").boxed(),
        )
    };
    let window = grader.ask.draw.ok_or_else(|| wrong("a drawn graph needs the window it is drawn in"))?;
    let good =
        |[from, to]: [f64; 2]| from.is_finite() && to.is_finite() && from < to && (to - from).is_finite();
    if !good(window.x) || !good(window.y) {
        return Err(wrong("a range of the window is empty"));
    }
    if !(0.0..=1.0).contains(&window.share()) {
        return Err(wrong("`within` is a part of the height of the window, from 0 to 1"));
    }
    Ok(window)
}

impl Window {
    fn share(&self) -> f64 {
        self.within.unwrap_or(WITHIN)
    }

    fn width(&self) -> f64 {
        self.x[1] - self.x[0]
    }

    pub(crate) fn height(&self) -> f64 {
        self.y[1] - self.y[0]
    }

    /// The place of a height, counted from 0.
    fn place(&self, k: usize, count: usize) -> f64 {
        self.x[0] + self.width() * k as f64 / (count.max(2) - 1) as f64
    }
}

/// The name along which the curve runs.
fn variable(grader: &Grader<'_>, model: &Expr) -> Read<Symbol> {
    if let Some(name) = &grader.ask.wrt {
        return Ok(Symbol::new(name));
    }
    let free = model.free_symbols();
    match (free.len(), free.iter().next()) {
        (0, _) => Ok(Symbol::new("x")),
        (1, Some(only)) => Ok(only.clone()),
        _ => {
            let fault = Fault::new("request.wrt", "the curve speaks of several names");
            Err(grader.model().trouble(fault.hint("say along which one it is drawn with `wrt`")))
        }
    }
}

/// The heights of a text, and where each stands in it.
fn heights(side: Side<'_>, text: &str) -> Read<(Vec<Height>, Vec<[usize; 2]>)> {
    let whole = Piece::whole(text);
    let piece = whole.inside('[', ']').unwrap_or(whole);
    let parts = piece.split(&[","]);
    let hint = "write numbers from left to right, `null` where there is no curve: `[0.5, 1, null, …]`";
    if piece.text.trim().is_empty() {
        return Err(
            side.trouble(Fault::new("syntax.empty", "nothing is drawn yet").hint("draw a curve first"))
        );
    }
    if !COUNT.contains(&parts.len()) {
        let message =
            format!("these are {} heights; from {} to {} are read", parts.len(), COUNT.start(), COUNT.end());
        return Err(side.trouble(Fault::new("syntax.heights", message).hint(hint)));
    }
    let mut heights = Vec::with_capacity(parts.len());
    for part in &parts {
        let word = part.text.trim();
        let height = match word {
            "null" => None,
            number => match number.replace('−', "-").parse::<f64>() {
                Ok(height) if height.is_finite() => Some(height),
                _ => {
                    let fault = Fault::new("syntax.number", format!("`{word}` is no height"));
                    return Err(side.trouble(Fault { at: Some(part.span()), ..fault }.hint(hint)));
                }
            },
        };
        heights.push(height);
    }
    if heights.iter().all(Option::is_none) {
        return Err(
            side.trouble(Fault::new("syntax.empty", "nothing is drawn yet").hint("draw a curve first"))
        );
    }
    Ok((heights, parts.iter().map(Piece::span).collect()))
}

/// Heights as the text that is read again.
pub(crate) fn text(heights: &[Height]) -> String {
    let words = heights.iter().map(|height| height.map_or("null".to_owned(), |h| h.to_string()));
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}

/// How many heights a text has, and how many of them are drawn; none where it is no such text.
pub(crate) fn count(text: &str) -> Option<(usize, usize)> {
    let text = text.trim();
    let inside = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let words: Vec<&str> = inside.split(',').map(str::trim).collect();
    let drawn = words.iter().filter(|w| w.replace('−', "-").parse::<f64>().is_ok_and(f64::is_finite)).count();
    (words.iter().filter(|w| **w == "null").count() + drawn == words.len()).then_some((words.len(), drawn))
}

/// A formula of one name as a function.
struct Function(Program);

impl Function {
    fn of(e: &Expr, x: &Symbol) -> Option<Function> {
        if e.free_symbols().iter().any(|s| s != x) {
            return None;
        }
        Program::compile(std::slice::from_ref(e), std::slice::from_ref(x)).ok().map(Function)
    }

    fn at(&self, x: f64) -> f64 {
        let mut out = [f64::NAN];
        match self.0.evaluate(&[x], &mut out, &mut Workspace::new()) {
            Ok(()) => out[0],
            Err(_) => f64::NAN,
        }
    }
}

/// The heights of a curve at evenly spaced places; none where it leaves the window.
pub(crate) fn sample(e: &Expr, x: &str, window: &Window, count: usize) -> Option<Vec<Height>> {
    let function = Function::of(e, &Symbol::new(x))?;
    Some(sampled(&|at| function.at(at), window, count))
}

fn sampled(f: &dyn Fn(f64) -> f64, window: &Window, count: usize) -> Vec<Height> {
    // A thousandth of the window is finer than any hand.
    let digits = (3.0 - window.height().log10().floor()).clamp(0.0, 12.0) as i32;
    let unit = 10_f64.powi(digits);
    let heights = (0..count).map(|k| f(window.place(k, count)));
    let seen =
        heights.map(|y| (y >= window.y[0] && y <= window.y[1]).then_some((y * unit).round() / unit + 0.0));
    seen.collect()
}

/// What a height may be at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Band {
    /// Anything: a pole, a jump, no value.
    Free,
    /// Above (`true`) or below the window: nothing, or along that edge.
    Outside(bool),
    /// Between these; does the curve leave the window there?
    Inside(f64, f64, bool),
}

/// A curve as a hand can draw it.
struct Bands {
    window: Window,
    bands: Vec<Band>,
    /// The curve itself at the places, within the window.
    middle: Vec<f64>,
    tolerance: f64,
}

impl Bands {
    fn of(f: &dyn Fn(f64) -> f64, window: &Window, count: usize) -> Bands {
        let [low, high] = window.y;
        let reach = SIDEWAYS * window.width();
        let (mut bands, mut middle) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for k in 0..count {
            let x = window.place(k, count);
            let around = (0..=AROUND).map(|j| {
                let at = x + reach * (2.0 * j as f64 / AROUND as f64 - 1.0);
                f(at.clamp(window.x[0], window.x[1]))
            });
            let around: Vec<f64> = around.chain([f(x)]).collect();
            let (least, most) =
                around.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(*y), b.max(*y)));
            bands.push(if around.iter().any(|y| y.is_nan()) {
                Band::Free
            } else if least > high {
                Band::Outside(true)
            } else if most < low {
                Band::Outside(false)
            } else {
                let leaves = least < low || most > high;
                let (least, most) = (least.max(low), most.min(high));
                if most - least > ANYTHING * window.height() {
                    Band::Free
                } else {
                    Band::Inside(least, most, leaves)
                }
            });
            middle.push(f(x).clamp(low, high));
        }
        let inside = bands.iter().filter_map(|band| match band {
            Band::Inside(a, b, _) => Some((*a, *b)),
            Band::Free | Band::Outside(_) => None,
        });
        let (least, most) =
            inside.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (c, d)| (a.min(c), b.max(d)));
        let full = window.share() * window.height();
        let own = most - least;
        // What hardly moves is judged by the window alone.
        let tolerance = if own > 0.02 * window.height() { full.min(OF_CURVE * own) } else { full };
        Bands { window: *window, bands, middle, tolerance }
    }

    /// Whether each height is right; nothing where none is asked for.
    fn judge(&self, heights: &[Height]) -> Vec<Option<bool>> {
        let t = self.tolerance;
        let [low, high] = self.window.y;
        let one = |(band, height): (&Band, &Height)| match (band, height) {
            (Band::Free, _) | (Band::Outside(_) | Band::Inside(_, _, true), None) => None,
            (Band::Outside(true), Some(y)) => Some(*y >= high - t),
            (Band::Outside(false), Some(y)) => Some(*y <= low + t),
            (Band::Inside(..), None) => Some(false),
            (Band::Inside(a, b, _), Some(y)) => Some(*y >= a - t && *y <= b + t),
        };
        self.bands.iter().zip(heights).map(one).collect()
    }

    /// The share of the drawing that is right; 0 where there is too little to see.
    fn share(&self, heights: &[Height]) -> f64 {
        let marks = self.judge(heights);
        let counted = marks.iter().flatten().count();
        if 2 * counted < heights.len() {
            return 0.0;
        }
        marks.iter().flatten().filter(|right| **right).count() as f64 / counted as f64
    }
}

/// Stretches of wrong places, as first and last.
fn runs(marks: &[Option<bool>]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (k, mark) in marks.iter().enumerate() {
        match (mark, runs.last_mut()) {
            (Some(false), Some(run)) if open => run.1 = k,
            (Some(false), _) => runs.push((k, k)),
            _ => {}
        }
        open = *mark == Some(false);
    }
    runs
}

/// "from x = -2 to x = 0.5"
fn stretch(window: &Window, count: usize, x: &Symbol, (from, to): (usize, usize)) -> String {
    let at = |k: usize| format_number(window.place(k, count), 2);
    if from == to {
        format!("near {x} = {}", at(from))
    } else {
        format!("from {x} = {} to {x} = {}", at(from), at(to))
    }
}

/// What is wrong with a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    Missing,
    /// Should it be above 0?
    Sign(bool),
    /// Should it rise?
    Way(bool),
    /// It should cross 0 there.
    Zero(f64),
    /// It should turn there.
    Turn(f64),
    /// Is it too low?
    Height(bool),
}

impl Wrong {
    fn find(bands: &Bands, heights: &[Height], (from, to): (usize, usize)) -> Wrong {
        let (t, m, count) = (bands.tolerance, &bands.middle, heights.len());
        let stretch = from..=to;
        let places = to - from + 1;
        let most = |n: usize| 2 * n > places;
        if most(stretch.clone().filter(|k| heights[*k].is_none()).count()) {
            return Wrong::Missing;
        }
        let pairs: Vec<(f64, f64)> = stretch
            .clone()
            .filter_map(|k| Some((heights[k]?, m[k])))
            .filter(|(_, m)| m.is_finite())
            .collect();
        let crosses = |which: fn(&(f64, f64)) -> f64| {
            let signs: Vec<(usize, bool)> = pairs
                .iter()
                .enumerate()
                .filter(|(_, p)| which(p) != 0.0)
                .map(|(k, p)| (k, which(p) > 0.0))
                .collect();
            signs.windows(2).find(|w| w[0].1 != w[1].1).map(|w| w[1].0)
        };
        if let Some(k) = crosses(|p| p.1)
            && crosses(|p| p.0).is_none()
        {
            return Wrong::Zero(bands.window.place(from + k, count));
        }
        let opposite = pairs.iter().filter(|(y, m)| y * m < 0.0 && m.abs() > t / 2.0).count();
        if most(opposite) {
            return Wrong::Sign(2 * pairs.iter().filter(|(_, m)| *m > 0.0).count() > pairs.len());
        }
        if let [(y0, m0), .., (y1, m1)] = pairs.as_slice() {
            let travelled: f64 = pairs.windows(2).map(|w| (w[1].1 - w[0].1).abs()).sum();
            let (mine, theirs) = (y1 - y0, m1 - m0);
            let one_way = theirs.abs() > t && theirs.abs() > 0.8 * travelled;
            if one_way && mine * theirs < 0.0 && mine.abs() > t / 2.0 {
                return Wrong::Way(theirs > 0.0);
            }
        }
        let turns = |which: fn(&(f64, f64)) -> f64| {
            pairs.windows(3).position(|w| {
                let (a, b) = (which(&w[1]) - which(&w[0]), which(&w[2]) - which(&w[1]));
                a * b < 0.0
            })
        };
        if let Some(k) = turns(|p| p.1)
            && turns(|p| p.0).is_none()
        {
            return Wrong::Turn(bands.window.place(from + k + 1, count));
        }
        Wrong::Height(2 * pairs.iter().filter(|(y, m)| y < m).count() > pairs.len())
    }

    /// What is to be seen, without what would be right.
    fn short(self) -> &'static str {
        match self {
            Wrong::Missing => "nothing is drawn there",
            Wrong::Sign(_) => "it is on the wrong side of 0",
            Wrong::Way(true) => "it falls where it should not",
            Wrong::Way(false) => "it rises where it should not",
            Wrong::Zero(_) => "a place where it crosses 0 is missing",
            Wrong::Turn(_) => "a place where it turns is missing",
            Wrong::Height(true) => "it is too low",
            Wrong::Height(false) => "it is too high",
        }
    }

    /// What would be right.
    fn detail(self, x: &Symbol) -> String {
        let near = |at: f64| format!("near {x} = {}", format_number(at, 2));
        match self {
            Wrong::Missing => "nothing is drawn there, and the curve is in the window".to_owned(),
            Wrong::Sign(true) => "it should be above 0".to_owned(),
            Wrong::Sign(false) => "it should be below 0".to_owned(),
            Wrong::Way(true) => "it should rise".to_owned(),
            Wrong::Way(false) => "it should fall".to_owned(),
            Wrong::Zero(at) => format!("it should cross 0 {}", near(at)),
            Wrong::Turn(at) => format!("it should turn {}", near(at)),
            Wrong::Height(true) => "it is too low".to_owned(),
            Wrong::Height(false) => "it is too high".to_owned(),
        }
    }
}

/// A function that somebody may have drawn instead.
struct Candidate {
    slip: &'static str,
    curve: Box<dyn Fn(f64) -> f64>,
    /// Is it known up to a constant only?
    floats: bool,
}

/// The curves that slips lead to.
fn candidates(grader: &Grader<'_>, model: &Expr, x: &Symbol, window: &Window) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut add = |slip: &'static str, e: Option<Expr>, floats: bool| {
        if let Some(f) = e.and_then(|e| Function::of(&e, x)) {
            found.push(Candidate { slip, curve: Box::new(move |at| f.at(at)), floats });
        }
    };
    let slope = |e: &Expr| derivative_within(e, x, MAX_NODES);
    add("graph-upside-down", Some(-model.clone()), false);
    let task = grader.ask.task.clone().or_else(|| grader.task_of_model());
    let is = |op: &str| task.as_ref().and_then(|t| t.get("op")).and_then(Value::as_str) == Some(op);
    let worked_on = task.as_ref().and_then(|t| t.get("expr")).and_then(Value::as_str).and_then(|text| {
        let side = grader.model();
        side.formula(&side.written(&Piece::whole(text)).ok()?).ok()
    });
    match worked_on.map(|f| f.expr) {
        Some(f) if is("diff") => {
            let twice = task.as_ref().and_then(|t| t.get("order")).and_then(Value::as_u64) == Some(2);
            add("not-differentiated", Some(f.clone()), true);
            if twice {
                add("differentiated-once-only", slope(&f), false);
            } else {
                add("differentiated-twice", slope(model), false);
                let whole = Function::of(&f, x).map(|f| summed(&|at| f.at(at), window));
                if let Some(sums) = whole {
                    let (from, width) = (window.x[0], window.width());
                    let curve = Box::new(move |at: f64| along(&sums, (at - from) / width));
                    found.push(Candidate { slip: "integrated-instead", curve, floats: true });
                }
            }
        }
        Some(f) if is("integrate") => {
            add("not-integrated", Some(f.clone()), false);
            add("differentiated-instead", slope(&f), false);
        }
        _ => add("differentiated-instead", slope(model), false),
    }
    found
}

/// Steps of a sum that stands for an area.
const STEPS: usize = 400;

/// The area under a curve from the left edge on, at evenly spaced places.
fn summed(f: &dyn Fn(f64) -> f64, window: &Window) -> Vec<f64> {
    let step = window.width() / STEPS as f64;
    let value = |k: usize| f(window.x[0] + step * k as f64);
    let mut sums = vec![0.0];
    for k in 0..STEPS {
        let area = step * (value(k) + value(k + 1)) / 2.0;
        sums.push(sums[k] + area);
    }
    sums
}

/// The value of evenly spaced numbers at a part of the way.
fn along(values: &[f64], part: f64) -> f64 {
    let at = part.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let k = (at as usize).min(values.len() - 2);
    values[k] + (at - k as f64) * (values[k + 1] - values[k])
}

/// The slip that a drawing shows, if one explains it much better than the model does.
fn slip(
    grader: &Grader<'_>,
    right: &Expr,
    x: &Symbol,
    window: &Window,
    heights: &[Height],
    share: f64,
) -> Option<&'static str> {
    let own = Function::of(right, x)?;
    let model = |at: f64| own.at(at);
    let count = heights.len();
    let mut best: Option<(&'static str, f64)> = None;
    let mut offer = |slip: &'static str, f: &dyn Fn(f64) -> f64, price: f64| {
        let agrees = Bands::of(f, window, count).share(heights);
        let worth = agrees - price;
        if agrees >= AGREES && worth > share + 0.1 && best.is_none_or(|(_, b)| worth > b + 1e-9) {
            best = Some((slip, worth));
        }
    };
    // How far a drawing lies above a curve, as a whole.
    let above = |f: &dyn Fn(f64) -> f64| {
        let far = heights.iter().enumerate().filter_map(|(k, y)| Some((*y)? - f(window.place(k, count))));
        let mut far: Vec<f64> = far.filter(|d| d.is_finite()).collect();
        far.sort_by(f64::total_cmp);
        far.get(far.len() / 2).copied()
    };
    let few = candidates(grader, right, x, window);
    for candidate in &few {
        offer(candidate.slip, &candidate.curve, 0.0);
        if candidate.floats
            && let Some(up) = above(&candidate.curve)
        {
            offer(candidate.slip, &|at| (candidate.curve)(at) + up, 0.03);
        }
    }
    if let Some(up) = above(&model) {
        offer("graph-too-high-or-low", &|at| model(at) + up, 0.04);
    }
    for k in 2..=14 {
        for far in [-0.025 * f64::from(k), 0.025 * f64::from(k)] {
            offer("graph-moved-sideways", &|at| model(at - far * window.width()), 0.05);
        }
    }
    best.map(|(slip, _)| slip)
}

/// The drawings of the slips that a question has, as far as they show in its window and differ from what is right.
pub(crate) fn drawings_of_slips(ask: &super::GradeAsk, names: &super::Names) -> Vec<(&'static str, String)> {
    let grader = Grader::plain(ask, names);
    let found = || -> Read<Vec<(&'static str, String)>> {
        let window = window(&grader)?;
        let side = grader.model();
        let right = side.formula(&side.written(&Piece::whole(&ask.model.text()))?)?.expr;
        let x = variable(&grader, &right)?;
        let Some(own) = Function::of(&right, &x) else { return Ok(Vec::new()) };
        let bands = Bands::of(&|at| own.at(at), &window, PLACES);
        let mut drawings = Vec::new();
        for candidate in candidates(&grader, &right, &x, &window) {
            let heights = sampled(&candidate.curve, &window, PLACES);
            let drawn = heights.iter().flatten().count();
            let share = bands.share(&heights);
            let shows = 4 * drawn >= 3 * PLACES
                && share < 0.6
                && slip(&grader, &right, &x, &window, &heights, share) == Some(candidate.slip);
            if shows {
                drawings.push((candidate.slip, text(&heights)));
            }
        }
        Ok(drawings)
    };
    found().unwrap_or_default()
}
