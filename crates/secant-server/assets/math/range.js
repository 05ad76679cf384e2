// How much of a function a picture should show.
//
// Here: the heights a function reaches over an interval, and a range that shows nearly all of them.

const POINTS = 160;
const LEFT_OUT = 0.05; // of the points at either end: a pole may not decide the scale

/**
 * The values of a program over `lo..hi`, in ascending order, only those that exist.
 * @param {import('./program.js').Program} program its first input varies
 * @param {ArrayLike<number>} rest the other inputs
 */
export function heights(program, rest, lo, hi) {
  const x = Float64Array.from({ length: POINTS }, (_, k) => lo + ((hi - lo) * (k + 0.5)) / POINTS);
  const values = program.inputs.map((_, k) => (k === 0 ? x : rest[k - 1]));
  return program.columns(values, POINTS)[0].slice(0, POINTS).filter(Number.isFinite).sort();
}

/** A range with nearly all of `sorted` and all of `points` in it, and some room; null when there is nothing to show. */
export function rangeOf(sorted, points = []) {
  const seen = points.filter(Number.isFinite);
  if (sorted.length > 0) {
    const skip = Math.floor(sorted.length * LEFT_OUT);
    seen.push(sorted[skip], sorted[sorted.length - 1 - skip]);
  }
  if (seen.length === 0) return null;
  let bottom = Math.min(...seen);
  let top = Math.max(...seen);
  // The axis belongs into the picture when it is near.
  const span = top - bottom || Math.abs(top) || 1;
  if (bottom > 0 && bottom < span) bottom = 0;
  if (top < 0 && -top < span) top = 0;
  const room = (top - bottom || 1) * 0.1;
  return [bottom - room, top + room];
}
