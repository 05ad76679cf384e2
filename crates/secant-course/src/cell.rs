//! A cell of a lesson: an expression or call, and what the engine makes of it.

use secant::calculus::{Detail, explain};
use secant::sheet::Scope;
use secant::sheet::figure::{FigureFault, Task};

use crate::text::escape;

/// Most lines of an explanation.
const MAX_STEPS: usize = 40;

/// The HTML of a cell: its text, its result, and the steps for `explain(…)`.
pub(crate) fn html(scope: &Scope, text: &str) -> Result<String, FigureFault> {
    // A cell may speak of names that its figure does not have.
    let scope = scope.opened();
    let inside = text.strip_prefix("explain(").and_then(|t| t.strip_suffix(')'));
    let start = if inside.is_some() { "explain(".len() } else { 0 };
    let task = scope.task(inside.unwrap_or(text)).map_err(|wrong| wrong.moved(start))?;
    let mut steps = String::new();
    let result = match &task {
        Task::Value(e) => e.clone(),
        Task::Derivative { of, by, order } => {
            let derivation = explain(of, by, *order, Detail::Normal, MAX_STEPS);
            if inside.is_some() {
                for step in &derivation.steps {
                    let (rule, from, to) = (escape(&step.name()), step.from.to_mathml(), step.to.to_mathml());
                    steps.push_str(&format!("<li><span class=\"rule\">{rule}</span> {from} = {to}</li>"));
                }
            }
            derivation.result
        }
    };
    if !steps.is_empty() {
        steps = format!("<ol class=\"steps\">{steps}</ol>");
    }
    let (source, result) = (escape(text), result.to_mathml());
    Ok(format!(
        "<div class=\"cell\"><code class=\"source\">{source}</code><div class=\"result\">{result}</div>{steps}</div>\n"
    ))
}
