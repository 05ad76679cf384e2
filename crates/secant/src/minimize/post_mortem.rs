//! Why it stopped, in a sentence.

use super::classify::Found;
use super::options::Method;
use super::report::{Kind, Stop};
use super::run::Run;

impl Run<'_, '_> {
    pub(super) fn reason(&self, stop: Stop, found: &Found) -> String {
        let steps = if self.steps == 1 { "1 step".to_owned() } else { format!("{} steps", self.steps) };
        let slope = self.slope_length(&self.best);
        let fixed = matches!(self.method, Method::GradientDescent | Method::Momentum | Method::Nesterov);
        let mut text = match stop {
            Stop::Gradient if self.steps == 0 => {
                "the start is a stationary point: the gradient is 0 there".to_owned()
            }
            Stop::Gradient => {
                format!("the gradient is 0 to within what was asked, {slope:.1e}, after {steps}")
            }
            Stop::Step if self.options.step_tol == 0.0 && fixed => {
                format!("a step no longer changes the point, after {steps}; the gradient is {slope:.1e}")
            }
            Stop::Step if self.options.step_tol == 0.0 => format!(
                "no step leads any lower, after {steps}, though the gradient is {slope:.1e}: the slope jumps there"
            ),
            Stop::Step => format!(
                "the last step was as short as was asked, after {steps}, though the gradient is {slope:.1e}"
            ),
            Stop::Value => format!(
                "the last step changed the value by {:.1e} only, after {steps}",
                self.last_change.abs()
            ),
            Stop::Rounding => format!(
                "what another step would change is below the rounding of the value, after {steps}; the gradient is {slope:.1e}"
            ),
            Stop::Unbounded => {
                format!("the value falls without end: it was {} after {steps}", short(self.at.f))
            }
            Stop::MaxSteps => {
                format!("the {steps} that were allowed are used up; the gradient is {slope:.1e}")
            }
            Stop::NotFinite if self.steps == 0 => {
                "the value, or a derivative, is not a finite number at the start".to_owned()
            }
            Stop::NotFinite => format!("the value, or a derivative, is not a finite number after {steps}"),
            Stop::LineSearch => format!(
                "no lower value was found along a direction that leads down, after {steps}: the slope jumps there, or rounding hides the descent"
            ),
            Stop::Budget => format!("the operations that were allowed are used up, after {steps}"),
        };
        if self.best.f < self.at.f || !self.at.f.is_finite() && self.best.f.is_finite() {
            text += "; reported is the best point on the way, not the last";
            let curved = found.post_mortem.eigenvalues.last().copied().filter(|v| *v > 0.0);
            if let (true, Some(most)) = (fixed && !stop.arrived(), curved) {
                let step = self.options.step.unwrap_or(self.method.row().step);
                if step > 2.0 / most {
                    text += &format!(
                        "; the step {step} is too long for the curvature there, try less than {:.1e}",
                        2.0 / most
                    );
                }
            }
        }
        text += match found.kind {
            Kind::Saddle => "; it is a saddle: the value falls along some direction",
            Kind::Maximum => "; it is a maximum: the value falls in every direction",
            Kind::Degenerate => "; the second derivatives do not decide what kind of point it is",
            Kind::Minimum | Kind::Undecided => "",
        };
        text
    }
}

fn short(x: f64) -> String {
    if x.is_infinite() { "beyond all numbers".to_owned() } else { format!("{x:.1e}") }
}
