//! A model made ready: its parameters found, its slopes taken and compiled.
//!
//! Start reading at [`Regression::new`], then [`Regression::run`].

use std::collections::HashMap;
use std::sync::OnceLock;

use super::error::FitError;
use super::hoist::hoist;
use super::linear;
use super::options::{FitOptions, Loss, Method, Setup, Sigma};
use super::pass::{Compiled, Engine, Source};
use super::precise::Precise;
use super::report::FitReport;
use super::rows::Rows;
use super::search;
use super::second::{self, Second};
use crate::calculus::derivative;
use crate::expr::{Expr, Rational, Symbol};
use crate::program::Program;

/// A model made ready to be fitted to any number of tables.
///
/// ```
/// use secant::expr::Symbol;
/// use secant::fit::{FitOptions, Regression, Setup, Table};
/// use secant::syntax::parse_expr;
/// let columns = [Symbol::new("x"), Symbol::new("y")];
/// let line = Regression::new(&parse_expr("y")?, &parse_expr("a + b x")?, &columns, &Setup::default())?;
/// let (x, y) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]);
/// let mut table = Table::new(columns.into_iter().zip([&x[..], &y[..]]))?;
/// let report = line.run(&mut table, &[], &FitOptions::default())?;
/// assert_eq!(report.value("b"), Some(2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Regression {
    pub(super) left: Expr,
    /// The right side in columns and free parameters.
    pub(super) right: Expr,
    pub(super) params: Vec<Symbol>,
    /// Its slopes by the parameters.
    pub(super) slopes: Vec<Expr>,
    pub(super) columns: Vec<Symbol>,
    pub(super) sigma: Sigma,
    pub(super) relative: bool,
    /// Lower and upper bound of each parameter.
    pub(super) bounds: Vec<(f64, f64)>,
    pub(super) fixed: Vec<(Symbol, f64)>,
    pub(super) tied: Vec<(Symbol, Expr)>,
    /// Does every parameter stand in it to the first power, in front of what has none?
    pub(super) linear: bool,
    /// Parameters of which this is so while the others stand still.
    pub(super) linear_part: Vec<bool>,
    pub(super) compiled: Compiled,
    /// The same of a linear model where its parameters are 0, columns of the data taken as they are.
    pub(super) plain: Option<Compiled>,
    /// The columns of the sums with twice the precision, for small and for difficult linear models.
    pub(super) precise: Option<Precise>,
    /// Second derivatives, compiled when they are first asked for.
    second: OnceLock<Second>,
    along: OnceLock<Compiled>,
}

impl Regression {
    /// Of `left ~ right`, in the names of `columns` and in parameters.
    ///
    /// # Errors
    /// [`FitError`]s about names, bounds and sigma.
    pub fn new(left: &Expr, right: &Expr, columns: &[Symbol], setup: &Setup) -> Result<Regression, FitError> {
        for side in [left, right] {
            if side.has_axes() {
                return Err(FitError::HasAxes { part: side.to_string() });
            }
        }
        if let Some(name) = left.free_symbols().into_iter().find(|name| !columns.contains(name)) {
            return Err(FitError::UnknownColumn { name, known: columns.to_vec() });
        }
        if let Sigma::Column(name) = &setup.sigma
            && !columns.contains(name)
        {
            return Err(FitError::UnknownColumn { name: name.clone(), known: columns.to_vec() });
        }
        if let Sigma::Same(value) = setup.sigma
            && !(value > 0.0 && value.is_finite())
        {
            return Err(FitError::Sigma { value, row: 0 });
        }
        let all = parameters(right, columns, setup)?;
        let known = |name: &Symbol| match all.contains(name) {
            true => Ok(()),
            false => Err(FitError::UnknownParameter { name: name.clone(), known: all.clone() }),
        };
        setup.fixed.iter().try_for_each(|(name, _)| known(name))?;
        setup.tied.iter().try_for_each(|(name, _)| known(name))?;
        let mut held: HashMap<Symbol, Expr> = HashMap::new();
        for (name, value) in &setup.fixed {
            let number = Rational::from_f64(*value)
                .ok_or_else(|| FitError::Start { name: name.clone(), value: *value })?;
            held.insert(name.clone(), Expr::number(number));
        }
        for (name, by) in &setup.tied {
            for other in by.free_symbols() {
                known(&other)?;
                if setup.tied.iter().any(|(tied, _)| *tied == other) {
                    return Err(FitError::UnknownParameter { name: other, known: all.clone() });
                }
            }
            held.insert(name.clone(), by.substitute(&held));
        }
        let right = right.substitute(&held);
        let params: Vec<Symbol> = all.into_iter().filter(|name| !held.contains_key(name)).collect();
        if params.is_empty() {
            return Err(FitError::NoParameters);
        }
        let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); params.len()];
        for (name, low, high) in &setup.bounds {
            let Some(k) = params.iter().position(|p| p == name) else {
                return Err(FitError::UnknownParameter { name: name.clone(), known: params });
            };
            if low.is_nan() || high.is_nan() || low >= high {
                return Err(FitError::Bounds { name: name.clone(), low: *low, high: *high });
            }
            bounds[k] = (*low, *high);
        }
        let slopes: Vec<Expr> = params.iter().map(|name| derivative(&right, name)).collect();
        let linear_part = linear_part(&params, &slopes);
        let linear = linear_part.iter().all(|linear| *linear);
        let direct = linear && setup.sigma == Sigma::Unknown;
        let weighted: Vec<Expr> = std::iter::once(left - &right)
            .chain(slopes.iter().cloned())
            .map(|e| over_sigma(e, &setup.sigma))
            .collect();
        // What a linear model leaves where all its parameters are 0.
        let origin: HashMap<Symbol, Expr> = params.iter().map(|p| (p.clone(), Expr::zero())).collect();
        let at_origin: Vec<Expr> = weighted.iter().map(|e| e.substitute(&origin)).collect();
        let compiled = compile(&weighted, columns, &params, false, &setup.sigma)?;
        let plain =
            linear.then(|| compile(&at_origin, columns, &params, direct, &setup.sigma)).transpose()?;
        let precise = linear.then(|| Precise::new(&at_origin, columns)).transpose()?.flatten();
        Ok(Regression {
            left: left.clone(),
            right,
            params,
            slopes,
            columns: columns.to_vec(),
            sigma: setup.sigma.clone(),
            relative: setup.relative,
            bounds,
            fixed: setup.fixed.clone(),
            tied: setup.tied.clone(),
            linear,
            linear_part,
            compiled,
            plain,
            precise,
            second: OnceLock::new(),
            along: OnceLock::new(),
        })
    }

    /// The free parameters, in the order of the report.
    pub fn params(&self) -> &[Symbol] {
        &self.params
    }

    /// Is the model linear in its parameters? Then there is one minimum, and no start is needed.
    pub fn is_linear(&self) -> bool {
        self.linear
    }

    pub(super) fn second(&self) -> Result<&Second, FitError> {
        if let Some(second) = self.second.get() {
            return Ok(second);
        }
        let second = Second::new(self)?;
        Ok(self.second.get_or_init(|| second))
    }

    pub(super) fn along(&self) -> Result<&Compiled, FitError> {
        if let Some(along) = self.along.get() {
            return Ok(along);
        }
        let along = second::along(self)?;
        Ok(self.along.get_or_init(|| along))
    }

    /// Fits it to the rows, from `start` where it is given, for some of the parameters or all.
    ///
    /// # Errors
    /// [`FitError`]. Not converging is none: see [`FitReport::stop`].
    pub fn run(
        &self,
        rows: &mut dyn Rows,
        start: &[(Symbol, f64)],
        options: &FitOptions<'_>,
    ) -> Result<FitReport, FitError> {
        check(options)?;
        let mut given = vec![None; self.params.len()];
        for (name, value) in start {
            let Some(k) = self.params.iter().position(|p| p == name) else {
                if self.fixed.iter().any(|(f, _)| f == name) || self.tied.iter().any(|(t, _)| t == name) {
                    continue;
                }
                let known = self.params.clone();
                return Err(FitError::UnknownParameter { name: name.clone(), known });
            };
            if !value.is_finite() {
                return Err(FitError::Start { name: name.clone(), value: *value });
            }
            given[k] = Some(value.clamp(self.bounds[k].0, self.bounds[k].1));
        }
        let mut engine = Engine::new(options);
        let bounded = self.bounds.iter().any(|(low, high)| low.is_finite() || high.is_finite());
        let direct =
            options.loss == Loss::Squares && options.method == Method::LevenbergMarquardt && !bounded;
        let found = match &self.plain {
            Some(plain) if direct => linear::solve(self, plain, &mut engine, rows)?,
            _ => search::search(self, &mut engine, rows, &given)?,
        };
        FitReport::new(self, &mut engine, rows, found)
    }
}

fn check(options: &FitOptions<'_>) -> Result<(), FitError> {
    let positive = |option, value: f64| match value > 0.0 && value.is_finite() {
        true => Ok(()),
        false => Err(FitError::Option { option, value, wanted: "a number above 0" }),
    };
    positive("tolerance", options.tolerance)?;
    if let Some(scale) = options.loss.scale() {
        positive("loss scale", scale)?;
    }
    if let Method::SteepestDescent { aggression } = options.method {
        positive("aggression", aggression)?;
    }
    Ok(())
}

fn parameters(right: &Expr, columns: &[Symbol], setup: &Setup) -> Result<Vec<Symbol>, FitError> {
    let free: Vec<Symbol> = right.free_symbols().into_iter().filter(|name| !columns.contains(name)).collect();
    let Some(params) = &setup.params else {
        return if free.is_empty() { Err(FitError::NoParameters) } else { Ok(free) };
    };
    if let Some(name) = params.iter().find(|name| columns.contains(name)) {
        return Err(FitError::ColumnAsParameter { name: name.clone() });
    }
    if let Some(name) = free.into_iter().find(|name| !params.contains(name)) {
        return Err(FitError::UnknownName { name, known: params.clone() });
    }
    let mut unique: Vec<Symbol> = Vec::new();
    for name in params {
        if !unique.contains(name) {
            unique.push(name.clone());
        }
    }
    if unique.is_empty() { Err(FitError::NoParameters) } else { Ok(unique) }
}

/// What stands over sigma in the sums.
pub(super) fn over_sigma(e: Expr, sigma: &Sigma) -> Expr {
    match sigma {
        Sigma::Unknown => e,
        Sigma::Same(value) => match Rational::from_f64(*value) {
            Some(value) => e / Expr::number(value),
            None => e,
        },
        Sigma::Column(name) => e / Expr::var(name.clone()),
    }
}

/// The largest set of parameters that is found by going through them in which each stands to the first power, in front of
/// what has none of the set.
fn linear_part(params: &[Symbol], slopes: &[Expr]) -> Vec<bool> {
    let mut part = vec![false; params.len()];
    for j in 0..params.len() {
        let apart = |k: usize| !slopes[j].contains(&params[k]);
        part[j] = apart(j) && (0..j).all(|k| !part[k] || apart(k));
    }
    part
}

/// The programs of these columns of sums; `direct` where columns of the data may be taken as they are.
pub(super) fn compile(
    sums: &[Expr],
    columns: &[Symbol],
    params: &[Symbol],
    direct: bool,
    sigma: &Sigma,
) -> Result<Compiled, FitError> {
    let hoisted = hoist(sums, columns);
    let (mut exprs, mut sources) = (Vec::new(), Vec::new());
    let used: Vec<Symbol> =
        columns.iter().filter(|name| hoisted.exprs.iter().any(|e| e.contains(name))).cloned().collect();
    // A model without columns still has as many rows as the data.
    let used = if used.is_empty() { columns.iter().take(1).cloned().collect() } else { used };
    for e in &hoisted.exprs {
        match e.as_var().and_then(|name| used.iter().position(|c| c == name)) {
            Some(column) if direct => sources.push(Source::Column(column)),
            _ => {
                sources.push(Source::Output(exprs.len()));
                exprs.push(e.clone());
            }
        }
    }
    let (names, scalars): (Vec<Symbol>, Vec<Expr>) = hoisted.scalars.into_iter().unzip();
    // Parameters that stand alone are handed on.
    let alone: Vec<Symbol> =
        params.iter().filter(|p| hoisted.exprs.iter().any(|e| e.contains(p))).cloned().collect();
    let prelude: Vec<Expr> = scalars.into_iter().chain(alone.iter().cloned().map(Expr::var)).collect();
    let inputs: Vec<Symbol> = used.iter().cloned().chain(names).chain(alone).collect();
    let sigma = match sigma {
        Sigma::Column(name) => used.iter().position(|c| c == name),
        Sigma::Unknown | Sigma::Same(_) => None,
    };
    Ok(Compiled {
        columns: used,
        sigma,
        prelude: Program::compile(&prelude, params)?,
        program: Program::compile(&exprs, &inputs)?,
        sources,
    })
}
