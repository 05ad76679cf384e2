//! The lowest point of a quadratic model within a distance.
//!
//! Here: exactly, by eigenvalues; roughly, by conjugate gradients that stop at the border.
//! Source: Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983); Steihaug, SIAM J. Numer. Anal. 20 (1983).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// A quadratic model `g·s + s·H s/2`, its matrix taken apart.
pub(super) struct Spectrum {
    values: DVector<f64>,
    vectors: DMatrix<f64>,
}

/// Rounds of the search for the multiplier.
const MOST_ROUNDS: usize = 200;

impl Spectrum {
    /// Of a symmetric matrix; `None` where it has entries that are not finite, or where the eigenvalues are not found.
    pub(super) fn of(matrix: DMatrix<f64>) -> Option<Spectrum> {
        if matrix.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let most = 200 + 60 * matrix.nrows();
        let SymmetricEigen { eigenvalues, eigenvectors } =
            SymmetricEigen::try_new(matrix, f64::EPSILON, most)?;
        Some(Spectrum { values: eigenvalues, vectors: eigenvectors })
    }

    /// The lowest point of the model within `radius`.
    pub(super) fn step(&self, g: &DVector<f64>, radius: f64) -> DVector<f64> {
        let c = self.vectors.tr_mul(g);
        let least = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let size = self.values.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
        let at = |mu: f64| {
            let part = |(c, v): (&f64, &f64)| if *c == 0.0 { 0.0 } else { -c / (v + mu) };
            DVector::from_iterator(c.len(), c.iter().zip(&self.values).map(part))
        };
        if least > f64::EPSILON * size {
            let whole = at(0.0);
            if whole.norm() <= radius {
                return &self.vectors * whole;
            }
        }
        let lowest = (-least).max(0.0);
        // Along the directions of least curvature there may be no slope: then any of them, as far as the border.
        let near = |v: f64| v + lowest <= 1e-14 * size;
        let most = c.amax();
        let sloping = (c.iter().zip(&self.values)).any(|(c, v)| near(*v) && c.abs() > 1e-14 * most);
        if !sloping {
            let part = |(c, v): (&f64, &f64)| if near(*v) || *c == 0.0 { 0.0 } else { -c / (v + lowest) };
            let mut s = DVector::from_iterator(c.len(), c.iter().zip(&self.values).map(part));
            let rest = radius * radius - s.norm_squared();
            if rest >= 0.0 {
                if least < 0.0
                    && let Some(k) = self.values.iter().position(|v| *v == least)
                {
                    s[k] += rest.sqrt();
                }
                return &self.vectors * s;
            }
        }
        let (mut low, mut high) = (lowest, lowest + c.norm() / radius);
        let mut mu = high;
        for _ in 0..MOST_ROUNDS {
            let s = at(mu);
            let norm = s.norm();
            if (norm - radius).abs() <= 1e-10 * radius {
                break;
            }
            if norm > radius {
                low = mu
            } else {
                high = mu
            }
            // Newton on 1/radius - 1/norm, which is nearly straight.
            let bend: f64 = s.iter().zip(&self.values).map(|(s, v)| s * s / (v + mu)).sum();
            let next = mu + norm * norm / bend * (norm - radius) / radius;
            mu = if next > low && next < high { next } else { 0.5 * (low + high) };
            if high - low <= 2.0 * f64::EPSILON * high {
                break;
            }
        }
        let mut s = at(mu);
        let norm = s.norm();
        if norm.is_nan() || norm > radius * (1.0 + 1e-9) {
            s = at(high);
        }
        // The end lies on the border; close to a pole of `at` its length is off by more than its direction.
        let norm = s.norm();
        if norm > 0.0 {
            s *= radius / norm;
        }
        &self.vectors * s
    }
}

/// Conjugate gradients on the model, as far as the border; `times` is the product with its matrix.
pub(super) fn steihaug<E>(
    g: &DVector<f64>,
    radius: f64,
    most: usize,
    mut times: impl FnMut(&DVector<f64>) -> Result<DVector<f64>, E>,
) -> Result<DVector<f64>, E> {
    let mut s = DVector::zeros(g.len());
    let mut r = g.clone();
    let mut d = -g;
    let first = g.norm();
    let enough = first * first.sqrt().min(0.5);
    for _ in 0..most {
        if r.norm() <= enough {
            break;
        }
        let hd = times(&d)?;
        let bend = d.dot(&hd);
        let border = || {
            let (a, b, c) = (d.norm_squared(), s.dot(&d), s.norm_squared() - radius * radius);
            let root = (b * b - a * c).max(0.0).sqrt();
            if b > 0.0 { -c / (b + root) } else { (root - b) / a }
        };
        if bend.is_nan() {
            break;
        }
        let along = r.norm_squared() / bend;
        if bend <= 0.0 || (&s + &d * along).norm() >= radius {
            let to = border();
            if to.is_finite() {
                s += d * to;
            }
            break;
        }
        s += &d * along;
        let before = r.norm_squared();
        r += hd * along;
        d = &d * (r.norm_squared() / before) - &r;
    }
    Ok(s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(h: &DMatrix<f64>, g: &DVector<f64>, s: &DVector<f64>) -> f64 {
        g.dot(s) + 0.5 * s.dot(&(h * s))
    }

    /// No point within the distance is lower, of many; and the border is kept.
    #[test]
    fn nothing_within_the_distance_is_lower() {
        let cases: &[(&[f64], &[f64])] = &[
            (&[2.0, 0.0, 0.0, 3.0], &[1.0, -1.0]),
            (&[2.0, 0.0, 0.0, -3.0], &[1.0, 0.0]),
            (&[2.0, 0.0, 0.0, -3.0], &[0.0, 0.0]),
            (&[0.0, 1.0, 1.0, 0.0], &[0.3, -0.2]),
            (&[0.0, 0.0, 0.0, 0.0], &[0.3, -0.2]),
            (&[1.0, 1.0, 1.0, 1.0], &[1.0, -1.0]),
            (&[1e8, 0.0, 0.0, 1e-8], &[1.0, 1.0]),
            (&[-1.0, 0.0, 0.0, -1.0], &[1e-9, 0.0]),
        ];
        for (h, g) in cases {
            let (h, g) = (DMatrix::from_row_slice(2, 2, h), DVector::from_row_slice(g));
            let spectrum = Spectrum::of(h.clone()).unwrap();
            for radius in [1e-3, 0.5, 10.0] {
                let s = spectrum.step(&g, radius);
                assert!(s.norm() <= radius * (1.0 + 1e-9), "{h} {g} {radius}: {s}");
                let here = model(&h, &g, &s);
                for k in 0..720 {
                    for share in [0.1, 0.5, 0.9, 1.0] {
                        let angle = f64::from(k) * std::f64::consts::PI / 360.0;
                        let other = DVector::from_row_slice(&[angle.cos(), angle.sin()]) * (share * radius);
                        let there = model(&h, &g, &other);
                        assert!(here <= there + 1e-9 * (1.0 + there.abs()), "{h} {g} {radius}: {s} {other}");
                    }
                }
                let rough = steihaug::<()>(&g, radius, 10, |v| Ok(&h * v)).unwrap();
                assert!(rough.norm() <= radius * (1.0 + 1e-9) && model(&h, &g, &rough) <= 0.0);
            }
        }
    }
}
