// A curve drawn by hand, as heights at evenly spaced columns.
//
// Here: the columns of a window, what a stroke does to the heights, the heights as text and back, undo.
// Not here: drawing and keys (`view/draw.js`), marking (the server).
// Invariant: a height is a number within the window or null, and the text is what an answer would be typed as.

const MOST_UNDONE = 100;
const MOST_COLUMNS = 400;

/** Heights over the window `x` × `y`; at first nothing is drawn. */
export class Strokes {
  constructor(x, y, columns) {
    this.x = x;
    this.y = y;
    this.heights = new Array(columns).fill(null);
    this._past = [];
    this._digits = Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(y[1] - y[0]))));
  }

  get columns() {
    return this.heights.length;
  }

  get drawn() {
    return this.heights.filter((h) => h !== null).length;
  }

  /** Where a column stands. */
  place(k) {
    return this.x[0] + ((this.x[1] - this.x[0]) * k) / (this.columns - 1);
  }

  /** The column nearest to a place. */
  column(x) {
    const k = Math.round(((x - this.x[0]) / (this.x[1] - this.x[0])) * (this.columns - 1));
    return Math.min(this.columns - 1, Math.max(0, k));
  }

  /** A height as it is kept: within the window, without digits that nobody can draw. */
  height(y) {
    const inside = Math.min(this.y[1], Math.max(this.y[0], y));
    return Number(inside.toFixed(this._digits)) + 0;
  }

  /** What follows can be undone as one. */
  begin() {
    this._past.push([...this.heights]);
    if (this._past.length > MOST_UNDONE) this._past.shift();
  }

  undo() {
    const before = this._past.pop();
    if (before) this.heights = before;
    return before !== undefined;
  }

  get canUndo() {
    return this._past.length > 0;
  }

  set(k, y) {
    this.heights[k] = y === null ? null : this.height(y);
  }

  /** A straight stroke from one point to another overwrites the columns it passes. */
  stroke(from, to) {
    const [a, b] = from.x <= to.x ? [from, to] : [to, from];
    const [first, last] = [this.column(a.x), this.column(b.x)];
    for (let k = first; k <= last; k += 1) {
      const x = Math.min(b.x, Math.max(a.x, this.place(k)));
      const u = b.x > a.x ? (x - a.x) / (b.x - a.x) : 1;
      this.set(k, a.y + u * (b.y - a.y));
    }
    this.set(this.column(to.x), to.y);
  }

  /** Is nothing drawn between two columns? */
  empty(from, to) {
    return this.heights.slice(Math.min(from, to) + 1, Math.max(from, to)).every((h) => h === null);
  }

  /** A straight line between two columns that are drawn. */
  join(from, to) {
    const [a, b] = [Math.min(from, to), Math.max(from, to)];
    const [low, high] = [this.heights[a], this.heights[b]];
    if (low === null || high === null) return;
    for (let k = a + 1; k < b; k += 1) this.set(k, low + ((high - low) * (k - a)) / (b - a));
  }

  /** The nearest column to the left of `k`, else to the right, that is drawn; -1 where there is none. */
  near(k) {
    for (let far = 1; far < this.columns; far += 1) {
      if (k - far >= 0 && this.heights[k - far] !== null) return k - far;
      if (k + far < this.columns && this.heights[k + far] !== null) return k + far;
    }
    return -1;
  }

  /** As an answer is typed; empty where nothing is drawn. */
  get text() {
    return this.drawn === 0 ? '' : `[${this.heights.map((h) => (h === null ? 'null' : String(h))).join(', ')}]`;
  }

  /** Takes a text in; false when it is none. The columns become as many as it has. */
  read(text) {
    const words = text.trim().replace(/^\[|\]$/g, '').split(',').map((word) => word.trim().replace(/−/g, '-'));
    if (words.length < 2 || words.length > MOST_COLUMNS) return false;
    const heights = words.map((word) => (word === 'null' ? null : word === '' ? NaN : Number(word)));
    if (heights.some((h) => h !== null && !Number.isFinite(h))) return false;
    this.heights = heights.map((h) => (h === null ? null : this.height(h)));
    return true;
  }

  /** The stretches that are drawn, as lists of points. */
  get lines() {
    const lines = [];
    let open = null;
    this.heights.forEach((y, k) => {
      if (y === null) open = null;
      else if (open) open.push([this.place(k), y]);
      else lines.push((open = [[this.place(k), y]]));
    });
    return lines;
  }
}

/** Which heights of a text a stretch of its characters has in it: first and last. */
export function columnsAt(text, [from, to]) {
  const before = (end) => [...text].slice(0, end).filter((c) => c === ',').length;
  return [before(from), before(to)];
}
