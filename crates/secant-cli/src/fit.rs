//! `fit`: a model to the rows of a file.
//!
//! Here: the words of the command, the picture of a fit. Not here: what a file means (`data`), the fit itself (the engine).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::bail;
use secant::expr::Symbol;
use secant::fit::Rows as _;
use secant::program::Column;
use secant::sheet::{
    Answer, Ask, At, EvaluateAsk, Fault, LayerAsk, Nested, ParseAsk, PlotAsk, PointValue, Reply, Request, run,
};
use serde_json::{Map, Value, json};

use crate::args::FitArgs;
use crate::asked::{SignOfLife, base, box_of, draw, point, stoppable, values};
use crate::data::{FileRows, fit_file};
use crate::picture;
use crate::solve::around;
use crate::words::{Texts, limits, named, show_reply, statements};

/// Places at which the bands of a picture are computed.
const PLACES: usize = 200;
/// Rows above which a picture shows only some, evenly among them.
const SHOWN: usize = 2_000;

/// `secant fit 'y ~ a exp(-b x)' data.csv`
pub(crate) fn fit(args: &FitArgs, out: &mut impl Write) -> anyhow::Result<u8> {
    if let Some(path) = &args.plot {
        picture::kind(path)?;
    }
    let (model, define) = statements(&args.model, &args.names);
    let texts = Texts { expr: &model, by: None, at: &[], place: "", names: &args.names, define: &define };
    let mut request = request(args, &model, &define);
    let sight = match &args.plot {
        Some(_) => Some(Sight::of(&model, &args.data, args.sigma.as_deref(), &texts)?),
        None => None,
    };
    if let Some(sight) = &sight {
        request.insert("bands".into(), json!({ &sight.name: sight.all() }));
    }
    let reply = ask(request, &args.data);
    let said = |fault: &Fault| match fault.field.as_deref() {
        Some("model") => Some(model.as_str()),
        _ => texts.at_fault(fault),
    };
    let code = show_reply(&reply, args.format, "--fix ", said, out)?;
    if let (Some(sight), Some(path), Ok(_)) = (&sight, &args.plot, &reply.outcome) {
        let found = serde_json::to_value(&reply)?;
        let (ask, meanings) = sight.drawn(&found);
        let define: Vec<String> = define.iter().cloned().chain(meanings).collect();
        draw(&named(Ask::Plot(ask), &Texts { define: &define, ..texts }), path)?;
    }
    Ok(code)
}

fn request(args: &FitArgs, model: &str, define: &[String]) -> Map<String, Value> {
    let mut request = base("fit", &args.names, define);
    request.insert("model".into(), json!(model));
    request.insert("data".into(), json!(args.data));
    if let Some(sigma) = &args.sigma {
        request
            .insert("sigma".into(), sigma.parse::<f64>().map_or_else(|_| json!(sigma), |sigma| json!(sigma)));
    }
    for (field, list) in [("start", &args.start), ("fixed", &args.fix)] {
        if !list.is_empty() {
            request.insert(field.into(), point(list));
        }
    }
    if !args.bound.is_empty() {
        request.insert("bounds".into(), box_of(&args.bound));
    }
    for (field, word) in [("loss", &args.loss), ("method", &args.method)] {
        if let Some(word) = word {
            request.insert(field.into(), json!(word));
        }
    }
    if args.profile {
        request.insert("profile".into(), json!(true));
    }
    request
}

/// The reply to a request about the rows of a file.
fn ask(request: Map<String, Value>, path: &Path) -> Reply {
    match Request::from_json(Value::Object(request)) {
        Ok(request) => {
            let _sign = SignOfLife::of("fitting");
            fit_file(&request, path, None, &stoppable())
        }
        Err((id, fault)) => Reply { id, outcome: Err(fault) },
    }
}

/// What a picture of a fit shows of the rows: one column to the right, the left side of the model upwards.
struct Sight {
    name: String,
    right: String,
    left: String,
    /// Places of the curve.
    grid: Vec<f64>,
    /// The rows.
    x: Vec<f64>,
    y: Vec<f64>,
    errors: Vec<f64>,
}

impl Sight {
    fn of(model: &str, path: &Path, sigma: Option<&str>, texts: &Texts<'_>) -> anyhow::Result<Sight> {
        let Some((left, right)) = model.split_once('~') else {
            bail!("`{model}` is not a model; write what is observed, ~, and what it is: y ~ a + b x");
        };
        let mut rows = FileRows::open(path)?;
        let known = rows.names().to_vec();
        let is_column = |name: &String| known.iter().any(|column| column.name() == name);
        let columns =
            |text: &str| -> Vec<String> { free(text, texts).into_iter().filter(is_column).collect() };
        let (seen, observed) = (columns(right), columns(left));
        let [name] = &seen[..] else {
            bail!("a picture needs one column on the right side of the model; there are {}", seen.len());
        };
        let spread = sigma.filter(|sigma| known.iter().any(|column| column.name() == *sigma));
        let wanted: Vec<String> =
            observed.iter().cloned().chain([name.clone()]).chain(spread.map(str::to_owned)).collect();
        let columns = some_rows(&mut rows, &wanted)?;
        let of = |name: &str| columns.get(name).cloned().unwrap_or_default();
        let x = of(name);
        let at = (0..x.len()).map(|k| {
            observed.iter().map(|name| (name.clone(), PointValue::Number(columns[name][k]))).collect()
        });
        let ask = Ask::Evaluate(EvaluateAsk { expr: left.trim().to_owned(), at: At::Many(at.collect()) });
        let y = match run(&named(ask, texts), &limits()).outcome {
            Ok(Answer::Values { values }) => {
                values.iter().map(|v| if let Nested::One(v) = v { v.0 } else { f64::NAN }).collect()
            }
            Ok(_) => Vec::new(),
            Err(fault) => bail!("the left side of the model cannot be drawn: {fault}"),
        };
        let errors = match (spread, sigma.map(str::parse::<f64>)) {
            (Some(column), _) => of(column),
            (None, Some(Ok(sigma))) => vec![sigma; x.len()],
            _ => Vec::new(),
        };
        let [low, high] = around(x.iter().copied());
        let (low, high) = (low + 0.16 * (high - low), high - 0.16 * (high - low));
        let grid = (0..=PLACES).map(|k| low + (high - low) * (k as f64 / PLACES as f64)).collect();
        let (left, right) = (left.trim().to_owned(), right.trim().to_owned());
        Ok(Sight { name: name.clone(), right, left, grid, x, y, errors })
    }

    /// Where bands are asked for: the places of the curve, then the rows.
    fn all(&self) -> Vec<f64> {
        [self.grid.as_slice(), &self.x].concat()
    }

    /// The rows, the model with its bands, what is left over; and what the parameters mean.
    fn drawn(&self, found: &Value) -> (PlotAsk, Vec<String>) {
        let numbers = |list: &Value| -> Vec<f64> {
            list.as_array().into_iter().flatten().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
        };
        let bands = &found["bands"];
        let value = numbers(&bands["value"]);
        let band = |kind: &str, name: &str| {
            let half = numbers(&bands[kind]);
            let at: Vec<[f64; 3]> = self
                .grid
                .iter()
                .zip(value.iter().zip(half))
                .map(|(x, (y, half))| [*x, y - half, y + half])
                .collect();
            (!at.is_empty()).then(|| LayerAsk::Band { at, name: Some(name.to_owned()) })
        };
        let points = |y: Vec<f64>, name: Option<String>| LayerAsk::Points {
            at: self.x.iter().copied().zip(y).map(|(x, y)| [x, y]).collect(),
            errors: self.errors.clone(),
            name,
        };
        let level = bands["level"].as_f64().map_or(String::new(), |level| format!(", {} %", 100.0 * level));
        let mut layers = vec![
            points(self.y.clone(), Some("data".to_owned())),
            LayerAsk::Curve { expr: self.right.clone(), over: None, name: None },
        ];
        layers.extend(band("confidence", &format!("confidence{level}")));
        layers.extend(band("prediction", &format!("prediction{level}")));
        let rest = self.y.iter().zip(value.iter().skip(self.grid.len())).map(|(y, f)| y - f).collect();
        let below = secant::sheet::BelowAsk {
            layers: vec![points(rest, None), LayerAsk::Horizontals { at: vec![0.0], name: None }],
            y: None,
            ylabel: Some("residual".to_owned()),
        };
        let ends = [self.grid[0], self.grid[PLACES]];
        let over = [(self.name.clone(), values(ends))].into_iter().collect();
        let ylabel = Some(self.left.clone());
        let meanings = found["params"].as_object().into_iter().flatten();
        let meanings = meanings.map(|(name, param)| format!("{name} = {}", param["value"])).collect();
        let size = Some([720.0, 560.0]);
        (PlotAsk { layers, over, ylabel, size, below: Some(below), ..PlotAsk::default() }, meanings)
    }
}

/// The names in a text that have no meaning yet.
fn free(text: &str, texts: &Texts<'_>) -> Vec<String> {
    let ask = Ask::Parse(ParseAsk { expr: Some(text.trim().to_owned()), latex: None });
    match run(&named(ask, texts), &limits()).outcome {
        Ok(Answer::Parse { free, .. }) => free,
        _ => Vec::new(),
    }
}

/// These columns of a file; of many rows some, evenly among them.
fn some_rows(rows: &mut FileRows, wanted: &[String]) -> anyhow::Result<BTreeMap<String, Vec<f64>>> {
    let symbols: Vec<Symbol> = wanted.iter().map(|name| Symbol::new(name)).collect();
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
    // Every so many rows; twice as many as soon as there are too many.
    let (mut every, mut seen) = (1, 0);
    rows.visit(&symbols, &mut |block| {
        let length =
            block.first().map_or(0, |column| if let Column::Values(x) = column { x.len() } else { 0 });
        for k in 0..length {
            if (seen + k) % every == 0 {
                for (column, part) in columns.iter_mut().zip(block) {
                    if let Column::Values(part) = part {
                        column.push(part[k]);
                    }
                }
            }
            if columns.first().is_some_and(|column| column.len() > SHOWN) {
                every *= 2;
                for column in &mut columns {
                    let mut number = 0;
                    column.retain(|_| {
                        number += 1;
                        number % 2 == 1
                    });
                }
            }
        }
        seen += length;
        Ok(())
    })?;
    Ok(wanted.iter().cloned().zip(columns).collect())
}
