// Where the marks of an axis stand and what is written at them.
//
// Here: steps of 1, 2 or 5 times a power of ten, and labels with one number of decimals for the whole axis.
// Invariant: every tick lies within the range; zero, if it is a tick, is exactly 0.

import { scientific } from './format.js';

/**
 * About `wanted` ticks between `lo` and `hi`.
 * @returns {{step: number, values: number[], label: (value: number) => string}}
 */
export function ticks(lo, hi, wanted) {
  const span = hi - lo;
  if (!(span > 0) || !Number.isFinite(span)) return { step: 0, values: [], label: String };
  const rough = span / Math.max(1, wanted);
  const exponent = Math.floor(Math.log10(rough));
  const base = rough / 10 ** exponent;
  const factor = base < 1.5 ? 1 : base < 3.5 ? 2 : base < 7.5 ? 5 : 10;
  const decimals = Math.max(0, -(factor === 10 ? exponent + 1 : exponent));
  const step = factor * 10 ** exponent;
  const values = [];
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  for (let k = first; k <= last; k += 1) values.push(k === 0 ? 0 : k * step);
  const far = Math.max(Math.abs(lo), Math.abs(hi)) >= 1e5 || decimals > 5;
  const label = (value) =>
    far && value !== 0
      ? scientific(Number(value.toPrecision(6)))
      : value.toFixed(Math.min(20, far ? 0 : decimals)).replace('-', '−');
  return { step, values, label };
}

/** A step for a key press: about a hundredth of the range, from 1, 2, 5. */
export function niceStep(lo, hi, parts = 100) {
  const { step } = ticks(lo, hi, parts);
  return step > 0 ? step : (hi - lo) / parts;
}

/** The value moved to the grid of `step` (so that 0.1 + 0.2 is 0.3 on a slider) and kept within the range. */
export function snap(value, step, lo, hi) {
  const whole = Math.round(value / step) * step;
  const clean = Number(whole.toPrecision(12));
  return Math.min(hi, Math.max(lo, clean));
}
