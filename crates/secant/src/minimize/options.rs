//! What a minimisation may be told: the method, where it stops, the numbers that a method goes by.
//!
//! Here: one options type, and the table of methods.
//! Invariant: every default is finite, so that everything ends.

use super::MinimizeError;

/// A way downhill. Each is a row of [`METHODS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `x ← x − step ∇f(x)`, the step as it was given.
    GradientDescent,
    /// Along `−∇f(x)`, as far as a line search says.
    SteepestDescent,
    /// `v ← momentum v − step ∇f(x)`, `x ← x + v`.
    Momentum,
    /// `v ← momentum v − step ∇f(x + momentum v)`, `x ← x + v`.
    Nesterov,
    /// Steps scaled by running means of the slopes and of their squares.
    Adam,
    /// Polak–Ribière+ or Hager–Zhang, with a line search.
    ConjugateGradient,
    /// A full matrix learnt from the slopes.
    Bfgs,
    /// The same from the last few slopes alone.
    LimitedBfgs,
    /// The second-order model where it can be trusted.
    Newton,
    /// Sums of squares: the residuals made linear, the whole step.
    GaussNewton,
    /// Sums of squares: the residuals made linear, the step held short.
    LevenbergMarquardt,
}

/// What there is to know of a method.
#[derive(Clone, Copy, Debug)]
pub struct MethodRow {
    /// Which.
    pub method: Method,
    /// The word for it in requests.
    pub name: &'static str,
    /// What it does, in a line.
    pub does: &'static str,
    /// Which derivatives it asks for: 1 or 2.
    pub derivatives: u8,
    /// Does it keep to bounds?
    pub bounds: bool,
    /// Is it for sums of squares alone?
    pub squares: bool,
    /// Length of its step where none is given: of the whole run, or the first that a line search tries.
    pub step: f64,
}

/// Every method.
#[rustfmt::skip]
pub const METHODS: &[MethodRow] = &[
    row(Method::GradientDescent,    "gradient-descent",    "x - step grad f, the step fixed",                   1, true,  false, 0.1),
    row(Method::SteepestDescent,    "steepest-descent",    "along -grad f, as far as a line search says",       1, true,  false, 1.0),
    row(Method::Momentum,           "momentum",            "v = momentum v - step grad f(x), x + v",            1, true,  false, 0.1),
    row(Method::Nesterov,           "nesterov",            "v = momentum v - step grad f(x + momentum v), x + v", 1, true, false, 0.1),
    row(Method::Adam,               "adam",                "steps scaled by means of slopes and their squares", 1, true,  false, 0.1),
    row(Method::ConjugateGradient,  "conjugate-gradient",  "directions that do not undo each other",            1, false, false, 1.0),
    row(Method::Bfgs,               "bfgs",                "a full Hessian learnt from the slopes",             1, true,  false, 1.0),
    row(Method::LimitedBfgs,        "l-bfgs",              "a Hessian learnt from the last few slopes",         1, true,  false, 1.0),
    row(Method::Newton,             "newton",              "the second-order model, in a trust region",         2, true,  false, 1.0),
    row(Method::GaussNewton,        "gauss-newton",        "residuals made linear, whole steps",                1, false, true,  1.0),
    row(Method::LevenbergMarquardt, "levenberg-marquardt", "residuals made linear, damped steps",               1, true,  true,  1.0),
];

const fn row(
    method: Method,
    name: &'static str,
    does: &'static str,
    derivatives: u8,
    bounds: bool,
    squares: bool,
    step: f64,
) -> MethodRow {
    MethodRow { method, name, does, derivatives, bounds, squares, step }
}

impl Method {
    /// What there is to know of it.
    pub fn row(self) -> &'static MethodRow {
        &METHODS[self as usize]
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The method of this name; `l-bfgs-b` is `l-bfgs`, which keeps to bounds where there are any.
    pub fn by_name(name: &str) -> Option<Method> {
        let name = if name == "l-bfgs-b" { "l-bfgs" } else { name };
        METHODS.iter().find(|row| row.name == name).map(|row| row.method)
    }
}

/// How far along a direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineSearch {
    /// From `step`, halved until the value has fallen enough (Armijo).
    Backtracking,
    /// Until the value has fallen enough and the slope has flattened (strong Wolfe).
    #[default]
    Wolfe,
}

/// Which conjugate direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conjugate {
    /// Polak–Ribière, never below 0.
    PolakRibiere,
    /// Hager–Zhang.
    #[default]
    HagerZhang,
}

/// How to minimise, and when to stop; `Options { max_steps: 10, ..Options::default() }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Default: what suits size, structure and bounds ([`super::chosen`]).
    pub method: Option<Method>,
    /// Default 2000; always finite.
    pub max_steps: usize,
    /// Stops where the length of the gradient, bounds taken into account, is at most this, relative to the smaller of two
    /// sizes: that of the gradient at the start, and that of the value or 1, whichever is larger. Default `1e-9`.
    pub gradient_tol: f64,
    /// Stops after a step that is at most this long, relative to `x`; default 0: only where `x` no longer changes.
    pub step_tol: f64,
    /// Stops after a step that changes the value by at most this, relative to it; default 0: only where that is rounding.
    pub value_tol: f64,
    /// Length of the step of the methods that have a fixed one, and the first that a line search tries; default: that of the
    /// method's row.
    pub step: Option<f64>,
    /// Share of the last step that goes on, for `momentum`, `nesterov` and `adam`; default 0.9, below 1.
    pub momentum: f64,
    /// The same for the squares of the slopes, for `adam`; default 0.999, below 1.
    pub decay: f64,
    /// Default: strong Wolfe.
    pub line_search: LineSearch,
    /// Default: Hager–Zhang.
    pub conjugate: Conjugate,
    /// How many steps `l-bfgs` remembers; default 10.
    pub memory: usize,
    /// Most points of the trace; default 1000. Of a longer run every second, every fourth, … is kept.
    pub trace: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            method: None,
            max_steps: 2000,
            gradient_tol: 1e-9,
            step_tol: 0.0,
            value_tol: 0.0,
            step: None,
            momentum: 0.9,
            decay: 0.999,
            line_search: LineSearch::default(),
            conjugate: Conjugate::default(),
            memory: 10,
            trace: 1000,
        }
    }
}

/// Most steps, and most remembered ones, that may be asked for.
pub const MOST_STEPS: usize = 1_000_000;
/// Most steps that `l-bfgs` may remember.
pub const MOST_MEMORY: usize = 200;

impl Options {
    /// Are all numbers of use?
    pub(super) fn check(&self) -> Result<(), MinimizeError> {
        let wrong = |name: &'static str, value: f64, wanted: &'static str| {
            Err(MinimizeError::Option { name, value, wanted })
        };
        for (name, tol) in
            [("gradient_tol", self.gradient_tol), ("step_tol", self.step_tol), ("value_tol", self.value_tol)]
        {
            if !(tol >= 0.0 && tol.is_finite()) {
                return wrong(name, tol, "a number from 0 on");
            }
        }
        for (name, share) in [("momentum", self.momentum), ("decay", self.decay)] {
            if !(0.0..1.0).contains(&share) {
                return wrong(name, share, "a number from 0 on and below 1");
            }
        }
        match self.step {
            Some(step) if !(step > 0.0 && step.is_finite()) => {
                return wrong("step", step, "a positive number");
            }
            _ => {}
        }
        if self.max_steps > MOST_STEPS {
            return wrong("max_steps", self.max_steps as f64, "at most 1000000");
        }
        if self.memory == 0 || self.memory > MOST_MEMORY {
            return wrong("memory", self.memory as f64, "from 1 to 200");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_methods() {
        for (k, row) in METHODS.iter().enumerate() {
            assert_eq!(row.method as usize, k);
            assert_eq!(Method::by_name(row.name), Some(row.method));
        }
        assert_eq!(Method::by_name("l-bfgs-b"), Some(Method::LimitedBfgs));
        assert_eq!(Method::by_name("simplex"), None);
    }
}
