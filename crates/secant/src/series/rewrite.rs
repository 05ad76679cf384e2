//! Functions whose argument grows, written with `exp` and `log`, which can be compared.
//!
//! Here: what stands for each function of the table then; asymptotic formulas come with their remainder.
//! Not here: the comparison (`growth`).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::f64::consts::TAU;

use crate::expr::{Constant, Expr, Func, Func2, HashBuild, Node, Rational, apply};

use super::Stop;
use super::expand::Signs;
use super::growth::{Growth, Tends};

impl Growth {
    /// Functions that only exist near a number are written with `exp` and `log` where their argument grows.
    pub(super) fn prepared(&self, e: &Expr) -> Result<Expr, Stop> {
        let mut done = HashMap::<Expr, Expr, HashBuild>::default();
        for node in e.post_order() {
            let new = node.with_children(|c| done[c].clone());
            let other = std::mem::discriminant(new.node()) != std::mem::discriminant(node.node());
            if other && self.grows(&new) {
                // The canonical form is of another kind, and so may be its parts.
                self.step(&new)?;
                let new = self.prepared(&new)?;
                done.insert(node, new);
                continue;
            }
            let open = self.grows(&new) || !self.waves_in(&new).is_empty();
            let new = if open { self.rewritten(&new)? } else { new };
            done.insert(node, new);
        }
        Ok(done[e].clone())
    }

    fn rewritten(&self, e: &Expr) -> Result<Expr, Stop> {
        use Func::*;
        let half = || Expr::number(Rational::HALF);
        match e.node() {
            Node::Power(base, exponent) if self.grows(exponent) => Ok((exponent * base.log()).exp()),
            Node::Apply(f, u) => {
                let u = u.clone();
                match f {
                    Exp | Log | Cbrt => Ok(e.clone()),
                    Log2 => Ok(u.log() / Expr::integer(2).log()),
                    Log10 => Ok(u.log() / Expr::integer(10).log()),
                    Abs | Sign | Step | Relu => {
                        let sign = Signs::sign(self, &u)?;
                        Ok(match (f, sign) {
                            (Abs, Ordering::Less) => -u,
                            (Abs | Relu, Ordering::Greater) => u,
                            (Sign, _) => Expr::integer(sign as i64),
                            (Step, Ordering::Greater) => Expr::one(),
                            _ => Expr::zero(),
                        })
                    }
                    Tan => Ok(self.rewritten_part(Sin, &u)? / self.rewritten_part(Cos, &u)?),
                    Cot => Ok(self.rewritten_part(Cos, &u)? / self.rewritten_part(Sin, &u)?),
                    Sec => Ok(self.rewritten_part(Cos, &u)?.recip()),
                    Csc => Ok(self.rewritten_part(Sin, &u)?.recip()),
                    Tanh => {
                        let double = (Expr::integer(2) * &u).exp();
                        Ok((&double - Expr::one()) / (double + Expr::one()))
                    }
                    Sinh => Ok((u.exp() - (-&u).exp()) * half()),
                    Cosh => Ok((u.exp() + (-&u).exp()) * half()),
                    Coth => {
                        let double = (Expr::integer(2) * &u).exp();
                        Ok((&double + Expr::one()) / (double - Expr::one()))
                    }
                    Sech => Ok(Expr::integer(2) / (u.exp() + (-&u).exp())),
                    Csch => Ok(Expr::integer(2) / (u.exp() - (-&u).exp())),
                    Sigmoid => Ok((Expr::one() + (-&u).exp()).recip()),
                    Softplus => Ok((Expr::one() + u.exp()).log()),
                    Atanh => Ok(((Expr::one() + &u) / (Expr::one() - &u)).log() * half()),
                    Asec => self.rewritten_part(Acos, &u.recip()),
                    Acsc => self.rewritten_part(Asin, &u.recip()),
                    Acot => self.rewritten_part(Atan, &u.recip()),
                    Asech => self.rewritten_part(Acosh, &u.recip()),
                    Acsch => self.rewritten_part(Asinh, &u.recip()),
                    Acoth => self.rewritten_part(Atanh, &u.recip()),
                    Sin | Cos | Atan | Asinh | Acosh | Erf | Floor | Ceil | Gamma | Lgamma | Digamma
                    | Asin | Acos => self.rewritten_part(*f, &u),
                }
            }
            Node::Apply2(f, a, b) => self.rewritten2(*f, a, b),
            Node::Select(condition, a, b) => {
                let holds = Signs::sign(self, condition)?.is_ne();
                Ok(if holds { a.clone() } else { b.clone() })
            }
            Node::Derivative(u, x) => Ok(crate::calculus::derivative(u, x)),
            Node::Number(_)
            | Node::Constant(_)
            | Node::Var(_)
            | Node::Sum(_)
            | Node::Product(_)
            | Node::Power(..) => Ok(e.clone()),
            Node::Tensor(_) => Err(Stop::Unsupported("a limit of something with axes".into())),
        }
    }

    /// A function whose argument may grow: what stands for it then.
    fn rewritten_part(&self, f: Func, u: &Expr) -> Result<Expr, Stop> {
        use Func::*;
        let whole = apply(f, u);
        if !self.grows(u) {
            let steps = matches!(f, Floor | Ceil) && matches!(whole.node(), Node::Apply(..));
            return if steps { self.floor_of_wave(f, u) } else { Ok(whole) };
        }
        if !matches!(whole.node(), Node::Apply(g, v) if *g == f && v == u) {
            // The canonical form is another function (of another argument).
            return if self.grows(&whole) { self.prepared_once(&whole, f, u) } else { Ok(whole) };
        }
        let tends = self.limit(u)?;
        let beyond = match &tends {
            Tends::Beyond(sign) => Some(*sign),
            Tends::To(_) => None,
        };
        let pi = || Expr::constant(Constant::Pi);
        let half = || Expr::number(Rational::HALF);
        Ok(match (f, beyond) {
            (Sin | Cos, Some(_)) => {
                // Of -u the sine is that of u, turned.
                let negative = u.has_negative_coefficient();
                let positive = if negative { -u } else { u.clone() };
                let angle = self.between(-TAU, TAU, Some(&positive));
                apply(f, &if negative { -angle } else { angle })
            }
            (Atan, Some(sign)) => {
                let quarter = pi() * half();
                (if sign.is_lt() { -quarter } else { quarter }) - apply(Atan, &u.recip())
            }
            (Asinh, Some(Ordering::Less)) => -(-u + (u.powi(2) + Expr::one()).sqrt()).log(),
            (Asinh, Some(_)) => (u + (u.powi(2) + Expr::one()).sqrt()).log(),
            (Acosh, Some(Ordering::Less)) => return Err(Stop::Undefined),
            (Acosh, Some(_)) => (u + (u.powi(2) - Expr::one()).sqrt()).log(),
            (Erf, Some(sign)) => {
                // erfc(v) = exp(-v²)/(v √π) (1 - θ/(2 v²)), 0 < θ < 1 (Abramowitz & Stegun 7.1.23)
                let v = if sign.is_lt() { -u } else { u.clone() };
                let theta = self.between(0.0, 1.0, None);
                let tail = Expr::one() - theta * half() * v.powi(-2);
                let erfc = (-v.powi(2)).exp() * v.recip() * pi().sqrt().recip() * tail;
                let near = Expr::one() - erfc;
                if sign.is_lt() { -near } else { near }
            }
            (Floor, Some(_)) => u - self.between(0.0, 1.0, None),
            (Ceil, Some(_)) => u + self.between(0.0, 1.0, None),
            (Floor | Ceil, None) => {
                let Tends::To(at) = tends else { return Err(Stop::Budget) };
                match at.as_number().filter(|n| n.is_integer()) {
                    None if self.waves_in(&at).is_empty() => self.decide.rounded(f, &at)?,
                    None => self.floor_of_wave(f, &at)?,
                    Some(_) => {
                        let step = match (Signs::sign(self, &(u - &at))?, f) {
                            (Ordering::Less, Floor) => -1,
                            (Ordering::Greater, Ceil) => 1,
                            _ => 0,
                        };
                        at + Expr::integer(step)
                    }
                }
            }
            (Lgamma, Some(Ordering::Greater)) => self.stirling(u),
            (Gamma, Some(Ordering::Greater)) => self.stirling(u).exp(),
            (Digamma, Some(Ordering::Greater)) => {
                // log u - 1/(2u) - θ/(12 u²)
                let theta =
                    self.between(0.0, 1.0, None) * Expr::number(Rational::ratio(1, 12).expect("not 0"));
                u.log() - half() * u.recip() - theta * u.powi(-2)
            }
            (Gamma | Lgamma | Digamma | Asin | Acos, Some(_)) => return Err(Stop::Undefined),
            _ => whole,
        })
    }

    fn prepared_once(&self, whole: &Expr, f: Func, u: &Expr) -> Result<Expr, Stop> {
        match whole.node() {
            Node::Apply(g, v) if *g != f || v != u => self.rewritten_part(*g, &v.clone()),
            Node::Sum(_) | Node::Product(_) => self.prepared(whole),
            _ => Ok(whole.clone()),
        }
    }

    /// `log Γ(u)`: Stirling's series with its remainder, `0 < θ < 1` (Abramowitz & Stegun 6.1.42).
    fn stirling(&self, u: &Expr) -> Expr {
        let number = |a: i64, b: i64| Expr::number(Rational::ratio(a, b).expect("not 0"));
        let theta = self.between(0.0, 1.0, None);
        (u - number(1, 2)) * u.log() - u
            + (Expr::integer(2) * Expr::constant(Constant::Pi)).log() * number(1, 2)
            + number(1, 12) * u.recip()
            - number(1, 360) * u.powi(-3)
            + theta * number(1, 1260) * u.powi(-5)
    }

    fn rewritten2(&self, f: Func2, a: &Expr, b: &Expr) -> Result<Expr, Stop> {
        let difference = || Signs::sign(self, &(a - b));
        let truth = |holds: bool| Ok(Expr::integer(i64::from(holds)));
        match f {
            Func2::Max => Ok(if difference()?.is_lt() { b.clone() } else { a.clone() }),
            Func2::Min => Ok(if difference()?.is_gt() { b.clone() } else { a.clone() }),
            Func2::Less => truth(difference()?.is_lt()),
            Func2::LessEqual => truth(difference()?.is_le()),
            Func2::Equal => truth(difference()?.is_eq()),
            Func2::NotEqual => truth(difference()?.is_ne()),
            Func2::And => truth(Signs::sign(self, a)?.is_ne() && Signs::sign(self, b)?.is_ne()),
            Func2::Or => truth(Signs::sign(self, a)?.is_ne() || Signs::sign(self, b)?.is_ne()),
            Func2::Mod => {
                let floor = self.rewritten_part(Func::Floor, &(a / b))?;
                Ok(a - b * floor)
            }
            Func2::Polygamma => Err(Stop::Unsupported("a limit of polygamma".into())),
            Func2::Atan2 => {
                let pi = Expr::constant(Constant::Pi);
                let (sx, sy) = (Signs::sign(self, b)?, Signs::sign(self, a)?);
                if sx.is_eq() {
                    let quarter = pi * Expr::number(Rational::HALF);
                    return match sy {
                        Ordering::Equal => Err(Stop::Undefined),
                        Ordering::Less => Ok(-quarter),
                        Ordering::Greater => Ok(quarter),
                    };
                }
                let atan = self.rewritten_part(Func::Atan, &(a / b))?;
                Ok(match (sx, sy) {
                    (Ordering::Greater, _) => atan,
                    (_, Ordering::Less) => atan - pi,
                    _ => atan + pi,
                })
            }
        }
    }
}
