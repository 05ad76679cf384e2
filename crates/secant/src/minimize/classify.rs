//! What kind of point was found.
//!
//! The Hessian is measured in the units of its own diagonal, which changes no sign of an eigenvalue (Sylvester) and lets those
//! that are rounding be told from those that are small by their units alone. A point with a small slope is stationary only
//! where the second-order model has its stationary point nearby.

use nalgebra::{DMatrix, DVector};

use super::MinimizeError;
use super::nearby::{Scaled, eigen};
use super::report::{ActiveBound, Kind, PostMortem, Status, Stop};
use super::run::Run;
use crate::program::ProgramError;

/// More variables are not looked at.
const MOST: usize = 300;
/// Eigenvalues below this share of the largest, in units of the diagonal, do not tell their sign.
const CLEAR: f64 = 1e-10;
/// Relative distance within which a stationary point has to be.
const NEARBY: f64 = 1e-2;
/// The same where the slope is not nought, as far as was asked.
const CLOSE: f64 = 1e-4;
/// How much lower, relative to the value or 1, the value may be there.
const TO_FALL: f64 = 1e-6;
/// A multiplier below this share of the largest slope at the start does not hold its variable for certain.
const HOLDS: f64 = 1e-9;
/// A unit so much larger or smaller than the usual one is worth a word.
const FAR_OFF: f64 = 1e3;

pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) status: Status,
    /// Does the value certainly fall along some direction?
    falls: bool,
    /// To the stationary point of the second-order model.
    step: Vec<f64>,
    pub(super) post_mortem: PostMortem,
}

impl Run<'_, '_> {
    /// Kind and status of the best point, and what the second derivatives say of it.
    pub(super) fn classify(&mut self, stop: Stop) -> Result<Found, MinimizeError> {
        let mut found = Found {
            kind: Kind::Undecided,
            status: Status::Failed,
            falls: false,
            step: Vec::new(),
            post_mortem: PostMortem::default(),
        };
        found.post_mortem.active = self.active();
        let finite = self.best.is_finite();
        let mut hessian = None;
        if finite && self.best.x.len() <= MOST && !self.best.x.is_empty() {
            let x = self.best.x.clone();
            let charged = self.objective.charge(30 * (x.len() as u64).pow(3));
            match charged.and_then(|()| self.objective.hessian(&x)) {
                Ok(Some(h)) if h.iter().all(|x| x.is_finite()) => {
                    self.look(&h, &mut found);
                    hessian = Some(h);
                }
                Ok(_) => {}
                // The answer stands without it.
                Err(ProgramError::Operations { .. } | ProgramError::TooLarge { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        // Where the model has its own stationary point tells more than how flat it is.
        let PostMortem { distance, fall, .. } = found.post_mortem;
        let still = TO_FALL * self.best.f.abs().max(1.0);
        let there = match (distance, fall) {
            (Some(distance), Some(fall)) => {
                // Where rounding was the end, the slope is rounding, too: then it has to be closer.
                let nearby = if self.is_flat_at(&self.best) { NEARBY } else { CLOSE };
                distance <= nearby && fall.abs() <= still
            }
            _ => finite && (self.is_flat_at(&self.best) || stop == Stop::Rounding),
        };
        if !there || stop == Stop::Unbounded {
            found.kind = Kind::Undecided;
        }
        if found.kind == Kind::Minimum && self.is_lower_nearby(hessian.as_ref(), &found.step)? {
            found.kind = Kind::Degenerate;
            found.falls = true;
            let note = "curved upwards here, but lower values are near: a flat place on a slope";
            found.post_mortem.notes.push(note.to_owned());
        }
        if !there && distance.is_some() && stop.arrived() {
            let note = "the slope is small here, and so is the curvature: the second-order model has no stationary point \
                        nearby, and the value may go on falling slowly";
            found.post_mortem.notes.push(note.to_owned());
        }
        found.status = match found.kind {
            _ if !(stop.arrived() && finite && there) || found.falls => Status::Failed,
            Kind::Minimum => Status::Tested,
            _ => Status::Estimated,
        };
        Ok(found)
    }

    fn is_lower_nearby(&mut self, h: Option<&DMatrix<f64>>, step: &[f64]) -> Result<bool, MinimizeError> {
        let p = self.best.clone();
        let free: Vec<usize> =
            self.free(&p).iter().enumerate().filter(|(_, f)| **f).map(|(k, _)| k).collect();
        let scaled = h.filter(|_| !free.is_empty()).and_then(|h| Scaled::of(h, &free));
        let mut look = || {
            Ok((!step.is_empty() && self.lower_beyond(&p, step)?)
                || match &scaled {
                    Some(scaled) => self.lower_nearby(&p, &free, scaled)?.is_some(),
                    None => false,
                })
        };
        match look() {
            // Not looked at is not found.
            Err(MinimizeError::Program(ProgramError::Operations { .. })) => Ok(true),
            found => found,
        }
    }

    /// Bounds that hold a variable at the best point.
    fn active(&self) -> Vec<ActiveBound> {
        let Some(bounds) = self.bounds else { return Vec::new() };
        let names = self.objective.names();
        let held = |(k, (low, high)): (usize, &(f64, f64))| {
            let (x, g) = (self.best.x[k], self.best.g[k]);
            let upper = x >= *high && g <= 0.0;
            ((x <= *low && g >= 0.0) || upper).then(|| ActiveBound {
                name: names[k].clone(),
                bound: x,
                upper,
                multiplier: g.abs(),
            })
        };
        bounds.iter().enumerate().filter_map(held).collect()
    }

    fn look(&self, h: &DMatrix<f64>, found: &mut Found) {
        let n = self.best.x.len();
        let strictly: Vec<bool> = self.free(&self.best);
        let weak = HOLDS * self.best.g.iter().fold(1.0_f64, |a, g| a.max(g.abs()));
        // A bound that hardly holds its variable may let it go.
        let loose = |k: &usize| strictly[*k] || self.best.g[*k].abs() <= weak && self.can_move(*k);
        let all: Vec<usize> = (0..n).filter(loose).collect();
        let free: Vec<usize> = (0..n).filter(|&k| strictly[k]).collect();
        let Found { post_mortem: note, step, .. } = found;
        (found.kind, found.falls) = match (self.signs(h, &all, Some(step), note), all.len() == free.len()) {
            (found, true) => found,
            (found @ (Kind::Minimum, _), _) => found,
            // Curvature that is not positive leads down only where it leads inside.
            _ => match self.signs(h, &free, None, note) {
                (Kind::Minimum, falls) => (Kind::Degenerate, falls),
                found => found,
            },
        };
        if free.len() < n && found.kind == Kind::Maximum {
            // What is held rises inwards.
            found.kind = Kind::Saddle;
        }
        note.badly_scaled = self.badly_scaled(h, &free, note.condition);
    }

    /// Is there any room between the bounds?
    fn can_move(&self, k: usize) -> bool {
        self.bounds.is_none_or(|bounds| bounds[k].0 < bounds[k].1)
    }

    /// The kind by the part of the Hessian along these variables, all of which are free; and whether it has a negative
    /// eigenvalue.
    fn signs(
        &self,
        h: &DMatrix<f64>,
        free: &[usize],
        write: Option<&mut Vec<f64>>,
        note: &mut PostMortem,
    ) -> (Kind, bool) {
        let m = free.len();
        if m == 0 {
            return (Kind::Minimum, false);
        }
        let entry = |i: usize, j: usize| h[(free[i], free[j])];
        let Some(Scaled { units: unit, eigen: inner }) = &Scaled::of(h, free) else {
            return (Kind::Undecided, false);
        };
        let size = inner.eigenvalues.amax();
        let sign = |v: f64| if v.abs() <= CLEAR * size { 0 } else { v.signum() as i32 };
        let signs: Vec<i32> = inner.eigenvalues.iter().map(|v| sign(*v)).collect();
        if let Some(whole) = write {
            if let Some(plain) = eigen(DMatrix::from_fn(m, m, entry)) {
                note.eigenvalues = plain.eigenvalues.iter().copied().collect();
                note.eigenvalues.sort_by(f64::total_cmp);
                let sizes = note.eigenvalues.iter().map(|v| v.abs());
                let (least, most) = sizes.fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
                note.condition = (most > 0.0).then_some(most / least);
            }
            if signs.iter().all(|s| *s != 0) {
                let g = DVector::from_iterator(m, (0..m).map(|i| self.best.g[free[i]] / unit[i]));
                let mut along = inner.eigenvectors.tr_mul(&g);
                let falls = along.iter().zip(inner.eigenvalues.iter()).map(|(a, v)| 0.5 * a * a / v);
                note.fall = Some(falls.sum());
                along.iter_mut().zip(inner.eigenvalues.iter()).for_each(|(a, v)| *a /= v);
                let step = &inner.eigenvectors * along;
                *whole = vec![0.0; self.best.x.len()];
                free.iter().enumerate().for_each(|(i, &k)| whole[k] = -step[i] / unit[i]);
                let relative = |i: usize| step[i].abs() / unit[i] / self.best.x[free[i]].abs().max(1.0);
                note.distance = Some((0..m).map(relative).fold(0.0, f64::max));
            }
        }
        let (up, down) = (signs.iter().filter(|s| **s > 0).count(), signs.iter().filter(|s| **s < 0).count());
        let kind = match (up, down) {
            (_, 0) if up == m => Kind::Minimum,
            (0, _) if down == m => Kind::Maximum,
            (1.., 1..) => Kind::Saddle,
            _ => Kind::Degenerate,
        };
        (kind, down > 0)
    }

    /// Variables whose units are far from the usual one, when it is the units that make the Hessian hard.
    fn badly_scaled(&self, h: &DMatrix<f64>, free: &[usize], condition: Option<f64>) -> Vec<(String, f64)> {
        if condition.is_none_or(|c| c < FAR_OFF * FAR_OFF) {
            return Vec::new();
        }
        let unit = |k: usize| h[(k, k)].abs().sqrt().recip();
        let mut units: Vec<f64> = free.iter().map(|&k| unit(k)).filter(|u| u.is_finite()).collect();
        units.sort_by(f64::total_cmp);
        let Some(usual) = units.get(units.len() / 2).copied() else { return Vec::new() };
        let names = self.objective.names();
        let off = |&k: &usize| {
            let times = unit(k) / usual;
            (times.is_finite() && !(1.0 / FAR_OFF..=FAR_OFF).contains(&times))
                .then(|| (names[k].clone(), times))
        };
        free.iter().filter_map(off).collect()
    }
}
