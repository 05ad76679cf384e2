//! Requests: what may be asked, and how JSON says it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fits::FitAsk;
use super::minima::MinimizeAsk;
use super::plot::PlotAsk;
use super::reply::Fault;
use super::solve::SolveAsk;

/// One request. `id` comes back in the reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Anything; it comes back as it is.
    pub id: Value,
    /// Shapes of names: `"X": "matrix(m, n)"`. Names without one are scalars.
    pub declare: BTreeMap<String, String>,
    /// Names with a meaning, in any order: `f(x, y) = x^2 y`, `A = [1, 2; 3, 4]`; declarations, too: `w: vector(n)`.
    pub define: Vec<String>,
    /// What may be taken for granted: `"a > 0"`.
    pub assume: Vec<String>,
    /// Notations wanted beside the text.
    pub also: Vec<Also>,
    /// The question.
    pub ask: Ask,
}

/// A notation wanted beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Also {
    /// LaTeX.
    Latex,
    /// Presentation MathML.
    Mathml,
}

/// The question of a [`Request`].
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// `parse`: the canonical form of a text.
    Parse(ParseAsk),
    /// `evaluate`: values at points.
    Evaluate(EvaluateAsk),
    /// `diff`: a derivative.
    Diff(DiffAsk),
    /// `explain`: the steps to an answer.
    Explain(ExplainAsk),
    /// `equal`: are two expressions equal?
    Equal(EqualAsk),
    /// `simplify`: the form a person would write.
    Simplify(SimplifyAsk),
    /// `grad`: the derivatives of a scalar by one or several names.
    Grad(DerivativesAsk),
    /// `jacobian`: the derivatives of one or several expressions.
    Jacobian(DerivativesAsk),
    /// `hessian`: the second derivatives of a scalar.
    Hessian(DerivativesAsk),
    /// `implicit_diff`: of a function given by an equation.
    ImplicitDiff(ImplicitDiffAsk),
    /// `parametric_diff`: along a curve given by a parameter.
    ParametricDiff(ParametricDiffAsk),
    /// `taylor`: the terms of a series.
    Taylor(TaylorAsk),
    /// `limit`: what is approached.
    Limit(LimitAsk),
    /// `integrate`: an antiderivative, or an integral over a range.
    Integrate(IntegrateAsk),
    /// `solve`: roots.
    Solve(SolveAsk),
    /// `plot`: a picture.
    Plot(PlotAsk),
    /// `minimize`: minima.
    Minimize(MinimizeAsk),
    /// `fit`: the parameters of a model, from data.
    Fit(FitAsk),
}

/// See [`Ask::Taylor`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaylorAsk {
    /// The text.
    pub expr: String,
    /// The point: a variable or several, each with its value, exact as it is written.
    pub at: BTreeMap<String, PointValue>,
    /// The highest power that is kept; of several variables the highest sum of powers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// In place of an order: what the polynomial may leave out `over` a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// Is it wanted how far the series reaches?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub radius: bool,
    /// Where the error of the polynomial is to be bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<BTreeMap<String, [PointValue; 2]>>,
}

/// See [`Ask::Limit`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitAsk {
    /// The text.
    pub expr: String,
    /// The variable.
    pub wrt: String,
    /// Where it goes: a number, an exact text, `"inf"` or `"-inf"`.
    pub to: PointValue,
    /// `both`, `left` or `right`; both unless told.
    #[serde(default = "both")]
    pub side: String,
}

/// See [`Ask::Integrate`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrateAsk {
    /// The text.
    pub expr: String,
    /// The variable.
    pub wrt: String,
    /// Where the range begins: a number, an exact text, `"inf"` or `"-inf"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PointValue>,
    /// Where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PointValue>,
    /// Are bounds wanted that are proven, and not an estimate?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prove: bool,
    /// Are the parts of the range wanted, too?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pieces: bool,
}

/// See [`Ask::Simplify`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimplifyAsk {
    /// The text.
    pub expr: String,
}

/// See [`Ask::Grad`], [`Ask::Jacobian`] and [`Ask::Hessian`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivativesAsk {
    /// The text; a list of texts for a Jacobian.
    pub expr: OneOrMany,
    /// The name or names to differentiate by, or parts of them: `x`, `x[2:n]`, `A[1, :]`.
    pub wrt: OneOrMany,
    /// Where values are wanted, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
}

/// A text or a list of texts: the answer has the same form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The texts.
    pub fn texts(&self) -> &[String] {
        match self {
            OneOrMany::One(text) => std::slice::from_ref(text),
            OneOrMany::Many(texts) => texts,
        }
    }
}

/// See [`Ask::ImplicitDiff`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImplicitDiffAsk {
    /// The equation, `x^2 + y^2 = 1`.
    pub equation: String,
    /// The name that depends on the other.
    pub y: String,
    /// The other.
    pub x: String,
}

/// See [`Ask::ParametricDiff`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParametricDiffAsk {
    /// The first coordinate, by the parameter.
    pub x: String,
    /// The second coordinate.
    pub y: String,
    /// The parameter.
    pub t: String,
    /// How often; 1 unless told.
    #[serde(default = "one")]
    pub order: u32,
}

/// See [`Ask::Parse`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParseAsk {
    /// The text; or `latex`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expr: Option<String>,
    /// The text in LaTeX; or `expr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latex: Option<String>,
}

/// See [`Ask::Evaluate`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateAsk {
    /// The text.
    pub expr: String,
    /// Where; an expression without names needs no point.
    #[serde(default)]
    pub at: At,
}

/// See [`Ask::Diff`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffAsk {
    /// The text.
    pub expr: String,
    /// The name to differentiate by, or a part of it: `x`, `x[3]`.
    pub wrt: String,
    /// How often; 1 unless told.
    #[serde(default = "one")]
    pub order: u32,
    /// Where its value is wanted, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
}

/// See [`Ask::Explain`].
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainAsk {
    /// The request to explain.
    pub of: Box<Request>,
    /// Every line, those that go without saying included?
    pub full: bool,
}

/// See [`Ask::Equal`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualAsk {
    /// One side.
    pub a: String,
    /// The other.
    pub b: String,
}

/// One point or a list of points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum At {
    /// Asks for one value.
    One(BTreeMap<String, PointValue>),
    /// Asks for a list of values.
    Many(Vec<BTreeMap<String, PointValue>>),
}

impl Default for At {
    fn default() -> At {
        At::One(BTreeMap::new())
    }
}

/// The value of a name at a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PointValue {
    /// A number.
    Number(f64),
    /// An exact text: `"1/3"`, `"pi/2"`.
    Text(String),
    /// The entries of a vector or matrix.
    Array(Vec<PointValue>),
}

fn one() -> u32 {
    1
}

fn both() -> String {
    "both".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainFields {
    of: Value,
    #[serde(default)]
    full: bool,
}

/// How deep `explain` of `explain` may go; there is nothing to explain below the first.
const MAX_EXPLAIN: u32 = 2;

/// Every operation, for the message to somebody who asked for another.
pub(super) const OPS: &[&str] = &[
    "parse",
    "plot",
    "simplify",
    "evaluate",
    "diff",
    "implicit_diff",
    "parametric_diff",
    "grad",
    "jacobian",
    "hessian",
    "explain",
    "equal",
    "taylor",
    "limit",
    "integrate",
    "solve",
    "minimize",
    "fit",
];

impl From<Ask> for Request {
    fn from(ask: Ask) -> Request {
        Request {
            id: Value::Null,
            declare: BTreeMap::new(),
            define: Vec::new(),
            assume: Vec::new(),
            also: Vec::new(),
            ask,
        }
    }
}

impl Request {
    /// The derivative of a text by a name.
    pub fn diff(expr: &str, wrt: &str) -> Request {
        Ask::Diff(DiffAsk { expr: expr.into(), wrt: wrt.into(), order: 1, at: None }).into()
    }

    /// The request that a JSON value holds. With the fault comes the `id`, as far as there is one.
    ///
    /// # Errors
    /// `request.…`, when it is not an object, the operation is unknown, or a field is missing, unknown or of another type.
    pub fn from_json(value: Value) -> Result<Request, (Value, Box<Fault>)> {
        Request::nested(value, 0)
    }

    fn nested(value: Value, depth: u32) -> Result<Request, (Value, Box<Fault>)> {
        let Value::Object(mut fields) = value else {
            return Err((
                Value::Null,
                Fault::new("request.not-an-object", "a request is a JSON object").boxed(),
            ));
        };
        let id = fields.remove("id").unwrap_or(Value::Null);
        match Request::from_fields(fields, depth) {
            Ok(request) => Ok(Request { id, ..request }),
            Err(fault) => Err((id, fault)),
        }
    }

    fn from_fields(mut fields: Map<String, Value>, depth: u32) -> Result<Request, Box<Fault>> {
        let declare = optional(&mut fields, "declare")?;
        let define = optional(&mut fields, "define")?;
        let assume = optional(&mut fields, "assume")?;
        let also = optional(&mut fields, "also")?;
        let Some(op) = fields.remove("op") else {
            return Err(Fault::new(
                "request.no-op",
                "the request does not say what is asked: `op` is missing",
            )
            .hint(format!("one of {}", OPS.join(", ")))
            .boxed());
        };
        let ask = match op.as_str() {
            Some("parse") => Ask::Parse(typed(fields)?),
            Some("plot") => Ask::Plot(typed(fields)?),
            Some("evaluate") => Ask::Evaluate(typed(fields)?),
            Some("diff") => Ask::Diff(typed(fields)?),
            Some("equal") => Ask::Equal(typed(fields)?),
            Some("simplify") => Ask::Simplify(typed(fields)?),
            Some("grad") => Ask::Grad(typed(fields)?),
            Some("jacobian") => Ask::Jacobian(typed(fields)?),
            Some("hessian") => Ask::Hessian(typed(fields)?),
            Some("implicit_diff") => Ask::ImplicitDiff(typed(fields)?),
            Some("parametric_diff") => Ask::ParametricDiff(typed(fields)?),
            Some("taylor") => Ask::Taylor(typed(fields)?),
            Some("limit") => Ask::Limit(typed(fields)?),
            Some("integrate") => Ask::Integrate(typed(fields)?),
            Some("solve") => Ask::Solve(typed(fields)?),
            Some("minimize") => Ask::Minimize(typed(fields)?),
            Some("fit") => Ask::Fit(typed(fields)?),
            Some("explain") => {
                let ExplainFields { of, full } = typed(fields)?;
                if depth >= MAX_EXPLAIN {
                    return Err(Fault::new("request.nested", "an explanation cannot be explained").boxed());
                }
                let of = Request::nested(of, depth + 1).map_err(|(_, fault)| fault)?;
                Ask::Explain(ExplainAsk { of: Box::new(of), full })
            }
            _ => {
                return Err(Fault::new("request.unknown-op", format!("unknown operation {op}"))
                    .hint(format!("one of {}", OPS.join(", ")))
                    .boxed());
            }
        };
        Ok(Request { id: Value::Null, declare, define, assume, also, ask })
    }

    /// The JSON of the request.
    pub fn to_json(&self) -> Value {
        let (op, fields) = match &self.ask {
            Ask::Parse(a) => ("parse", serde_json::to_value(a)),
            Ask::Plot(a) => ("plot", serde_json::to_value(a)),
            Ask::Evaluate(a) => ("evaluate", serde_json::to_value(a)),
            Ask::Diff(a) => ("diff", serde_json::to_value(a)),
            Ask::Equal(a) => ("equal", serde_json::to_value(a)),
            Ask::Simplify(a) => ("simplify", serde_json::to_value(a)),
            Ask::Grad(a) => ("grad", serde_json::to_value(a)),
            Ask::Jacobian(a) => ("jacobian", serde_json::to_value(a)),
            Ask::Hessian(a) => ("hessian", serde_json::to_value(a)),
            Ask::ImplicitDiff(a) => ("implicit_diff", serde_json::to_value(a)),
            Ask::ParametricDiff(a) => ("parametric_diff", serde_json::to_value(a)),
            Ask::Taylor(a) => ("taylor", serde_json::to_value(a)),
            Ask::Limit(a) => ("limit", serde_json::to_value(a)),
            Ask::Integrate(a) => ("integrate", serde_json::to_value(a)),
            Ask::Solve(a) => ("solve", serde_json::to_value(a)),
            Ask::Minimize(a) => ("minimize", serde_json::to_value(a)),
            Ask::Fit(a) => ("fit", serde_json::to_value(a)),
            Ask::Explain(a) => ("explain", Ok(serde_json::json!({ "of": a.of.to_json(), "full": a.full }))),
        };
        let mut all = Map::new();
        all.insert("op".into(), op.into());
        if !self.id.is_null() {
            all.insert("id".into(), self.id.clone());
        }
        if !self.declare.is_empty() {
            all.insert("declare".into(), serde_json::json!(self.declare));
        }
        if !self.define.is_empty() {
            all.insert("define".into(), serde_json::json!(self.define));
        }
        if !self.assume.is_empty() {
            all.insert("assume".into(), serde_json::json!(self.assume));
        }
        if !self.also.is_empty() {
            all.insert("also".into(), serde_json::json!(self.also));
        }
        if let Ok(Value::Object(fields)) = fields {
            all.extend(fields);
        }
        Value::Object(all)
    }
}

fn optional<T: DeserializeOwned + Default>(
    fields: &mut Map<String, Value>,
    name: &str,
) -> Result<T, Box<Fault>> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => serde_json::from_value(value)
            .map_err(|e| Fault::new("request.field", format!("`{name}`: {e}")).boxed()),
    }
}

fn typed<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Box<Fault>> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|e| Fault::new("request.field", e.to_string()).boxed())
}
