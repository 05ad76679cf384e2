// Special functions that `Math` does not have, to double precision.
//
// Here: erf, gamma, lgamma, digamma and its derivatives, sigmoid, softplus.
// Not here: the instruction table that names them (`program.js`).
// Invariant: each agrees with the engine to a relative 1e-13 where it is well conditioned; NaN in, NaN out.

/** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(x) {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (a < 2.5) {
    // Kummer's series has terms of one sign, so nothing cancels.
    const square = 2 * x * x;
    let term = x;
    let sum = x;
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= square / n;
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // The continued fraction of erfc, from the inside out.
  let tail = a;
  for (let n = 60; n > 0; n -= 1) tail = a + n / 2 / tail;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (tail * Math.sqrt(Math.PI)));
}

// Bernoulli's numbers as they stand in Stirling's series: B₂ₖ / (2k (2k − 1)).
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

function stirling(x) {
  const square = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k -= 1) sum = sum * square + STIRLING[k];
  return sum / x;
}

/** sin(πx), exact at whole and half numbers. */
function sinPi(x) {
  const r = x - 2 * Math.round(x / 2); // −1..1
  if (Math.abs(r) === 1) return 0;
  if (Math.abs(r) > 0.5) return Math.sin(Math.PI * (Math.sign(r) - r));
  return Math.sin(Math.PI * r);
}

/** Γ(x); infinite at ±0, NaN at the other poles −1, −2, … */
export function gamma(x) {
  if (x === 0) return 1 / x;
  if (x <= 0) {
    if (x === Math.floor(x)) return NaN;
    const below = gamma(1 - x);
    return below === Infinity ? 0 : Math.PI / (sinPi(x) * below);
  }
  if (x > 171.7) return Infinity;
  if (x === Math.floor(x) && x <= 24) {
    let product = 1;
    for (let k = 2; k < x; k += 1) product *= k;
    return product;
  }
  let up = x;
  let divide = 1;
  while (up < 14) {
    divide *= up;
    up += 1;
  }
  const half = Math.pow(up, (up - 0.5) / 2); // in two halves, so that it does not overflow before Γ does
  return (half * Math.exp(-up) * half * Math.sqrt(2 * Math.PI) * Math.exp(stirling(up))) / divide;
}

/** log |Γ(x)|; infinite at the poles. */
export function lgamma(x) {
  if (Number.isNaN(x)) return NaN;
  if (x <= 0) {
    if (x === Math.floor(x)) return Infinity;
    return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  }
  if (x === Infinity) return Infinity;
  if (x < 1e-300) return -Math.log(x); // Γ would overflow
  if (x < 14) return Math.log(gamma(x));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirling(x);
}

/** ψ(x), the derivative of log Γ; NaN at the poles. */
export function digamma(x) {
  if (x <= 0) {
    if (x === Math.floor(x)) return NaN;
    const turn = x - Math.round(x); // tan has period 1 here; small arguments keep its digits
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * turn);
  }
  let shift = 0;
  let up = x;
  while (up < 14) {
    shift -= 1 / up;
    up += 1;
  }
  const s = 1 / (up * up);
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s * (1 / 12)))))));
  return shift + Math.log(up) - 1 / (2 * up) - series;
}

// Bernoulli's numbers B₂, B₄, …
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330];

const HIGHEST_ORDER = 100;

/** The n-th derivative of ψ at x; NaN unless n is whole and 0..100. */
export function polygamma(n, x) {
  if (!(n >= 0 && n <= HIGHEST_ORDER && n === Math.floor(n)) || Number.isNaN(x)) return NaN;
  if (n === 0) return digamma(x);
  if (x <= 0 && x === Math.floor(x)) return NaN;
  if (x < -1e5) return NaN;
  // n! Σ 1/(x + k)ⁿ⁺¹ up to a large argument, and the asymptotic series from there.
  let sum = 0;
  let up = x;
  while (up < n + 20) {
    sum += factorialOver(n, up) / up;
    up += 1;
  }
  let series = 1 + n / (2 * up);
  let rising = 1;
  for (let k = 0; k < BERNOULLI.length; k += 1) {
    const j = 2 * k;
    rising *= ((n + j) * (n + j + 1)) / ((j + 1) * (j + 2) * up * up);
    series += BERNOULLI[k] * rising;
  }
  const total = sum + (factorialOver(n, up) / n) * series;
  return n % 2 === 1 ? total : -total;
}

/** n! / xⁿ. */
function factorialOver(n, x) {
  let product = 1;
  for (let k = 1; k <= n; k += 1) product *= k / x;
  return product;
}

/** 1 / (1 + exp(−x)), without overflow on either side. */
export function sigmoid(x) {
  const t = Math.exp(-Math.abs(x));
  return x < 0 ? t / (1 + t) : 1 / (1 + t);
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
