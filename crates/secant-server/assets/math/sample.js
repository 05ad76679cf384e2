// A curve as points a screen can draw.
//
// Here: an even first pass, then halving wherever the line would bend, jump or end, all in columns.
// Not here: pixels on the screen and paths (`view/figure.js`).
// Invariant: a gap (NaN in `y`) stands wherever the function does not exist or jumps, so a pole is never drawn as a
// vertical line; the arrays are reused, so a drag allocates nothing.
// Start reading at `Sampler.sample`.

const LEVELS = 7;

/** Samples one curve; keep one for each curve. */
export class Sampler {
  /** @param {number} room the most points a curve may have */
  constructor(room = 4096) {
    this._room = room;
    this._x = new Float64Array(room);
    this._y = new Float64Array(room);
    this._next = new Int32Array(room);
    this._after = new Int32Array(room);
    this._probe = new Float64Array(room);
    /** The points in order; NaN in `y` is a gap. Valid up to `length`. */
    this.x = new Float64Array(2 * room);
    this.y = new Float64Array(2 * room);
    this.length = 0;
  }

  /**
   * @param {import('./program.js').Program} program inputs: the variable, then the rest
   * @param {(number | Float64Array)[]} values its inputs; `values[0]` is set here
   * @param {{lo: number, hi: number, bottom: number, top: number, width: number, height: number}} view
   *   the range to draw, the range seen, and its size in pixels
   */
  sample(program, values, view) {
    const { lo, hi } = view;
    this.length = 0;
    if (!(hi > lo)) return;
    const { _x: x, _y: y, _next: next, _room: room } = this;
    const tall = view.height / (view.top - view.bottom);
    const wide = view.width / (hi - lo);
    const count = Math.min(room >> 2, Math.max(48, Math.round(view.width / 3) + 1));
    for (let i = 0; i < count; i += 1) {
      x[i] = i === count - 1 ? hi : lo + ((hi - lo) * i) / (count - 1);
      next[i] = i === count - 1 ? -1 : i + 1;
    }
    values[0] = x;
    y.set(program.columns(values, count)[0].subarray(0, count));
    let used = count;

    for (let level = 0; level < LEVELS; level += 1) {
      const wanted = this._choose(view, tall, wide, room - used);
      if (wanted === 0) break;
      values[0] = this._probe;
      const found = program.columns(values, wanted)[0];
      for (let k = 0; k < wanted; k += 1) {
        const i = this._after[k];
        x[used] = this._probe[k];
        y[used] = found[k];
        next[used] = next[i];
        next[i] = used;
        used += 1;
      }
    }
    this._write(view, tall, wide);
  }

  /** Fills `_probe` with the middles worth asking for; `_after` says after which point each belongs. */
  _choose(view, tall, wide, free) {
    const { _x: x, _y: y, _next: next } = this;
    const above = view.top + 40 / tall;
    const below = view.bottom - 40 / tall;
    let wanted = 0;
    let before = -1;
    let bent = false; // the corner at `i` asks for both its sides
    for (let i = 0; next[i] >= 0 && wanted < free; i = next[i]) {
      const j = next[i];
      const k = next[j];
      const exists = Number.isFinite(y[i]);
      let ask = bent;
      bent = false;
      if (exists !== Number.isFinite(y[j])) ask = true;
      else if (exists) {
        if ((y[i] > above && y[j] > above) || (y[i] < below && y[j] < below)) ask = false;
        else if (k >= 0 && Number.isFinite(y[k])) {
          const line = y[i] + ((y[k] - y[i]) * (x[j] - x[i])) / (x[k] - x[i]);
          if (Math.abs(y[j] - line) * tall > 0.3) {
            ask = true;
            bent = true;
          }
        }
        if (before >= 0 && !Number.isFinite(y[before]) && Math.abs(y[j] - y[i]) * tall > 2) ask = true;
      }
      if (ask && (x[j] - x[i]) * wide > 0.02) {
        this._probe[wanted] = x[i] + (x[j] - x[i]) / 2;
        this._after[wanted] = i;
        wanted += 1;
      }
      before = i;
    }
    return wanted;
  }

  /** Puts the points in order, with a gap at every jump. */
  _write(view, tall, wide) {
    const { _x, _y, _next } = this;
    const far = 4 * (view.top - view.bottom);
    const top = view.top + far; // no farther: a path with huge numbers is drawn badly
    const bottom = view.bottom - far;
    let n = 0;
    let last = -1;
    for (let i = 0; i >= 0; i = _next[i]) {
      const exists = Number.isFinite(_y[i]);
      if (last >= 0 && exists && Number.isFinite(_y[last])) {
        const rise = Math.abs(_y[i] - _y[last]) * tall;
        const run = (_x[i] - _x[last]) * wide;
        if (run < 0.5 && rise > 8 && rise > 100 * run) {
          this.x[n] = _x[i];
          this.y[n] = NaN;
          n += 1;
        }
      }
      this.x[n] = _x[i];
      this.y[n] = exists ? Math.min(top, Math.max(bottom, _y[i])) : NaN;
      n += 1;
      last = i;
    }
    this.length = n;
  }
}
