//! Rows of the table of operations, and the definitions that only `fit` needs.

use serde_json::{Value, json};

use crate::sheet::schema::{Field, object, reference};

/// What it takes.
pub(in crate::sheet) const TAKES: &[Field] = &[
    ("model", "string", true),
    ("data", "data of a fit", true),
    ("sigma", "sigma of a fit", false),
    ("params", "texts", false),
    ("start", "point", false),
    ("bounds", "bounds of a fit", false),
    ("fixed", "point", false),
    ("shared", "texts by name", false),
    ("loss", "loss of a fit", false),
    ("method", "method of a fit", false),
    ("options", "options of a fit", false),
    ("bands", "columns", false),
    ("profile", "boolean", false),
    ("observed", "boolean", false),
];

/// What it gives.
pub(in crate::sheet) const GIVES: &[Field] = &[
    ("params", "parameters of a fit", true),
    ("order", "texts", true),
    ("covariance", "lists of numbers", true),
    ("correlation", "lists of numbers", true),
    ("observed", "lists of numbers", false),
    ("errors", "string", true),
    ("chi2", "number", true),
    ("dof", "integer", true),
    ("rows", "integer", true),
    ("p_value", "number", false),
    ("residual_sd", "number", true),
    ("cost", "number", false),
    ("aic", "number", true),
    ("bic", "number", true),
    ("r_squared", "number", false),
    ("condition", "number", true),
    ("unidentified", "directions", false),
    ("weakest", "direction", false),
    ("linear", "boolean", true),
    ("status", "status", true),
    ("stop", "string", true),
    ("reason", "string", true),
    ("evaluations", "integer", true),
    ("proposed", "boolean", true),
    ("trace", "trace of a fit", true),
    ("diagnostics", "diagnostics of a fit", false),
    ("bands", "bands of a fit", false),
];

/// The types that these rows name.
pub(in crate::sheet) fn definitions() -> Vec<(&'static str, Value)> {
    let list = |of: Value| json!({ "type": "array", "items": of });
    let map = |of: Value| json!({ "type": "object", "additionalProperties": of });
    let either = |of: &[Value]| json!({ "anyOf": of });
    let (number, text, null) =
        (json!({ "type": "number" }), json!({ "type": "string" }), json!({ "const": null }));
    let standout = || {
        object(
            [("row", "integer", true), ("standardised", "number", true), ("leverage", "number", true)].iter(),
        )
    };
    let options = [
        ("tolerance", "real", false),
        ("max_evaluations", "integer", false),
        ("aggression", "real", false),
        ("loss_scale", "real", false),
        ("relative_sigma", "boolean", false),
        ("level", "real", false),
    ];
    let param = [
        ("value", "number", true),
        ("stderr", "number", true),
        ("kind", "string", true),
        ("confidence", "numbers", false),
        ("interval", "ends", false),
    ];
    let told = [
        ("runs", "integer", true),
        ("runs_p", "number", true),
        ("autocorrelation", "number", true),
        ("skewness", "number", true),
        ("excess_kurtosis", "number", true),
        ("normality_p", "number", true),
        ("outliers", "standouts", true),
        ("leverage", "standouts", true),
    ];
    let point = [("params", "numbers", true), ("chi2", "number", true), ("damping", "number", true)];
    let bands = [
        ("level", "number", true),
        ("value", "numbers", true),
        ("confidence", "numbers", true),
        ("prediction", "numbers", false),
    ];
    vec![
        ("real", number.clone()),
        ("columns", map(list(number.clone()))),
        ("data of a fit", either(&[map(list(either(&[number.clone(), null.clone()]))), text.clone()])),
        ("sigma of a fit", either(&[number.clone(), text, list(number)])),
        ("bounds of a fit", map(list(either(&[reference("point value"), null.clone()])))),
        (
            "loss of a fit",
            json!({ "enum": super::LOSSES.iter().map(|(name, ..)| *name).collect::<Vec<_>>() }),
        ),
        ("method of a fit", json!({ "enum": super::METHODS })),
        ("options of a fit", object(options.iter())),
        ("ends", list(either(&[reference("number"), null]))),
        ("parameters of a fit", map(object(param.iter()))),
        ("direction", object([("direction", "numbers by name", true), ("about", "string", true)].iter())),
        ("directions", list(reference("direction"))),
        ("trace of a fit", list(object(point.iter()))),
        ("standouts", list(standout())),
        ("diagnostics of a fit", object(told.iter())),
        ("bands of a fit", object(bands.iter())),
    ]
}
