//! Methods whose steps are as long as they were told: the path is that of a calculation by hand.
//!
//! Source: Polyak 1964 (momentum); Nesterov 1983, in the form of Sutskever et al. 2013; Kingma & Ba 2015 (Adam).

use super::MinimizeError;
use super::options::Method;
use super::report::Stop;
use super::run::Run;

/// Keeps Adam from dividing by 0.
const ADAM_EPSILON: f64 = 1e-8;

pub(super) fn run(run: &mut Run<'_, '_>, method: Method) -> Result<Stop, MinimizeError> {
    let step = run.options.step.unwrap_or(method.row().step);
    let (beta, decay) = (run.options.momentum, run.options.decay);
    let n = run.at.x.len();
    let mut velocity = vec![0.0; n];
    let mut squares = vec![0.0; n];
    let (mut first, mut second) = (1.0, 1.0);
    loop {
        let mut x = run.at.x.clone();
        match method {
            Method::Momentum => {
                for ((x, v), g) in x.iter_mut().zip(&mut velocity).zip(&run.at.g) {
                    *v = beta * *v - step * g;
                    *x += *v;
                }
            }
            Method::Nesterov => {
                let mut ahead: Vec<f64> = x.iter().zip(&velocity).map(|(x, v)| x + beta * v).collect();
                run.project(&mut ahead);
                let ahead = run.point(ahead)?;
                for ((x, v), g) in x.iter_mut().zip(&mut velocity).zip(&ahead.g) {
                    *v = beta * *v - step * g;
                    *x += *v;
                }
            }
            Method::Adam => {
                first *= beta;
                second *= decay;
                for (((x, m), s), g) in x.iter_mut().zip(&mut velocity).zip(&mut squares).zip(&run.at.g) {
                    *m = beta * *m + (1.0 - beta) * g;
                    *s = decay * *s + (1.0 - decay) * g * g;
                    *x -= step * (*m / (1.0 - first)) / ((*s / (1.0 - second)).sqrt() + ADAM_EPSILON);
                }
            }
            _ => x.iter_mut().zip(&run.at.g).for_each(|(x, g)| *x -= step * g),
        }
        run.project(&mut x);
        let next = run.point(x)?;
        if let Some(stop) = run.step_to(next) {
            return Ok(stop);
        }
    }
}
