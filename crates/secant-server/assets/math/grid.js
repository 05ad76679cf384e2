// A function of two variables over a grid: its values, its level lines, the regions above a level.
//
// Here: sampling in columns, marching squares with linear interpolation, lines joined from end to end.
// Not here: pixels (`view/fields.js`).
// Invariant: a cell with a corner that has no value is left out of every line and region; lines are those of
// `src/view/grid.rs` on the server.
// Start reading at `Grid.sample`.

/** The values of one function; keep one for each drawing. */
export class Grid {
  constructor() {
    this.across = 0;
    this.up = 0;
    this._x = new Float64Array(0);
    this._y = new Float64Array(0);
    /** Row by row from the lowest; belongs to the program and is overwritten by its next run. */
    this.z = this._x;
  }

  /**
   * @param {import('./program.js').Program} program inputs: two variables, then the rest
   * @param {(number | Float64Array)[]} values its inputs; the first two are set here
   * @returns {Float64Array[]} a column for each output
   */
  sample(program, values, [[x0, x1], [y0, y1]], across, up) {
    const n = across * up;
    if (this._x.length < n) {
      this._x = new Float64Array(n);
      this._y = new Float64Array(n);
    }
    for (let j = 0, k = 0; j < up; j += 1) {
      const y = y0 + ((y1 - y0) * j) / (up - 1);
      for (let i = 0; i < across; i += 1, k += 1) {
        this._x[k] = x0 + ((x1 - x0) * i) / (across - 1);
        this._y[k] = y;
      }
    }
    values[0] = this._x;
    values[1] = this._y;
    this.across = across;
    this.up = up;
    const columns = program.columns(values, n);
    this.z = columns[0];
    return columns;
  }

  /** Where a sample was taken. */
  place(k) {
    return [this._x[k], this._y[k]];
  }
}

const FREE = -1;
let ends = new Int32Array(0); // for each edge of the grid, the two crossings it is joined to

/**
 * The lines along which the grid has the value `level`, in units of the grid.
 *
 * @param {(x: number[], y: number[]) => ArrayLike<number>} [exact] the function at crossings: one that is not near the
 *   level there jumps or has a pole, and is no crossing
 * @returns {{x: number[], y: number[], closed: boolean}[]}
 */
export function levelLines(z, across, up, level, exact) {
  const edges = 2 * across * up;
  if (ends.length < 2 * edges) ends = new Int32Array(2 * edges);
  ends.fill(FREE, 0, 2 * edges);
  const flat = (i, j) => j * across + i; // from (i, j) to the right
  const steep = (i, j) => across * up + j * across + i; // from (i, j) upwards
  const used = [];
  const join = (a, b) => {
    for (const [from, to] of [[a, b], [b, a]]) {
      if (ends[2 * from] === FREE) {
        used.push(from);
        ends[2 * from] = to;
      } else ends[2 * from + 1] = to;
    }
  };
  for (let j = 0; j + 1 < up; j += 1) {
    for (let i = 0; i + 1 < across; i += 1) {
      const k = j * across + i;
      const [a, b, c, d] = [z[k], z[k + 1], z[k + across + 1], z[k + across]];
      if (!Number.isFinite(a + b + c + d)) continue;
      const mask = (a >= level) | ((b >= level) << 1) | ((c >= level) << 2) | ((d >= level) << 3);
      if (mask === 0 || mask === 15) continue;
      const [bottom, right, top, left] = [flat(i, j), steep(i + 1, j), flat(i, j + 1), steep(i, j)];
      const middle = (a + b + c + d) / 4 >= level;
      switch (mask < 8 ? mask : 15 - mask) {
        case 1: join(left, bottom); break;
        case 2: join(bottom, right); break;
        case 3: join(left, right); break;
        case 4: join(right, top); break;
        case 6: join(bottom, top); break;
        case 7: join(left, top); break;
        default: // two corners across from each other
          if ((mask === 5) === middle) {
            join(left, top);
            join(bottom, right);
          } else {
            join(left, bottom);
            join(right, top);
          }
      }
    }
  }
  const at = (edge) => {
    const upright = edge >= across * up;
    const k = upright ? edge - across * up : edge;
    const i = k % across;
    const j = (k - i) / across;
    const from = z[k];
    const to = upright ? z[k + across] : z[k + 1];
    const t = (level - from) / (to - from);
    return [upright ? i : i + t, upright ? j + t : j, Math.abs(to - from)];
  };
  const wrong = new Set();
  if (exact && used.length > 0) {
    const spots = used.map(at);
    const found = exact(spots.map((s) => s[0]), spots.map((s) => s[1]));
    spots.forEach((spot, n) => {
      if (!(Math.abs(found[n] - level) <= 0.45 * spot[2])) wrong.add(used[n]);
    });
  }
  const done = new Set(wrong);
  const lines = [];
  const walk = (start, closed) => {
    const line = { x: [], y: [], closed: false };
    let before = FREE;
    let edge = start;
    while (edge !== FREE && !done.has(edge)) {
      done.add(edge);
      const [x, y] = at(edge);
      line.x.push(x);
      line.y.push(y);
      const [p, q] = [ends[2 * edge], ends[2 * edge + 1]];
      const next = p !== before && p !== FREE && !done.has(p) ? p : q !== FREE && !done.has(q) ? q : FREE;
      before = edge;
      edge = next;
    }
    line.closed = closed && line.x.length > 2 && [ends[2 * before], ends[2 * before + 1]].includes(start);
    if (line.x.length > 1) lines.push(line);
  };
  const open = (edge) => [0, 1].some((n) => ends[2 * edge + n] === FREE || wrong.has(ends[2 * edge + n]));
  for (const edge of used) if (!done.has(edge) && open(edge)) walk(edge, false);
  for (const edge of used) if (!done.has(edge)) walk(edge, true);
  return lines;
}

/**
 * The region where the grid is at least `level`, as a path; `px` and `py` turn units of the grid into texts of pixels.
 * Cells that lie in it whole are put together row by row.
 */
export function region(z, across, up, level, px, py) {
  let path = '';
  for (let j = 0; j + 1 < up; j += 1) {
    let run = -1; // where a run of whole cells begins
    for (let i = 0; i < across; i += 1) {
      const k = j * across + i;
      const last = i + 1 === across;
      const a = z[k];
      const b = last ? NaN : z[k + 1];
      const c = last ? NaN : z[k + across + 1];
      const d = z[k + across];
      const exists = Number.isFinite(a + b + c + d);
      const mask = exists ? (a >= level) | ((b >= level) << 1) | ((c >= level) << 2) | ((d >= level) << 3) : 0;
      if (mask === 15) {
        if (run < 0) run = i;
        continue;
      }
      if (run >= 0) path += `M${px(run)} ${py(j)}H${px(i)}V${py(j + 1)}H${px(run)}Z`;
      run = -1;
      if (mask === 0) continue;
      const bottom = `${px(i + (level - a) / (b - a))} ${py(j)}`;
      const right = `${px(i + 1)} ${py(j + (level - b) / (c - b))}`;
      const top = `${px(i + (level - d) / (c - d))} ${py(j + 1)}`;
      const left = `${px(i)} ${py(j + (level - a) / (d - a))}`;
      const [A, B, C, D] = [`${px(i)} ${py(j)}`, `${px(i + 1)} ${py(j)}`, `${px(i + 1)} ${py(j + 1)}`, `${px(i)} ${py(j + 1)}`];
      const apart = (mask === 5 || mask === 10) && (a + b + c + d) / 4 < level;
      if (apart && mask === 5) path += `M${A}L${bottom}L${left}ZM${C}L${top}L${right}Z`;
      else if (apart) path += `M${B}L${right}L${bottom}ZM${D}L${left}L${top}Z`;
      else {
        const corners = [];
        if (mask & 1) corners.push(A);
        if ((mask & 1) !== ((mask >> 1) & 1)) corners.push(bottom);
        if (mask & 2) corners.push(B);
        if (((mask >> 1) & 1) !== ((mask >> 2) & 1)) corners.push(right);
        if (mask & 4) corners.push(C);
        if (((mask >> 2) & 1) !== ((mask >> 3) & 1)) corners.push(top);
        if (mask & 8) corners.push(D);
        if (((mask >> 3) & 1) !== (mask & 1)) corners.push(left);
        path += `M${corners.join('L')}Z`;
      }
    }
  }
  return path;
}

/** Which of the sixteen colours band `k` of `count` has. */
export function shade(k, count) {
  return count < 2 ? 8 : Math.round((15 * k) / (count - 1));
}

/** Where the finite values are lowest and highest: two indices, or null. */
export function extremes(z, n) {
  let low = -1;
  let high = -1;
  for (let k = 0; k < n; k += 1) {
    if (!Number.isFinite(z[k])) continue;
    if (low < 0 || z[k] < z[low]) low = k;
    if (high < 0 || z[k] > z[high]) high = k;
  }
  return low < 0 ? null : { low, high };
}
