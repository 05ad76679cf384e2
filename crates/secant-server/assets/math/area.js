// What lies between two curves: its pieces, and what they come to.
//
// Here: both curves sampled, cut where they cross, added up; the same steps as the engine's `Figure::area`.
// Not here: pixels and paths (`view/area.js`).

const STRIPS = 1000; // even, for Simpson's rule
const SHARE = 1e-9; // of all that is added up: less than this is the rule's own error

/** Even places from `lo` to `hi`, and what the two outputs of the program are there. */
function sampled(program, values, lo, hi, count) {
  const x = Float64Array.from({ length: count }, (_, k) => lo + ((hi - lo) * k) / (count - 1));
  values[0] = x;
  const [upper, lower] = program.columns(values, count);
  return { x, upper, lower };
}

/** What the area from `a` to `b` comes to; null where a curve has no value on the way. */
export function areaSum(program, values, a, b) {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
  const { upper, lower } = sampled(program, values, a, b, STRIPS + 1);
  const d = Float64Array.from({ length: STRIPS + 1 }, (_, k) => upper[k] - lower[k]);
  if (!d.every(Number.isFinite)) return null;
  const step = (b - a) / STRIPS;
  let plus = 0;
  let minus = 0;
  let whole = 0;
  const count = (part) => {
    if (part > 0) plus += part;
    else minus -= part;
  };
  for (let k = 0; k < STRIPS; k += 1) {
    if (d[k] * d[k + 1] >= 0) count((step * (d[k] + d[k + 1])) / 2);
    else {
      count((step * d[k] * d[k]) / (d[k] - d[k + 1]) / 2);
      count((step * d[k + 1] * d[k + 1]) / (d[k + 1] - d[k]) / 2);
    }
  }
  for (let k = 0; k < STRIPS; k += 2) whole += (step * (d[k] + 4 * d[k + 1] + d[k + 2])) / 3;
  const least = SHARE * (plus + minus);
  const clean = (part) => (Math.abs(part) <= least ? 0 : part);
  return { plus: clean(plus), minus: clean(minus), whole: clean(whole) };
}

/**
 * The pieces between `lo` and `hi`, cut where the curves cross: `{ counts, x, upper, lower }` each. `counts` is true where
 * the first curve is above the second and the area is taken from left to right (`forward`), or both are the other way round.
 */
export function areaPieces(program, values, lo, hi, count, forward) {
  const { x, upper, lower } = sampled(program, values, lo, hi, count);
  const pieces = [];
  let piece = null;
  const begin = () => ({ counts: undefined, x: [], upper: [], lower: [] });
  const put = (at, u, l) => {
    piece ??= begin();
    piece.x.push(at);
    piece.upper.push(u);
    piece.lower.push(l);
  };
  const close = () => {
    if (piece && piece.x.length > 1 && piece.counts !== undefined) pieces.push(piece);
    piece = null;
  };
  for (let k = 0; k < count; k += 1) {
    const d = upper[k] - lower[k];
    if (!Number.isFinite(d)) {
      close();
      continue;
    }
    const counts = d > 0 === forward;
    if (piece && d !== 0 && piece.counts !== undefined && piece.counts !== counts) {
      const before = upper[k - 1] - lower[k - 1];
      const share = before / (before - d);
      const at = x[k - 1] + share * (x[k] - x[k - 1]);
      const height = upper[k - 1] + share * (upper[k] - upper[k - 1]);
      put(at, height, height);
      close();
      put(at, height, height);
    }
    put(x[k], upper[k], lower[k]);
    if (d !== 0) piece.counts ??= counts;
  }
  close();
  return pieces;
}
