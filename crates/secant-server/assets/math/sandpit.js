// The arithmetic of the sandpit's board: what a probe looks and sounds like.
//
// Here: sizes, colours and pitches of depths, lengths and names of directions.
// Not here: the pit. Where it is deepest is known to the server alone.

const HIGHEST = 880; // hertz, at the surface
const OCTAVE = 2; // depth that is an octave lower
const LOWEST = 55;

/** The pitch of a depth: the deeper, the lower. */
export function pitch(depth) {
  return Math.min(2 * HIGHEST, Math.max(LOWEST, HIGHEST * 2 ** (-depth / OCTAVE)));
}

/** From the left ear, -1, to the right one, 1. */
export function pan(x, side) {
  return Math.min(1, Math.max(-1, (2 * x) / side - 1));
}

/** Where a depth lies between the shallowest, 0, and the deepest, 1, of all probes. */
export function rank(depth, depths) {
  const low = Math.min(...depths);
  const high = Math.max(...depths);
  return high > low ? (depth - low) / (high - low) : 0.5;
}

/** How steeply the floor falls along an arrow. */
export function steepness([x, y]) {
  return Math.hypot(x, y);
}

/** How long an arrow is drawn, of one at most: steeper is longer, and none leaves the board. */
export function reach(steep) {
  return steep / (steep + 0.8);
}

const WAYS = ['right', 'upper right', 'top', 'upper left', 'left', 'lower left', 'bottom', 'lower right'];

/** The name of the nearest of eight directions; null where there is none. */
export function way([x, y]) {
  if (Math.hypot(x, y) < 0.005) return null;
  const eighths = Math.round(Math.atan2(y, x) / (Math.PI / 4));
  return WAYS[(eighths + 8) % 8];
}

/** To so many decimals, as a number. */
export function decimals(value, count) {
  return Number(value.toFixed(count)) + 0;
}
