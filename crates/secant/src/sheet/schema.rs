//! The JSON Schema of requests and replies.
//!
//! Here: one table, a row for every operation. The types of `request` and `reply` refuse what is not in it, and a test
//! holds both against each other.

use serde_json::{Map, Value, json};

use super::constrained::{MORE_STOPS, WAYS};
use super::fits;
use crate::minimize::{METHODS, STOPS};

/// A field: its name, its type (one of the definitions below, or a type of JSON), and whether it is always there.
pub type Field = (&'static str, &'static str, bool);

/// An operation: its name, what it takes, what it gives.
pub type Operation = (&'static str, &'static [Field], &'static [&'static [Field]]);

/// Fields of every request.
const COMMON: &[Field] = &[
    ("id", "anything", false),
    ("declare", "texts by name", false),
    ("define", "texts", false),
    ("assume", "texts", false),
    ("also", "notations", false),
];

/// Notations of a formula in a reply.
const FORMULA: &[Field] =
    &[("expr", "string", true), ("latex", "string", false), ("mathml", "string", false)];
/// What stands beside a derivative.
const VALUES: &[Field] = &[("value", "numbers", false), ("values", "lists of numbers", false)];

/// What is drawn in a picture, and of what.
#[rustfmt::skip]
const LAYERS: &[(&str, &[Field])] = &[
    ("curve", &[("expr", "string", true), ("over", "range", false), ("name", "string", false)]),
    ("area", &[("expr", "string", true), ("base", "string", false), ("over", "range", true), ("name", "string", false)]),
    ("taylor", &[("expr", "string", true), ("at", "point value", true), ("order", "integer", true)]),
    ("newton", &[("expr", "string", true), ("from", "point value", true)]),
    ("points", &[("at", "places", true), ("errors", "numerals", false), ("name", "string", false)]),
    ("path", &[("at", "places", true), ("name", "string", false)]),
    ("band", &[("at", "places", true), ("name", "string", false)]),
    ("verticals", &[("at", "numerals", true), ("name", "string", false)]),
    ("horizontals", &[("at", "numerals", true), ("name", "string", false)]),
    ("bars", &[("at", "places", true), ("name", "string", false)]),
    ("landscape", &[("expr", "string", true), ("levels", "integer", false)]),
    ("equation", &[("equation", "string", true), ("name", "string", false)]),
    ("field", &[("expr", "texts", true), ("name", "string", false)]),
    ("note", &[("at", "numerals", true), ("text", "string", true)]),
];

#[rustfmt::skip]
const OPERATIONS: &[Operation] = &[
    ("parse", &[("expr", "string", false), ("latex", "string", false)],
        &[FORMULA, &[("shape", "texts", true), ("free", "texts", true), ("conditions", "texts", true)]]),
    ("plot",
        &[("layers", "layers", true), ("over", "ranges", true), ("y", "range", false), ("xlabel", "string", false),
            ("ylabel", "string", false), ("title", "string", false), ("size", "size", false), ("equal", "boolean", false),
            ("below", "second panel", false)],
        &[&[("svg", "string", true)]]),
    ("simplify", &[("expr", "string", true)], &[FORMULA, &[("conditions", "texts", true)]]),
    ("evaluate", &[("expr", "string", true), ("at", "points", false)], &[VALUES]),
    ("diff", &[("expr", "string", true), ("wrt", "string", true), ("order", "integer", false), ("at", "points", false)],
        &[FORMULA, VALUES, &[("conditions", "texts", true)]]),
    ("implicit_diff", &[("equation", "string", true), ("y", "string", true), ("x", "string", true)],
        &[FORMULA, &[("conditions", "texts", true)]]),
    ("parametric_diff",
        &[("x", "string", true), ("y", "string", true), ("t", "string", true), ("order", "integer", false)],
        &[FORMULA, &[("conditions", "texts", true)]]),
    ("grad", DERIVATIVES, &[NESTED, VALUES]),
    ("jacobian", DERIVATIVES, &[NESTED, VALUES]),
    ("hessian", DERIVATIVES, &[NESTED, VALUES]),
    ("explain", &[("of", "request", true), ("full", "boolean", false)],
        &[FORMULA, &[("steps", "steps", true), ("cut", "boolean", false)]]),
    ("equal", &[("a", "string", true), ("b", "string", true)],
        &[&[("verdict", "verdict", true), ("reason", "string", true), ("witness", "witness", false)]]),
    ("taylor",
        &[("expr", "string", true), ("at", "point", true), ("order", "integer", false), ("error", "number", false), ("over", "ranges", false), ("radius", "boolean", false)],
        &[&[("kind", "kind of series", true), ("order", "integer", true), ("coefficients", "coefficients", true), ("polynomial", "string", true), ("about", "formula", false),
            ("latex", "string", false), ("mathml", "string", false),
            ("exact", "boolean", true), ("rounded", "boolean", false), ("bound", "bound", false), ("radius", "radius", false)]]),
    ("fit", fits::schema::TAKES, &[fits::schema::GIVES]),
    ("limit",
        &[("expr", "string", true), ("wrt", "string", true), ("to", "point value", true), ("side", "side", false)],
        &[&[("exists", "boolean", true), ("expr", "string", false), ("latex", "string", false),
            ("mathml", "string", false), ("left", "string", false), ("right", "string", false)]]),
    ("integrate",
        &[("expr", "string", true), ("wrt", "string", true), ("from", "point value", false),
            ("to", "point value", false), ("prove", "boolean", false), ("pieces", "boolean", false)],
        &[&[("expr", "text or null", false), ("latex", "string", false), ("mathml", "string", false),
            ("conditions", "texts", false), ("status", "status", true), ("reason", "string", false)],
          &[("antiderivative", "string", false), ("value", "number", false), ("error", "number", false),
            ("stop", "string", false), ("evaluations", "integer", false), ("pieces", "pieces", false)]]),
    ("solve",
        &[("equations", "one or many", true), ("from", "point", false), ("over", "ranges", false),
            ("method", "string", false), ("options", "options of solve", false)],
        &[&[("roots", "roots", true), ("complete", "boolean", true), ("undecided", "boxes", false),
            ("stop", "string", true), ("reason", "string", true), ("evaluations", "integer", true),
            ("trace", "trace of solve", true)]]),
    ("minimize",
        &[("expr", "string", true), ("from", "point", false), ("over", "ranges", false), ("method", "method", false),
            ("subject_to", "one or many", false), ("options", "options of minimize", false)],
        &[&[("at", "arrays by name", true), ("value", "number", true), ("kind", "kind of point", true),
            ("status", "status", true), ("stop", "stop of minimize", true), ("reason", "string", true),
            ("method", "method", true), ("steps", "integer", true), ("evaluations", "evaluations", true),
            ("gradient_norm", "number", true), ("condition", "number", false), ("post_mortem", "post-mortem", true),
            ("trace", "descent", true), ("multipliers", "numbers", false), ("active", "booleans", false),
            ("violation", "number", false), ("enclosure", "box", false), ("lowest", "numbers", false),
            ("places", "stationary places", false), ("complete", "boolean", false)]]),
];

const DERIVATIVES: &[Field] =
    &[("expr", "one or many", true), ("wrt", "one or many", true), ("at", "points", false)];
const NESTED: &[Field] = &[
    ("expr", "nested texts", true),
    ("latex", "nested texts", false),
    ("mathml", "nested texts", false),
    ("shape", "texts", true),
    ("structure", "string", false),
];

/// The JSON Schema (draft 2020-12) of a request (`$defs/request`) and of a reply (`$defs/reply`), for each operation
/// `$defs/request of diff` and `$defs/reply to diff`.
pub fn schema() -> Value {
    schema_with(&[], &[])
}

/// The same with operations that are answered elsewhere, and the definitions that their fields need.
pub fn schema_with(more: &[Operation], defined: &[(&str, Value)]) -> Value {
    let mut defs = definitions();
    defs.extend(defined.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let (mut requests, mut replies) = (Vec::new(), vec![reference("failure")]);
    for (op, takes, gives) in OPERATIONS.iter().chain(more) {
        let (request, reply) = (format!("request of {op}"), format!("reply to {op}"));
        let mut takes = object(COMMON.iter().chain(*takes));
        takes["properties"]["op"] = json!({ "const": op });
        require(&mut takes, "op");
        let mut gives = object([("id", "anything", false)].iter().chain(gives.iter().copied().flatten()));
        gives["properties"]["ok"] = json!({ "const": true });
        require(&mut gives, "ok");
        defs.insert(request.clone(), takes);
        defs.insert(reply.clone(), gives);
        requests.push(reference(&request));
        replies.push(reference(&reply));
    }
    defs.insert("request".into(), json!({ "anyOf": requests }));
    defs.insert("reply".into(), json!({ "anyOf": replies }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Requests to Secant and its replies",
        "anyOf": [reference("request"), reference("reply")],
        "$defs": defs,
    })
}

fn definitions() -> Map<String, Value> {
    let list = |of: Value| json!({ "type": "array", "items": of });
    let text = || json!({ "type": "string" });
    let either = |of: &[Value]| json!({ "anyOf": of });
    let map = |of: Value| json!({ "type": "object", "additionalProperties": of });
    let step: &[Field] = &[
        ("rule", "string", true),
        ("from", "string", true),
        ("to", "string", true),
        ("path", "integers", true),
        ("shape", "texts", false),
        ("conditions", "texts", false),
        ("latex", "texts", false),
        ("mathml", "texts", false),
    ];
    let fault: &[Field] = &[
        ("code", "string", true),
        ("message", "string", true),
        ("at", "integers", false),
        ("hint", "string", false),
        ("field", "string", false),
        ("more", "faults", false),
    ];
    let root: &[Field] = &[
        ("at", "numbers by name", true),
        ("residual", "number", true),
        ("enclosure", "box", false),
        ("exact", "texts by name", false),
        ("multiplicity", "integer", false),
        ("status", "status", true),
    ];
    let trace_of_solve: &[Field] = &[
        ("at", "numbers by name", true),
        ("values", "numbers", true),
        ("slope", "number", false),
        ("bracket", "numbers", false),
    ];
    let descent: &[Field] = &[
        ("step", "integer", true),
        ("at", "arrays by name", true),
        ("value", "number", true),
        ("gradient_norm", "number", true),
        ("length", "number", true),
    ];
    let post_mortem: &[Field] = &[
        ("eigenvalues", "numbers", false),
        ("distance", "number", false),
        ("badly_scaled", "numbers by name", false),
        ("active", "active bounds", false),
        ("notes", "texts", false),
    ];
    let active: &[Field] = &[
        ("name", "string", true),
        ("side", "string", true),
        ("bound", "number", true),
        ("multiplier", "number", true),
    ];
    let evaluations: &[Field] = &[
        ("f", "integer", true),
        ("grad", "integer", true),
        ("hessian", "integer", true),
        ("product", "integer", false),
    ];
    let minimize_options: &[Field] = &[
        ("max_steps", "integer", false),
        ("gradient_tol", "plain number", false),
        ("step_tol", "plain number", false),
        ("value_tol", "plain number", false),
        ("step", "plain number", false),
        ("momentum", "plain number", false),
        ("decay", "plain number", false),
        ("line_search", "string", false),
        ("conjugate", "string", false),
        ("memory", "integer", false),
        ("trace", "integer", false),
    ];
    let methods: Vec<&str> =
        METHODS.iter().map(|row| row.name).chain(["l-bfgs-b"]).chain(WAYS.iter().copied()).collect();
    let stops: Vec<&str> = STOPS.iter().map(|stop| stop.name()).chain(MORE_STOPS.iter().copied()).collect();
    let place: &[Field] = &[
        ("at", "numbers by name", true),
        ("value", "number", true),
        ("multipliers", "numbers", false),
        ("kind", "kind of point", true),
        ("enclosure", "box", true),
        ("status", "status", true),
    ];
    let radius: &[Field] = &[
        ("radius", "number", false),
        ("at", "numbers", false),
        ("status", "status", true),
        ("reason", "string", false),
    ];
    let piece: &[Field] = &[
        ("from", "number", true),
        ("to", "number", true),
        ("value", "number", true),
        ("error", "number", true),
    ];
    let mut failure = object([("id", "anything", false), ("error", "fault", true)].iter());
    failure["properties"]["ok"] = json!({ "const": false });
    require(&mut failure, "ok");
    let layers = LAYERS.iter().map(|(draw, fields)| {
        let mut layer = object(fields.iter());
        layer["properties"]["draw"] = json!({ "const": draw });
        require(&mut layer, "draw");
        layer
    });
    let layers: Vec<Value> = layers.collect();
    let second: &[Field] = &[("layers", "layers", true), ("y", "range", false), ("ylabel", "string", false)];
    let point_value = [json!({ "type": "number" }), text(), list(reference("point value"))];
    let verdicts = ["equal", "equal where both exist", "equal at tested points", "different", "undecided"];
    let rows = [
        ("anything", json!({})),
        ("texts", list(text())),
        ("text or null", either(&[text(), json!({ "type": "null" })])),
        ("integers", list(json!({ "type": "integer" }))),
        ("texts by name", map(text())),
        ("notations", list(json!({ "enum": ["latex", "mathml"] }))),
        ("one or many", either(&[text(), list(text())])),
        ("nested texts", either(&[text(), list(reference("nested texts"))])),
        ("number", either(&[json!({ "type": "number" }), json!({ "enum": ["nan", "inf", "-inf"] })])),
        ("numbers", either(&[reference("number"), list(reference("numbers"))])),
        ("lists of numbers", list(reference("numbers"))),
        ("point value", either(&point_value)),
        ("point", map(reference("point value"))),
        ("points", either(&[reference("point"), list(reference("point"))])),
        ("step", object(step.iter())),
        ("steps", list(reference("step"))),
        ("verdict", json!({ "enum": verdicts })),
        (
            "witness",
            object([("at", "numbers by name", true), ("a", "number", true), ("b", "number", true)].iter()),
        ),
        ("numbers by name", map(reference("number"))),
        ("ranges", map(list(reference("point value")))),
        ("range", list(reference("point value"))),
        ("numerals", list(json!({ "type": "number" }))),
        ("places", list(list(json!({ "type": "number" })))),
        ("size", list(json!({ "type": "number" }))),
        ("layers", list(json!({ "anyOf": layers }))),
        ("second panel", object(second.iter())),
        ("kind of series", json!({ "enum": ["taylor", "laurent", "puiseux"] })),
        (
            "coefficients",
            list(object([("powers", "texts by name", true), ("coefficient", "string", true)].iter())),
        ),
        (
            "bound",
            object(
                [("error", "number", false), ("status", "status", true), ("reason", "string", false)].iter(),
            ),
        ),
        ("status", json!({ "enum": ["proven", "tested", "estimated", "failed"] })),
        (
            "options of solve",
            object(
                [
                    ("max_steps", "integer", false),
                    ("step_tol", "number", false),
                    ("max_boxes", "integer", false),
                ]
                .iter(),
            ),
        ),
        ("box", map(list(reference("number")))),
        ("boxes", list(reference("box"))),
        ("roots", list(object(root.iter()))),
        ("trace of solve", list(object(trace_of_solve.iter()))),
        ("plain number", json!({ "type": "number" })),
        ("arrays by name", map(reference("numbers"))),
        ("method", json!({ "enum": methods })),
        ("booleans", list(json!({ "type": "boolean" }))),
        ("stationary places", list(object(place.iter()))),
        ("stop of minimize", json!({ "enum": stops })),
        ("kind of point", json!({ "enum": ["minimum", "saddle", "maximum", "degenerate", "undecided"] })),
        ("options of minimize", object(minimize_options.iter())),
        ("evaluations", object(evaluations.iter())),
        ("active bounds", list(object(active.iter()))),
        ("post-mortem", object(post_mortem.iter())),
        ("descent", list(object(descent.iter()))),
        ("radius", object(radius.iter())),
        ("formula", object(FORMULA.iter())),
        ("pieces", list(object(piece.iter()))),
        ("side", json!({ "enum": ["both", "left", "right"] })),
        ("fault", object(fault.iter())),
        ("faults", list(reference("fault"))),
        ("failure", failure),
    ];
    rows.into_iter()
        .chain(fits::schema::definitions())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The schema that has this name.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The schema of an object with these fields and no others.
pub fn object<'f>(fields: impl Iterator<Item = &'f Field>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, kind, always) in fields {
        let kind = match *kind {
            "string" | "integer" | "boolean" | "object" => json!({ "type": kind }),
            name => reference(name),
        };
        properties.insert((*name).to_owned(), kind);
        if *always {
            required.push(*name);
        }
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn require(object: &mut Value, name: &str) {
    if let Some(list) = object["required"].as_array_mut() {
        list.push(name.into());
    }
}
