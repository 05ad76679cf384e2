//! Functions to more than 180 bits, by series and identities that the engine's kernels do not use: a reference.
//!
//! Here: numbers `m 2^e` with [`BITS`] bits, cut off after every operation, and the functions on them.
//! Invariant: nothing here is fast, and nothing is taken from a table of another library.

use std::sync::LazyLock;

use num_bigint::{BigInt, Sign};

/// Bits kept.
const BITS: i64 = 256;

/// `m 2^e`.
#[derive(Clone, Debug)]
pub(crate) struct Big {
    m: BigInt,
    e: i64,
}

impl Big {
    fn new(m: BigInt, e: i64) -> Big {
        let extra = m.bits() as i64 - BITS;
        if extra > 0 { Big { m: m >> extra, e: e + extra } } else { Big { m, e } }
    }

    pub(crate) fn int(n: i64) -> Big {
        Big::new(BigInt::from(n), 0)
    }

    pub(crate) fn power_of_two(k: i64) -> Big {
        Big { m: BigInt::from(1), e: k }
    }

    /// Exactly; for finite numbers.
    pub(crate) fn of(x: f64) -> Big {
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as i64;
        let fraction = (bits & ((1 << 52) - 1)) as i64;
        let m = if exponent == 0 { fraction } else { fraction | 1 << 52 };
        Big::new(BigInt::from(if x < 0.0 { -m } else { m }), exponent.max(1) - 1075)
    }

    /// The exponent of the highest bit: `2^k ≤ |x| < 2^(k+1)`.
    pub(crate) fn top(&self) -> i64 {
        if self.is_zero() { i64::MIN / 2 } else { self.m.bits() as i64 - 1 + self.e }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.m.sign() == Sign::NoSign
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.m.sign() == Sign::Minus
    }

    /// Cut to an `f64`, which may overflow or lose digits; for what need not be exact.
    pub(crate) fn rough(&self) -> f64 {
        if self.is_zero() {
            return 0.0;
        }
        let shift = self.m.bits() as i64 - 60;
        let m = if shift > 0 { &self.m >> shift } else { &self.m << -shift };
        let m: i64 = m.try_into().expect("60 bits");
        let e = self.e + shift;
        let half = e / 2;
        m as f64 * 2f64.powi(half.clamp(-2000, 2000) as i32) * 2f64.powi((e - half).clamp(-2000, 2000) as i32)
    }

    pub(crate) fn neg(&self) -> Big {
        Big { m: -&self.m, e: self.e }
    }

    pub(crate) fn abs(&self) -> Big {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    pub(crate) fn add(&self, other: &Big) -> Big {
        let (a, b) = if self.top() >= other.top() { (self, other) } else { (other, self) };
        if b.is_zero() || a.top() - b.top() > 2 * BITS {
            return a.clone();
        }
        let e = a.e.min(b.e);
        Big::new((&a.m << (a.e - e)) + (&b.m << (b.e - e)), e)
    }

    pub(crate) fn sub(&self, other: &Big) -> Big {
        self.add(&other.neg())
    }

    pub(crate) fn mul(&self, other: &Big) -> Big {
        Big::new(&self.m * &other.m, self.e + other.e)
    }

    pub(crate) fn div(&self, other: &Big) -> Big {
        let shift = (BITS + other.m.bits() as i64 - self.m.bits() as i64).max(0);
        Big::new((&self.m << shift) / &other.m, self.e - other.e - shift)
    }

    fn over(&self, n: i64) -> Big {
        let shift = (BITS + 64 - self.m.bits() as i64).max(0);
        Big::new((&self.m << shift) / n, self.e - shift)
    }

    fn shifted(&self, k: i64) -> Big {
        Big { m: self.m.clone(), e: self.e + k }
    }

    fn sqrt(&self) -> Big {
        if self.is_zero() {
            return self.clone();
        }
        let mut shift = (2 * BITS - self.m.bits() as i64).max(0);
        shift += (self.e - shift) & 1;
        Big::new((&self.m << shift).sqrt(), (self.e - shift) / 2)
    }

    fn less(&self, other: &Big) -> bool {
        self.sub(other).is_negative()
    }

    fn below(&self, k: i64) -> bool {
        self.top() < k
    }

    fn is_negligible(&self, sum: &Big) -> bool {
        self.is_zero() || self.below(sum.top() - BITS)
    }
}

fn one() -> Big {
    Big::int(1)
}

/// `π/2 · 2^WIDE`, by Machin's formula.
const WIDE: i64 = 1500;
static HALF_PI_WIDE: LazyLock<BigInt> = LazyLock::new(|| {
    let arctan = |n: i64| {
        let mut power = (BigInt::from(1) << (WIDE + 64)) / n;
        let (mut sum, mut k) = (power.clone(), 1);
        while power.sign() != Sign::NoSign {
            power /= -n * n;
            k += 2;
            sum += &power / k;
        }
        sum
    };
    (arctan(5) * 8 - arctan(239) * 2) >> 64
});
static PI: LazyLock<Big> = LazyLock::new(|| Big::new(HALF_PI_WIDE.clone(), 1 - WIDE));
/// `log 2 = 2 atanh(1/3)`.
static LN_2: LazyLock<Big> = LazyLock::new(|| odd_series(&one().over(3), 1).shifted(1));

/// `Σ sign^k x^(2k+1)/(2k+1)`.
fn odd_series(x: &Big, sign: i64) -> Big {
    let square = x.mul(x);
    let (mut power, mut sum, mut k) = (x.clone(), x.clone(), 1);
    while !power.is_negligible(&sum) {
        power = power.mul(&square);
        if sign < 0 {
            power = power.neg();
        }
        k += 2;
        sum = sum.add(&power.over(k));
    }
    sum
}

/// `e^x - 1` by its series.
fn expm1_series(x: &Big) -> Big {
    let (mut term, mut sum, mut k) = (x.clone(), x.clone(), 1);
    while !term.is_negligible(&sum) {
        k += 1;
        term = term.mul(x).over(k);
        sum = sum.add(&term);
    }
    sum
}

pub(crate) fn exp(x: &Big) -> Big {
    let k = (x.rough().clamp(-1e6, 1e6) * std::f64::consts::LOG2_E).round() as i64;
    let r = x.sub(&LN_2.mul(&Big::int(k)));
    let mut e = expm1_series(&r.shifted(-8)).add(&one());
    for _ in 0..8 {
        e = e.mul(&e);
    }
    e.shifted(k)
}

pub(crate) fn expm1(x: &Big) -> Big {
    if x.below(-1) { expm1_series(x) } else { exp(x).sub(&one()) }
}

pub(crate) fn log(x: &Big) -> Big {
    // x = 2^k m, and m = e^y (1 + d)/(1 - d)
    let k = x.top();
    let m = x.shifted(-k);
    let mut y = Big::of(m.rough().ln());
    for _ in 0..3 {
        let back = m.mul(&exp(&y.neg()));
        let d = back.sub(&one()).div(&back.add(&one()));
        y = y.add(&d.shifted(1));
    }
    y.add(&LN_2.mul(&Big::int(k)))
}

pub(crate) fn log1p(x: &Big) -> Big {
    if !x.below(-20) {
        return log(&x.add(&one()));
    }
    // 2 atanh(x/(2 + x))
    odd_series(&x.div(&x.add(&Big::int(2))), 1).shifted(1)
}

pub(crate) fn log2(x: &Big) -> Big {
    log(x).div(&LN_2)
}

pub(crate) fn log10(x: &Big) -> Big {
    log(x).div(&log(&Big::int(10)))
}

/// `x` less `q` quarter turns, and `q` modulo 4.
fn less_quarters(x: &Big) -> (Big, i64) {
    if x.below(-1) {
        return (x.clone(), 0);
    }
    let scaled = if x.e + WIDE >= 0 { &x.m << (x.e + WIDE) } else { &x.m >> -(x.e + WIDE) };
    let half: BigInt = &*HALF_PI_WIDE >> 1;
    // Rounded towards -inf.
    let mut q = (&scaled + &half) / &*HALF_PI_WIDE;
    let mut r = scaled - &q * &*HALF_PI_WIDE;
    if r < -half {
        q -= 1;
        r += &*HALF_PI_WIDE;
    }
    let four: BigInt = ((q % 4) + 4) % 4;
    (Big::new(r, -WIDE), four.try_into().expect("below 4"))
}

/// Sine and cosine.
pub(crate) fn sin_cos(x: &Big) -> (Big, Big) {
    let (r, q) = less_quarters(x);
    let square = r.mul(&r).neg();
    let series = |first: Big, mut k: i64| {
        let (mut term, mut sum) = (first.clone(), first);
        while !term.is_negligible(&sum) {
            term = term.mul(&square).over((k + 1) * (k + 2));
            k += 2;
            sum = sum.add(&term);
        }
        sum
    };
    let (s, c) = (series(r.clone(), 1), series(one(), 0));
    match q {
        0 => (s, c),
        1 => (c, s.neg()),
        2 => (s.neg(), c.neg()),
        _ => (c.neg(), s),
    }
}

pub(crate) fn tan(x: &Big) -> Big {
    let (s, c) = sin_cos(x);
    s.div(&c)
}

pub(crate) fn atan(x: &Big) -> Big {
    if x.top() >= 1 {
        let rest = atan(&one().div(&x.abs()));
        let value = PI.shifted(-1).sub(&rest);
        return if x.is_negative() { value.neg() } else { value };
    }
    let mut t = x.clone();
    for _ in 0..8 {
        t = t.div(&one().add(&t.mul(&t).add(&one()).sqrt()));
    }
    odd_series(&t, -1).shifted(8)
}

pub(crate) fn asin(x: &Big) -> Big {
    let cosine = one().sub(x).mul(&one().add(x)).sqrt();
    if cosine.is_zero() {
        return PI.shifted(-1).mul(x);
    }
    atan(&x.div(&cosine))
}

pub(crate) fn acos(x: &Big) -> Big {
    let below = one().add(x);
    if below.is_zero() {
        return PI.clone();
    }
    atan(&one().sub(x).div(&below).sqrt()).shifted(1)
}

/// For `x` and `y` that are not both 0.
pub(crate) fn atan2(y: &Big, x: &Big) -> Big {
    let quarter = |y: &Big| if y.is_negative() { PI.shifted(-1).neg() } else { PI.shifted(-1) };
    if x.abs().less(&y.abs()) {
        return quarter(y).sub(&atan(&x.div(y)));
    }
    let value = atan(&y.div(x));
    if x.is_negative() { value.add(&quarter(y).shifted(1)) } else { value }
}

pub(crate) fn sinh(x: &Big) -> Big {
    let e = expm1(&x.abs());
    let value = e.add(&e.div(&e.add(&one()))).shifted(-1);
    if x.is_negative() { value.neg() } else { value }
}

pub(crate) fn cosh(x: &Big) -> Big {
    let e = exp(x);
    e.add(&one().div(&e)).shifted(-1)
}

pub(crate) fn tanh(x: &Big) -> Big {
    let e = expm1(&x.shifted(1));
    e.div(&e.add(&Big::int(2)))
}

pub(crate) fn asinh(x: &Big) -> Big {
    let a = x.abs();
    let square = a.mul(&a);
    let value = log1p(&a.add(&square.div(&one().add(&square.add(&one()).sqrt()))));
    if x.is_negative() { value.neg() } else { value }
}

pub(crate) fn acosh(x: &Big) -> Big {
    let t = x.sub(&one());
    log1p(&t.add(&t.mul(&t).add(&t.shifted(1)).sqrt()))
}

pub(crate) fn atanh(x: &Big) -> Big {
    log1p(&x.shifted(1).div(&one().sub(x))).shifted(-1)
}

/// For `x > 0`.
pub(crate) fn pow(x: &Big, y: &Big) -> Big {
    exp(&y.mul(&log(x)))
}

pub(crate) fn cbrt(x: &Big) -> Big {
    if x.is_zero() {
        return x.clone();
    }
    let mut y = Big::of(x.rough().cbrt());
    for _ in 0..4 {
        let square = y.mul(&y);
        y = y.sub(&square.mul(&y).sub(x).div(&square).over(3));
    }
    y
}

/// `2/sqrt(π) e^(-x²) Σ 2^n x^(2n+1)/(2n+1)!!`
pub(crate) fn erf(x: &Big) -> Big {
    let square = x.mul(x);
    let (mut term, mut sum, mut k) = (x.clone(), x.clone(), 1);
    while !term.is_negligible(&sum) {
        k += 2;
        term = term.mul(&square).shifted(1).over(k);
        sum = sum.add(&term);
    }
    sum.shifted(1).div(&PI.sqrt()).mul(&exp(&square.neg()))
}

pub(crate) fn sigmoid(x: &Big) -> Big {
    let t = exp(&x.abs().neg());
    let above = if x.is_negative() { t.clone() } else { one() };
    above.div(&one().add(&t))
}

pub(crate) fn softplus(x: &Big) -> Big {
    let value = log1p(&exp(&x.abs().neg()));
    if x.is_negative() { value } else { value.add(x) }
}

/// `B_2k` for k = 1, 2, …, from the tangent numbers.
static BERNOULLI: LazyLock<Vec<Big>> = LazyLock::new(|| {
    const N: usize = 40;
    let mut t: Vec<BigInt> = vec![BigInt::from(1); N + 1];
    for k in 2..=N {
        t[k] = &t[k - 1] * (k - 1);
    }
    for k in 2..=N {
        for j in k..=N {
            t[j] = &t[j - 1] * (j - k) + &t[j] * (j - k + 2);
        }
    }
    (1..=N)
        .map(|k| {
            let four = BigInt::from(1) << (2 * k);
            let value = Big::new(&t[k] * (2 * k), 0).div(&Big::new(&four * (&four - 1), 0));
            if k % 2 == 0 { value.neg() } else { value }
        })
        .collect()
});

/// From here on the asymptotic series is good for all bits.
const FAR: i64 = 64;

/// `x + n ≥ FAR`, and `x, x + 1, …, x + n - 1`.
fn moved(x: &Big) -> (Big, Vec<Big>) {
    let mut z = x.clone();
    let mut passed = Vec::new();
    while z.less(&Big::int(FAR)) {
        passed.push(z.clone());
        z = z.add(&one());
    }
    (z, passed)
}

/// `log gamma` for `x > 0`, and whether the sign of gamma is negative elsewhere.
pub(crate) fn lgamma(x: &Big) -> Big {
    if x.is_negative() {
        // π/(|sin πx| gamma(1 - x))
        let sine = sine_of_turns(x).abs();
        return log(&PI.div(&sine)).sub(&lgamma(&one().sub(x)));
    }
    let (z, passed) = moved(x);
    let mut sum = z.sub(&one().shifted(-1)).mul(&log(&z)).sub(&z).add(&log(&PI.shifted(1)).shifted(-1));
    let square = z.mul(&z);
    let mut power = z;
    for (k, b) in BERNOULLI.iter().enumerate() {
        let n = 2 * k as i64 + 2;
        sum = sum.add(&b.div(&power).over(n * (n - 1)));
        power = power.mul(&square);
    }
    let product = passed.iter().fold(one(), |product, x| product.mul(x));
    sum.sub(&log(&product))
}

/// `sin(π x)`.
fn sine_of_turns(x: &Big) -> Big {
    let near = Big::new(((&x.m << 1) >> -x.e.min(-1)) + 1, 0); // 2x, rounded down, and 1
    let n: BigInt = near.m >> 1;
    let rest = x.sub(&Big::new(n.clone(), 0));
    let s = sin_cos(&PI.mul(&rest)).0;
    if n % 2 == BigInt::from(0) { s } else { s.neg() }
}

pub(crate) fn gamma(x: &Big) -> Big {
    if x.is_negative() {
        return PI.div(&sine_of_turns(x).mul(&gamma(&one().sub(x))));
    }
    exp(&lgamma(x))
}

/// `π/tan(π x)`.
pub(crate) fn cotangent(x: &Big) -> Big {
    let n = x.rough().round();
    PI.div(&tan(&PI.mul(&x.sub(&Big::of(n)))))
}

pub(crate) fn digamma(x: &Big) -> Big {
    if x.is_negative() {
        return digamma(&one().sub(x)).sub(&cotangent(x));
    }
    let (z, passed) = moved(x);
    let square = z.mul(&z);
    let mut sum = log(&z).sub(&one().div(&z).shifted(-1));
    let mut power = square.clone();
    for (k, b) in BERNOULLI.iter().enumerate() {
        sum = sum.sub(&b.div(&power).over(2 * k as i64 + 2));
        power = power.mul(&square);
    }
    passed.iter().fold(sum, |sum, x| sum.sub(&one().div(x)))
}
