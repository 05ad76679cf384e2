//! Replies as HTML: the value first, then what is known of it, and why it ended.
//!
//! Here: one arrangement for each operation, read from the reply as every door gets it.
//! Not here: what was asked (`cell`), mathematics.
//! Invariant: a status is always shown as its word; a field that is not there leaves no trace.
//! Start reading at [`html`].

use secant::sheet::Number;
use secant::sheet::figure::format_number;
use serde_json::{Map, Value};

use crate::text::escape;

/// Significant digits of a number that was computed.
const DIGITS: u32 = 8;
/// Of an error or of how long something took.
const FEW: u32 = 3;
/// Most rows of a table.
const MOST_ROWS: usize = 50;

type Fields = Map<String, Value>;

/// The reply to an operation.
pub(crate) fn html(op: &str, reply: &Value) -> String {
    let Some(fields) = reply.as_object() else { return code(&plain(reply)) };
    match op {
        "solve" => roots(fields),
        "minimize" => minimum(fields),
        "fit" => fit(fields),
        "integrate" if fields.contains_key("value") || !fields.contains_key("expr") => definite(fields),
        "integrate" => antiderivative(fields),
        "taylor" => taylor(fields),
        "limit" => limit(fields),
        "equal" => match (text(fields, "verdict"), text(fields, "reason")) {
            (verdict, "") => format!("<b>{}</b>", escape(verdict)),
            (verdict, reason) => format!("<b>{}</b>: {}", escape(verdict), escape(reason)),
        },
        "explain" => formula(fields) + &steps(fields),
        "plot" => format!("<div class=\"picture\">{}</div>", text(fields, "svg")),
        _ => match fields.get("value").or(fields.get("values")) {
            Some(value) => code(&listed(value)),
            None => formula(fields) + &conditions(fields),
        },
    }
}

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// A number as JSON says it, with so many digits.
fn number(value: &Value, digits: u32) -> String {
    match value {
        Value::Number(n) => format_number(n.as_f64().unwrap_or(f64::NAN), digits),
        Value::String(word) => word.replace("inf", "∞").replace('-', "−"),
        other => plain(other),
    }
}

/// The size of an error: never less than it is.
fn upwards(value: &Value) -> String {
    let Some(size) = value.as_f64().filter(|v| v.is_finite() && *v != 0.0) else { return number(value, FEW) };
    let last = 10_f64.powi(size.abs().log10().floor() as i32 + 1 - FEW as i32);
    // What is a whole number of last digits but for its rounding stays.
    format_number((size / last - 1e-9).ceil() * last, FEW)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(n) => Number(n.as_f64().unwrap_or(f64::NAN)).to_string(),
        other => other.to_string(),
    }
}

/// Values, nested as they come, with all their digits.
fn listed(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(listed).collect::<Vec<_>>().join(", ")),
        other => plain(other),
    }
}

/// The formula of a reply, as mathematics where it was asked for.
fn formula(fields: &Fields) -> String {
    match (fields.get("mathml").and_then(Value::as_str), fields.get("expr").or(fields.get("polynomial"))) {
        (Some(mathml), _) => mathml.to_owned(),
        (None, Some(Value::String(text))) => code(text),
        (None, Some(other)) => code(&listed(other)),
        (None, None) => String::new(),
    }
}

fn conditions(fields: &Fields) -> String {
    let list = fields.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let texts: Vec<&str> = list.filter_map(Value::as_str).collect();
    if texts.is_empty() { String::new() } else { aside(&format!("where {}", texts.join(", "))) }
}

/// Words beside a result.
fn aside(words: &str) -> String {
    format!(" <span class=\"where\">{}</span>", escape(words))
}

/// The word that says how sure a result is.
fn status(fields: &Fields) -> String {
    match text(fields, "status") {
        "" => String::new(),
        word => format!(" <b class=\"status {word}\">{word}</b>"),
    }
}

fn definite(fields: &Fields) -> String {
    let mut out = String::new();
    if let Some(value) = fields.get("value").filter(|v| !v.is_null()) {
        out += &format!("<b class=\"value\">{}</b>", escape(&plain(value)));
        if let Some(error) = fields.get("error").filter(|v| !v.is_null()) {
            out += &aside(&format!("± {}", upwards(error)));
        }
    }
    out += &status(fields);
    out + &sentence(fields)
}

fn antiderivative(fields: &Fields) -> String {
    if fields.get("expr").is_none_or(Value::is_null) {
        let none = if text(fields, "reason").is_empty() { "no antiderivative was found" } else { "" };
        return escape(none) + &status(fields) + &sentence(fields);
    }
    formula(fields) + &conditions(fields) + &status(fields)
}

fn taylor(fields: &Fields) -> String {
    let about = fields.get("about").and_then(Value::as_object);
    let mut out = formula(about.unwrap_or(fields));
    if fields.get("exact").and_then(Value::as_bool) == Some(true) {
        out += &aside("with nothing left out");
    }
    if let Some(bound) = fields.get("bound").and_then(Value::as_object) {
        let words = match (bound.get("error"), text(bound, "reason")) {
            (Some(error), _) => format!("off by at most {}", upwards(error)),
            (None, "") => "no bound".to_owned(),
            (None, reason) => format!("no bound: {reason}"),
        };
        out += &aside(&words);
        out += &status(bound);
    }
    out
}

fn limit(fields: &Fields) -> String {
    if fields.get("exists").and_then(Value::as_bool) == Some(true) {
        return formula(fields);
    }
    match (text(fields, "left"), text(fields, "right")) {
        ("", "") => "no limit".to_owned(),
        (left, right) => format!("no limit: from below {}, from above {}", code(left), code(right)),
    }
}

fn steps(fields: &Fields) -> String {
    let list = fields.get("steps").and_then(Value::as_array).into_iter().flatten();
    let lines: String = list
        .filter_map(Value::as_object)
        .map(|step| {
            let side = |k: usize, name: &str| match step.get("mathml").and_then(|both| both.get(k)) {
                Some(Value::String(mathml)) => mathml.clone(),
                _ => code(text(step, name)),
            };
            let rule = escape(text(step, "rule"));
            format!("<li><span class=\"rule\">{rule}</span> {} = {}</li>", side(0, "from"), side(1, "to"))
        })
        .collect();
    if lines.is_empty() { lines } else { format!("<ol class=\"steps\">{lines}</ol>") }
}

/// A table: headings, then rows of cells that are HTML.
fn table(headings: &[String], rows: &[Vec<String>]) -> String {
    let mut out = "<table class=\"numbers\"><thead><tr>".to_owned();
    headings.iter().for_each(|h| out += &format!("<th scope=\"col\">{}</th>", escape(h)));
    out += "</tr></thead><tbody>";
    for row in rows.iter().take(MOST_ROWS) {
        out += "<tr>";
        row.iter().for_each(|cell| out += &format!("<td>{cell}</td>"));
        out += "</tr>";
    }
    out += "</tbody></table>";
    if rows.len() > MOST_ROWS {
        out += &aside(&format!("and {} more", rows.len() - MOST_ROWS));
    }
    out
}

/// Why it ended, and what it took.
fn sentence(fields: &Fields) -> String {
    let mut parts: Vec<String> = Vec::new();
    match (text(fields, "reason"), text(fields, "stop")) {
        ("", "") => {}
        ("", stop) => parts.push(stop.replace('_', " ")),
        (reason, _) => parts.push(reason.to_owned()),
    }
    match fields.get("evaluations") {
        Some(Value::Number(count)) => parts.push(format!("{count} evaluations")),
        Some(Value::Object(counts)) => {
            let each: Vec<String> = counts
                .iter()
                .filter(|(_, n)| n.as_u64() != Some(0))
                .map(|(what, n)| format!("{n} of {what}"))
                .collect();
            if !each.is_empty() {
                parts.push(format!("evaluations: {}", each.join(", ")));
            }
        }
        _ => {}
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("<p class=\"where\">{}</p>", escape(&parts.join("; ")))
    }
}

/// The names of a place, in order.
fn names(place: Option<&Value>) -> Vec<String> {
    place.and_then(Value::as_object).map(|at| at.keys().cloned().collect()).unwrap_or_default()
}

fn roots(fields: &Fields) -> String {
    let list: Vec<&Fields> = fields
        .get("roots")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .collect();
    let mut out = String::new();
    match list.first() {
        None => out += "no root was found",
        Some(first) => {
            let unknowns = names(first.get("at"));
            let enclosed = list.iter().any(|root| root.contains_key("enclosure"));
            let mut headings = unknowns.clone();
            if enclosed {
                headings.push("certainly within".to_owned());
            }
            headings.extend(["misses by".to_owned(), String::new()]);
            let rows: Vec<Vec<String>> = list
                .iter()
                .map(|root| {
                    let of = |field: &str, name: &str| root.get(field).and_then(|at| at.get(name));
                    let cell = |name: &String| {
                        let value = number(of("at", name).unwrap_or(&Value::Null), 12);
                        let exact = of("exact", name)
                            .and_then(Value::as_str)
                            .filter(|text| *text != value.replace('−', "-"));
                        escape(&value) + &exact.map_or_else(String::new, |text| format!(" = {}", code(text)))
                    };
                    let mut row: Vec<String> = unknowns.iter().map(cell).collect();
                    if enclosed {
                        row.push(escape(&enclosure(root.get("enclosure"), &unknowns)));
                    }
                    let residual = root.get("residual").unwrap_or(&Value::Null);
                    row.push(escape(&number(residual, FEW)));
                    let times = root.get("multiplicity").and_then(Value::as_u64).filter(|n| *n > 1);
                    let together = times.map_or_else(String::new, |n| aside(&format!("{n} roots in one")));
                    row.push(together + &status(root));
                    row
                })
                .collect();
            out += &table(&headings, &rows);
        }
    }
    if fields.get("complete").and_then(Value::as_bool) == Some(true) {
        out += &aside("there are no others");
        out += " <b class=\"status proven\">proven</b>";
    }
    let open = fields.get("undecided").and_then(Value::as_array).into_iter().flatten().take(MOST_ROWS);
    for place in open {
        let unknowns = names(Some(place));
        let within = enclosure(Some(place), &unknowns);
        out += &aside(&format!("there may be others within {} = {within}", unknowns.join(", ")));
    }
    out + &sentence(fields)
}

/// The interval, or one for each unknown.
fn enclosure(value: Option<&Value>, unknowns: &[String]) -> String {
    let pair = |ends: &Value| match ends.as_array().map(Vec::as_slice) {
        Some([low, high]) if low == high => number(low, 17),
        Some([low, high]) => {
            // What is printed lies outside of what is meant.
            let down =
                low.as_f64().map_or_else(|| number(low, DIGITS), |x| Number(x.next_down()).to_string());
            let up = high.as_f64().map_or_else(|| number(high, DIGITS), |x| Number(x.next_up()).to_string());
            format!("{down}…{up}")
        }
        _ => String::new(),
    };
    match value {
        Some(Value::Object(all)) => {
            unknowns.iter().filter_map(|n| all.get(n)).map(pair).collect::<Vec<_>>().join(", ")
        }
        Some(ends) => pair(ends),
        None => String::new(),
    }
}

fn minimum(fields: &Fields) -> String {
    let at = names(fields.get("at"));
    let mut headings = at.clone();
    let mut row: Vec<String> = at
        .iter()
        .map(|name| {
            escape(&number(fields.get("at").and_then(|at| at.get(name)).unwrap_or(&Value::Null), DIGITS))
        })
        .collect();
    headings.push("value".to_owned());
    row.push(escape(&number(fields.get("value").unwrap_or(&Value::Null), DIGITS)));
    if let Some(multipliers) = fields.get("multipliers").filter(|m| !m.is_null()) {
        headings.push("multipliers".to_owned());
        let list = multipliers.as_array().map(|list| list.iter().collect::<Vec<_>>());
        let list =
            list.unwrap_or_else(|| multipliers.as_object().map(|m| m.values().collect()).unwrap_or_default());
        row.push(escape(&list.iter().map(|m| number(m, DIGITS)).collect::<Vec<_>>().join(", ")));
    }
    headings.push(String::new());
    row.push(format!("{}{}", escape(text(fields, "kind")), status(fields)));
    table(&headings, &[row]) + &sentence(fields)
}

fn fit(fields: &Fields) -> String {
    let params = fields.get("params").and_then(Value::as_object);
    let rows: Vec<Vec<String>> = params
        .into_iter()
        .flatten()
        .map(|(name, found)| {
            let of = |field: &str| found.get(field).filter(|v| !v.is_null());
            let value = of("value").map_or_else(String::new, |v| number(v, DIGITS));
            let error = of("stderr").map_or_else(String::new, |v| format!("± {}", number(v, FEW)));
            vec![escape(name), escape(&value), escape(&error)]
        })
        .collect();
    let mut out = table(&["parameter".to_owned(), "value".to_owned(), "standard error".to_owned()], &rows);
    let told: Vec<String> = [
        ("chi2", "chi squared", 6),
        ("dof", "degrees of freedom", 6),
        ("p_value", "p", FEW),
        ("residual_sd", "residual deviation", 4),
    ]
    .iter()
    .filter_map(|(field, name, digits)| {
        let value = fields.get(*field).filter(|v| !v.is_null())?;
        Some(format!("{name} {}", number(value, *digits)))
    })
    .collect();
    out += &aside(&told.join(", "));
    out += &status(fields);
    out + &sentence(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn shows(op: &str, reply: &Value, words: &[&str]) {
        let html = html(op, reply);
        for word in words {
            assert!(html.contains(word), "{word} in {html}");
        }
    }

    #[test]
    fn every_report_says_how_sure_it_is() {
        let roots = json!({
            "roots": [{"at": {"x": 0.7390851332151607}, "residual": 0, "enclosure": {"x": [0.739, 0.74]},
                "exact": {"x": "c"}, "multiplicity": 2, "status": "proven"}],
            "complete": true, "stop": "converged", "evaluations": 12, "trace": []
        });
        shows(
            "solve",
            &roots,
            &[
                "0.739085133215",
                "<code>c</code>",
                "2 roots in one",
                "proven",
                "no others",
                "converged; 12 evaluations",
            ],
        );
        let open = json!({"roots": [], "undecided": [{"x": [0, 1]}], "complete": false, "stop": "boxes"});
        shows("solve", &open, &["no root", "may be others within x = "]);
        let none = json!({"roots": [], "complete": true, "stop": "done"});
        shows("solve", &none, &["no root was found", "proven"]);
        let minimum = json!({
            "at": {"x": 0.5, "y": 0.5}, "value": 0.5, "multipliers": [1.0], "kind": "minimum", "status": "estimated",
            "stop": "small_gradient", "evaluations": {"f": 3, "grad": 3, "hessian": 0}, "trace": []
        });
        shows(
            "minimize",
            &minimum,
            &[
                "<th scope=\"col\">y</th>",
                "multipliers",
                "minimum",
                "estimated",
                "small gradient",
                "3 of grad",
            ],
        );
        let fit = json!({
            "params": {"a": {"value": 2.0, "stderr": 0.1}}, "chi2": 3.0, "dof": 4, "p_value": 0.5, "residual_sd": 0.2,
            "stop": "converged", "evaluations": 7
        });
        shows("fit", &fit, &["<td>a</td>", "± 0.1", "chi squared 3", "degrees of freedom 4", "p 0.5"]);
        shows(
            "integrate",
            &json!({"value": 1.5, "error": 1e-9, "status": "estimated"}),
            &["1.5", "± ", "estimated"],
        );
        shows(
            "integrate",
            &json!({"status": "failed", "reason": "it grows & grows"}),
            &["failed", "grows &amp; grows"],
        );
        shows(
            "integrate",
            &json!({"expr": "x^2", "conditions": ["x > 0"], "status": "proven"}),
            &["x^2", "where x &gt; 0", "proven"],
        );
        shows("integrate", &json!({"expr": null, "status": "failed"}), &["no antiderivative", "failed"]);
        shows(
            "taylor",
            &json!({"polynomial": "x", "exact": false, "bound": {"error": 0.01, "status": "proven"}}),
            &["0.01", "proven"],
        );
        shows("equal", &json!({"verdict": "equal", "reason": ""}), &["<b>equal</b>"]);
        shows("evaluate", &json!({"value": -1.0}), &["<code>-1</code>"]);
        // A bound is rounded upwards.
        assert_eq!(upwards(&json!(0.007_012)), "0.00702");
        assert_eq!(upwards(&json!(0.05)), "0.05");
        assert_eq!(upwards(&json!(1.0)), "1");
        shows("limit", &json!({"exists": false, "left": "-inf", "right": "inf"}), &["no limit", "-inf"]);
        shows(
            "explain",
            &json!({"expr": "2 x", "steps": [{"rule": "power", "from": "d", "to": "2 x"}]}),
            &["power", "<li>"],
        );
    }
}
