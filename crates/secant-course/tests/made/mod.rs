//! Random functions, their derivatives with rules broken in them, and answers in other forms.
//!
//! Its rules are its own: nothing here is taken from the diagnosis that it measures. The bench uses it, too.

use secant::expr::{Expr, expand};
use secant::sheet::Scope;
use secant::syntax::{self, Limits, Written, parse};
use secant::{equality, equality::Verdict};
use secant_course::diagnosis::{Problem, diagnose};
use serde_json::{Value, json};

/// Random numbers that are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// A function as it is set as a task.
#[derive(Clone, Debug)]
pub(crate) enum F {
    X,
    Number(i64),
    Sum(Vec<F>),
    Times(Box<F>, Box<F>),
    Over(Box<F>, Box<F>),
    Power(Box<F>, i64),
    /// A number to a power that changes.
    Base(i64, Box<F>),
    Call(&'static str, Box<F>),
}
use F::{Base, Call, Number, Over, Power, Sum, Times, X};

const CALLS: [&str; 9] = ["sin", "cos", "exp", "log", "sqrt", "tan", "atan", "sin", "cos"];

impl F {
    /// A function of so many levels.
    pub(crate) fn random(dice: &mut Dice, levels: usize) -> F {
        if levels == 0 {
            return match dice.below(5) {
                0..=2 => X,
                3 => Power(X.into(), 2 + dice.below(3) as i64),
                _ => Times(Number(2 + dice.below(5) as i64).into(), X.into()),
            };
        }
        let part = |dice: &mut Dice| Box::new(F::random(dice, levels - 1));
        match dice.below(12) {
            0 | 1 => {
                let mut terms = vec![F::random(dice, levels - 1), F::random(dice, levels - 1)];
                if dice.below(2) == 0 {
                    terms.push(Number(1 + dice.below(6) as i64));
                }
                Sum(terms)
            }
            2 => Sum(vec![F::random(dice, levels - 1), Number(1 + dice.below(6) as i64)]),
            3 => Times(Number(2 + dice.below(7) as i64).into(), part(dice)),
            4 | 5 => Times(part(dice), part(dice)),
            6 => Over(part(dice), part(dice)),
            7 => Power(part(dice), 2 + dice.below(4) as i64),
            8 => Base(2 + dice.below(2) as i64, part(dice)),
            _ => Call(CALLS[dice.below(CALLS.len())], part(dice)),
        }
    }

    fn varies(&self) -> bool {
        match self {
            X => true,
            Number(_) => false,
            Sum(terms) => terms.iter().any(F::varies),
            Times(a, b) | Over(a, b) => a.varies() || b.varies(),
            Power(a, _) | Base(_, a) | Call(_, a) => a.varies(),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            X => "x".to_owned(),
            Number(n) => format!("({n})"),
            Sum(terms) => format!("({})", terms.iter().map(F::text).collect::<Vec<_>>().join(" + ")),
            Times(a, b) => format!("({}*{})", a.text(), b.text()),
            Over(a, b) => format!("({}/{})", a.text(), b.text()),
            Power(a, n) => format!("({}^({n}))", a.text()),
            Base(b, a) => format!("({b}^({}))", a.text()),
            Call(f, a) => format!("{f}({})", a.text()),
        }
    }

    /// The rules that can be broken at this very part.
    fn slips(&self) -> Vec<&'static str> {
        let mut all = match self {
            X | Number(_) => vec![],
            Sum(terms) if terms.iter().any(|t| !t.varies()) => vec!["constant-not-dropped"],
            Sum(_) => vec![],
            Times(a, b) if a.varies() && b.varies() => vec![
                "product-as-product-of-derivatives",
                "product-half",
                "product-half",
                "product-own-derivatives",
                "sum-rule-on-product",
                "product-sign",
            ],
            Times(..) => vec!["coefficient-lost"],
            Over(..) => vec![
                "quotient-order-swapped",
                "quotient-sign",
                "quotient-denominator-not-squared",
                "quotient-numerator-squared",
                "quotient-as-quotient-of-derivatives",
                "quotient-half",
            ],
            Power(..) => {
                vec!["power-not-lowered", "exponent-lost", "power-raised", "power-lowered-first"]
            }
            Base(..) => vec!["log-factor-lost", "power-rule-on-exponential"],
            Call("sin", _) => vec!["sign-of-sine"],
            Call("cos", _) => vec!["sign-of-cosine"],
            Call("exp", _) => vec!["power-rule-on-exponential"],
            Call("log", _) => vec!["log-derivative"],
            Call("sqrt", _) => vec!["root-derivative"],
            Call("tan", _) => vec!["tangent-derivative"],
            Call(..) => vec!["inverse-trig-derivative"],
        };
        let inside = match self {
            Power(a, _) | Base(_, a) | Call(_, a) => Some(a),
            _ => None,
        };
        if inside.is_some_and(|a| !matches!(**a, X)) {
            all.extend(["inner-derivative-forgotten", "inner-derivative-forgotten"]);
            if matches!(self, Power(..) | Call("sin" | "cos" | "sqrt" | "tan" | "atan", _)) {
                all.extend(["inner-argument-dropped", "outer-not-differentiated"]);
            }
        }
        all
    }

    /// Every place (counted as [`F::slope`] counts) at which a rule can be broken, with the rules.
    fn places(&self) -> Vec<(usize, Vec<&'static str>)> {
        fn walk(f: &F, at: &mut usize, all: &mut Vec<(usize, Vec<&'static str>)>) {
            if !f.varies() {
                return;
            }
            *at += 1;
            let slips = f.slips();
            if !slips.is_empty() {
                all.push((*at, slips));
            }
            match f {
                X | Number(_) => {}
                Sum(terms) => terms.iter().for_each(|t| walk(t, at, all)),
                Times(a, b) | Over(a, b) => {
                    walk(a, at, all);
                    walk(b, at, all);
                }
                Power(a, _) | Base(_, a) | Call(_, a) => walk(a, at, all),
            }
        }
        let mut all = Vec::new();
        walk(self, &mut 0, &mut all);
        all
    }

    /// The derivative, with rules broken at places.
    pub(crate) fn slope(&self, at: &mut usize, broken: &[(usize, &'static str)]) -> F {
        if !self.varies() {
            return Number(0);
        }
        *at += 1;
        let here = *at;
        let slip = broken.iter().find(|(k, _)| *k == here).map_or("", |(_, slip)| *slip);
        let times = |a: &F, b: &F| Times(a.clone().into(), b.clone().into());
        let over = |a: F, b: F| Over(a.into(), b.into());
        let plus = |a: F, b: F| Sum(vec![a, b]);
        let minus = |a: F, b: F| Sum(vec![a, Times(Number(-1).into(), b.into())]);
        let square = |a: &F| Power(a.clone().into(), 2);
        match self {
            Number(_) => Number(0),
            X => Number(1),
            Sum(terms) => {
                let mut slopes: Vec<F> = terms.iter().map(|t| t.slope(at, broken)).collect();
                if slip == "constant-not-dropped" {
                    slopes.extend(terms.iter().find(|t| !t.varies()).cloned());
                }
                Sum(slopes)
            }
            Times(a, b) => {
                let (da, db) = (a.slope(at, broken), b.slope(at, broken));
                match slip {
                    "coefficient-lost" => db,
                    "product-as-product-of-derivatives" => times(&da, &db),
                    "product-half" if here.is_multiple_of(2) => times(&da, b),
                    "product-half" => times(a, &db),
                    "product-own-derivatives" => plus(times(a, &da), times(b, &db)),
                    "sum-rule-on-product" => plus(da, db),
                    "product-sign" => minus(times(&da, b), times(a, &db)),
                    _ => plus(times(&da, b), times(a, &db)),
                }
            }
            Over(a, b) => {
                let (da, db) = (a.slope(at, broken), b.slope(at, broken));
                let (first, second) = (times(&da, b), times(a, &db));
                match slip {
                    "quotient-order-swapped" => over(minus(second, first), square(b)),
                    "quotient-sign" => over(plus(first, second), square(b)),
                    "quotient-denominator-not-squared" => over(minus(first, second), (**b).clone()),
                    "quotient-numerator-squared" => over(minus(first, second), square(a)),
                    "quotient-as-quotient-of-derivatives" => over(da, db),
                    "quotient-half" => over(da, (**b).clone()),
                    _ => over(minus(first, second), square(b)),
                }
            }
            Power(u, n) => {
                let du = u.slope(at, broken);
                let lowered = Power(u.clone(), n - 1);
                match slip {
                    "power-not-lowered" => times(&times(&Number(*n), self), &du),
                    "exponent-lost" => times(&lowered, &du),
                    "power-raised" => times(&times(&Number(*n), &Power(u.clone(), n + 1)), &du),
                    "power-lowered-first" => times(&times(&Number(n - 1), &lowered), &du),
                    "inner-derivative-forgotten" => times(&Number(*n), &lowered),
                    "inner-argument-dropped" => times(&Number(*n), &Power(du.into(), n - 1)),
                    "outer-not-differentiated" => times(self, &du),
                    _ => times(&times(&Number(*n), &lowered), &du),
                }
            }
            Base(b, u) => {
                let du = u.slope(at, broken);
                let log = Call("log", Number(*b).into());
                match slip {
                    "log-factor-lost" => times(self, &du),
                    "power-rule-on-exponential" => {
                        let less = Base(*b, Sum(vec![(**u).clone(), Number(-1)]).into());
                        times(&times(u, &less), &du)
                    }
                    "inner-derivative-forgotten" => times(self, &log),
                    _ => times(&times(self, &log), &du),
                }
            }
            Call(f, u) => {
                let du = u.slope(at, broken);
                let outer = |u: &F| {
                    let call = |name: &'static str, u: &F| Call(name, u.clone().into());
                    match *f {
                        "sin" => call("cos", u),
                        "cos" => times(&Number(-1), &call("sin", u)),
                        "exp" => call("exp", u),
                        "log" => over(Number(1), u.clone()),
                        "sqrt" => over(Number(1), times(&Number(2), &call("sqrt", u))),
                        "tan" => over(Number(1), square(&call("cos", u))),
                        _ => over(Number(1), plus(Number(1), square(u))),
                    }
                };
                let right = times(&outer(u), &du);
                match slip {
                    "sign-of-sine" | "sign-of-cosine" => times(&Number(-1), &right),
                    "power-rule-on-exponential" => {
                        let less = Call("exp", Sum(vec![(**u).clone(), Number(-1)]).into());
                        times(&times(u, &less), &du)
                    }
                    "log-derivative" => over(du, self.clone()),
                    "root-derivative" => over(du, self.clone()),
                    "tangent-derivative" => over(du, Call("cos", u.clone())),
                    "inverse-trig-derivative" => over(du, minus(Number(1), square(u))),
                    "inner-derivative-forgotten" => outer(u),
                    "inner-argument-dropped" => outer(&du),
                    "outer-not-differentiated" => times(self, &du),
                    _ => right,
                }
            }
        }
    }
}

/// A wrong answer that was made, and how.
pub(crate) struct Made {
    pub(crate) task: Value,
    pub(crate) answer: String,
    pub(crate) slips: Vec<&'static str>,
    model: Expr,
}

fn meaning(text: &str) -> Option<(Written, Expr)> {
    let written = parse(text, &Limits::default()).ok()?;
    let meaning = syntax::lower(&written, &mut Scope::open()).ok()?.expr;
    Some((written, meaning))
}

fn differ(a: &Expr, b: &Expr) -> bool {
    let options = equality::Options { points: 24, proof_terms: 2_000, ..Default::default() };
    equality::equal((a, &[]), (b, &[]), &options).verdict == Verdict::Different
}

impl Made {
    /// A random function with so many rules broken in its derivative; `None` when what comes out is right after all, or
    /// as if fewer had been broken.
    pub(crate) fn random(dice: &mut Dice, broken: usize) -> Option<Made> {
        let levels = 1 + dice.below(2) + dice.below(2);
        let f = F::random(dice, levels);
        let places = f.places();
        if places.len() < broken || !f.varies() {
            return None;
        }
        let mut chosen: Vec<(usize, &'static str)> = Vec::new();
        while chosen.len() < broken {
            let (at, slips) = &places[dice.below(places.len())];
            if chosen.iter().all(|(k, _)| k != at) {
                chosen.push((*at, slips[dice.below(slips.len())]));
            }
        }
        let (_, model) = meaning(&f.slope(&mut 0, &[]).text())?;
        let (_, wrong) = meaning(&f.slope(&mut 0, &chosen).text())?;
        if !differ(&wrong, &model) {
            return None;
        }
        if broken == 2 {
            for one in &chosen {
                let (_, alone) = meaning(&f.slope(&mut 0, &[*one]).text())?;
                if !differ(&wrong, &alone) || !differ(&alone, &model) {
                    return None;
                }
            }
        }
        let text = f.text();
        let answer = other_form(dice, &wrong, &f.slope(&mut 0, &chosen).text());
        meaning(&answer)?;
        let mut slips: Vec<&'static str> = chosen.into_iter().map(|(_, slip)| slip).collect();
        slips.sort_unstable();
        slips.dedup();
        let task = json!({"op": "diff", "expr": text, "wrt": "x"});
        Some(Made { task, answer, slips, model })
    }

    /// A random function with its right derivative.
    pub(crate) fn right(dice: &mut Dice) -> Option<Made> {
        let levels = 1 + dice.below(2) + dice.below(2);
        let f = F::random(dice, levels);
        let slope = f.slope(&mut 0, &[]).text();
        let (_, model) = meaning(&slope)?;
        let answer = other_form(dice, &model, &slope);
        meaning(&answer)?;
        let task = json!({"op": "diff", "expr": f.text(), "wrt": "x"});
        Some(Made { task, answer, slips: Vec::new(), model })
    }

    /// The explanations of the answer, which is read first, each its slips in order of their names.
    pub(crate) fn explained(&self) -> Vec<Vec<&'static str>> {
        let Some((written, answer)) = meaning(&self.answer) else { return Vec::new() };
        let problem = Problem {
            task: &self.task,
            scope: &Scope::open(),
            written: &written,
            answer: &answer,
            model: &self.model,
        };
        let names = |e: &secant_course::diagnosis::Explanation| {
            let mut names: Vec<&'static str> = e.slips.iter().map(|b| b.slip.name).collect();
            names.sort_unstable();
            names
        };
        diagnose(&problem).iter().map(names).collect()
    }
}

/// The same written otherwise: multiplied out, made short, in the order of the engine, or as it came.
fn other_form(dice: &mut Dice, e: &Expr, raw: &str) -> String {
    match dice.below(4) {
        0 => raw.to_owned(),
        1 => expand(e, 200).unwrap_or_else(|| e.clone()).to_string(),
        2 => equality::simplify(e, 500).to_string(),
        _ => e.to_string(),
    }
}

/// What came of many cases.
#[derive(Default, Debug)]
pub(crate) struct Tally {
    pub(crate) cases: usize,
    /// The first explanation is what was done.
    pub(crate) first: usize,
    /// Another explanation of the same answer comes first: with fewer mistakes, or with as many while the one that was
    /// done is among the explanations, too.
    pub(crate) ambiguous: usize,
    /// Nothing fits.
    pub(crate) none: usize,
}

impl Tally {
    pub(crate) fn count(&mut self, made: &Made, explained: &[Vec<&'static str>]) {
        self.cases += 1;
        match explained.first() {
            Some(first) if *first == made.slips => self.first += 1,
            Some(first) if first.len() < made.slips.len() || explained.contains(&made.slips) => {
                self.ambiguous += 1
            }
            Some(_) => {}
            None => self.none += 1,
        }
    }

    pub(crate) fn share(&self) -> f64 {
        self.first as f64 / self.cases as f64
    }

    /// Of those where nothing else gives the same answer just as easily.
    pub(crate) fn share_of_clear(&self) -> f64 {
        self.first as f64 / (self.cases - self.ambiguous) as f64
    }
}
