// How a parameter travels: slow, quick, slow.

/** 0..1 → 0..1 with no speed at either end. */
export function ease(u) {
  if (u <= 0) return 0;
  if (u >= 1) return 1;
  return u * u * u * (u * (6 * u - 15) + 10);
}

/** The point between `from` and `to`. */
export function mix(from, to, u) {
  return u >= 1 ? to : from + (to - from) * u;
}

/** The value within `lo..hi`. */
export function clamp(value, lo, hi) {
  return Math.min(hi, Math.max(lo, value));
}
