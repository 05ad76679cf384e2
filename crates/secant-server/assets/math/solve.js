// Which parameter brings a point under the finger.
//
// Here: damped Gauss–Newton in one or two parameters, with the point's derivatives supplied by the engine.
// Not here: events, pixels (`view/figure.js` gives the scale of each axis).
// Invariant: the result lies within the ranges, and the point never ends farther away than it began.

const MAX_STEPS = 12;
const MAX_HALVINGS = 8;

/**
 * Moves `params` (changed in place) so that the point comes as near to the target as it can.
 *
 * @param {Float64Array} params all parameters of the figure
 * @param {{which: number[], lo: number[], hi: number[]}} free which of them move, and how far
 * @param {(params: Float64Array, out: {x: number, y: number, dx: number[], dy: number[]}) => void} point
 *   the point and its derivatives, in the units of the figure
 * @param {{x: number, y: number}} target in the same units
 * @param {{x: number, y: number}} scale pixels per unit; a point tied to a curve weighs `y` less, so that it follows
 *   the finger sideways and does not cling to a steep flank
 * @returns {number} what is left of the distance, in pixels
 */
export function follow(params, free, point, target, scale) {
  const n = free.which.length;
  const weight = n === 1 ? 0.3 : 1;
  const sx = scale.x;
  const sy = scale.y * weight;
  const here = { x: 0, y: 0, dx: [0, 0], dy: [0, 0] };
  const there = { x: 0, y: 0, dx: [0, 0], dy: [0, 0] };
  const old = [0, 0];
  const step = [0, 0];

  point(params, here);
  let left = distance(here);
  for (let k = 0; k < MAX_STEPS && left > 0.01; k += 1) {
    if (!towards(here)) break;
    for (let i = 0; i < n; i += 1) old[i] = params[free.which[i]];
    let better = false;
    for (let halving = 0, factor = 1; halving < MAX_HALVINGS; halving += 1, factor /= 2) {
      for (let i = 0; i < n; i += 1) {
        params[free.which[i]] = Math.min(free.hi[i], Math.max(free.lo[i], old[i] + factor * step[i]));
      }
      point(params, there);
      const next = distance(there);
      if (next < left) {
        better = left - next > 0.005;
        left = next;
        here.x = there.x;
        here.y = there.y;
        for (let i = 0; i < n; i += 1) {
          here.dx[i] = there.dx[i];
          here.dy[i] = there.dy[i];
          old[i] = params[free.which[i]];
        }
        break;
      }
    }
    for (let i = 0; i < n; i += 1) params[free.which[i]] = old[i];
    if (!better) break;
  }
  return left;

  function distance(p) {
    const d = Math.hypot((p.x - target.x) * sx, (p.y - target.y) * sy);
    return Number.isNaN(d) ? Infinity : d;
  }

  /** The Gauss–Newton step from `p`; false where there is none. */
  function towards(p) {
    if (!Number.isFinite(p.x) || !Number.isFinite(p.y)) return reset();
    const rx = (target.x - p.x) * sx;
    const ry = (target.y - p.y) * sy;
    const ax = p.dx[0] * sx;
    const ay = p.dy[0] * sy;
    if (n === 1) {
      const size = ax * ax + ay * ay;
      step[0] = (ax * rx + ay * ry) / size;
      return size > 0 && Number.isFinite(step[0]);
    }
    const bx = p.dx[1] * sx;
    const by = p.dy[1] * sy;
    const aa = ax * ax + ay * ay;
    const bb = bx * bx + by * by;
    const ab = ax * bx + ay * by;
    const damp = 1e-9 * (aa + bb);
    const det = (aa + damp) * (bb + damp) - ab * ab;
    const ra = ax * rx + ay * ry;
    const rb = bx * rx + by * ry;
    step[0] = (ra * (bb + damp) - rb * ab) / det;
    step[1] = (rb * (aa + damp) - ra * ab) / det;
    return det > 0 && Number.isFinite(step[0]) && Number.isFinite(step[1]);
  }

  /** Where the function does not exist there is no slope: go to the middle of the ranges and come from there. */
  function reset() {
    for (let i = 0; i < n; i += 1) step[i] = (free.lo[i] + free.hi[i]) / 2 - params[free.which[i]];
    return true;
  }
}
