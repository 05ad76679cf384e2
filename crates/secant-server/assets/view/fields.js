// Functions of two variables in a plane: level lines with colours between them, curves given by an equation, arrows.
//
// Here: one class per kind. Not here: lines and regions of a grid (`math/grid.js`), the panel.
// Start reading at `Contour.move`.

import { formatNumber } from '../math/format.js';
import { Grid, extremes, levelLines, region, shade } from '../math/grid.js';
import { Cursor } from './cursor.js';
import { set, svg } from './dom.js';
import { Tag, round } from './marks.js';
import { Own } from './own.js';

const COARSE = 9; // pixels of a cell while something moves
const FINE = 5; // and at rest
const MOST = 140; // cells along a side
const TOLD = 41; // places along a side that the text twin is made from
const ROOM = 34; // pixels between two labels of lines

/** What the kinds of this file have in common: a program of two variables over a part of the panel. */
class Sheet {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this.own = new Own(data.program, 2);
    this.grid = new Grid();
    this.refines = true;
    this._group = svg('g', { 'data-id': data.id });
    panel.marks.append(this._group);
    this._tag = new Tag(panel, data);
  }

  get uses() {
    return this.own.uses;
  }

  move(_, params, fine) {
    if (!this.own.stale(this.panel, params, fine ? 1 : 0)) return;
    const { x, y } = this.panel.view;
    const [[x0, x1], [y0, y1]] = this.data.over;
    this.over = [
      [Math.max(x[0], x0), Math.min(x[1], x1)],
      [Math.max(y[0], y0), Math.min(y[1], y1)],
    ];
    const seen = this.over.every(([lo, hi]) => hi > lo);
    this._group.classList.toggle('gone', !seen);
    if (seen) this.draw(fine);
    this._tag.at(seen ? this.panel.toX(this.over[0][1]) - 6 : NaN, seen ? this.panel.toY(this.over[1][1]) + 20 : NaN, 'end');
  }

  /** Samples the function at about every so many pixels. */
  sample(pixels) {
    const [[x0, x1], [y0, y1]] = this.over;
    const count = (length) => Math.min(MOST, Math.max(8, Math.round(length / pixels))) + 1;
    const across = count((x1 - x0) * this.panel.scaleX);
    const up = count((y1 - y0) * this.panel.scaleY);
    return this.grid.sample(this.own.program, this.own.values, this.over, across, up);
  }

  /** Units of the grid to pixels. */
  toX(u) {
    const [lo, hi] = this.over[0];
    return this.panel.toX(lo + ((hi - lo) * u) / (this.grid.across - 1));
  }

  toY(v) {
    const [lo, hi] = this.over[1];
    return this.panel.toY(lo + ((hi - lo) * v) / (this.grid.up - 1));
  }

  linePath({ x, y, closed }) {
    let path = '';
    for (let k = 0; k < x.length; k += 1) path += `${k === 0 ? 'M' : 'L'}${round(this.toX(x[k]))} ${round(this.toY(y[k]))}`;
    return closed ? `${path}Z` : path;
  }

  /** Its outputs at a place, for the reading cursor. */
  at(x, y) {
    const { values, program } = this.own;
    values[0] = x;
    values[1] = y;
    return program.at(values);
  }

  get name() {
    return (this.data.label ?? this.data.id).replace(/_/g, ' ');
  }

  /** A place in words. */
  where(k) {
    const [x, y] = this._told.place(k).map((v) => formatNumber(v));
    const [a, b] = this.own.names;
    return `${a} = ${x}, ${b} = ${y}`;
  }

  /** All of it on the grid that the text twin is made from. */
  survey() {
    this._told ??= new Grid();
    const { program, values } = this.own;
    return this._told.sample(program, values, this.data.over, TOLD, TOLD);
  }

  show(on) {
    this._group.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

class Contour extends Sheet {
  constructor(data, panel) {
    super(data, panel);
    const bands = data.lines ? 0 : data.levels.length + 1;
    const part = (cls) => this._group.appendChild(svg('path', { class: cls }));
    this._bands = Array.from({ length: bands }, (_, k) => part(`band m${shade(k, bands)}`));
    this._lines = data.levels.map(() => part(`level ${data.style ?? 'guide'}`));
    this._labels = data.levels.map((level) => {
      const text = svg('text', { class: 'level-label', 'aria-hidden': 'true', 'text-anchor': 'middle', text: formatNumber(level, 6) });
      return this._group.appendChild(text);
    });
  }

  draw(fine) {
    const { data, grid } = this;
    this.sample(fine ? FINE : COARSE);
    const { z, across, up } = grid;
    const columns = Array.from({ length: across }, (_, i) => round(this.toX(i)));
    const rows = Array.from({ length: up }, (_, j) => round(this.toY(j)));
    const px = (u) => columns[u] ?? round(this.toX(u));
    const py = (v) => rows[v] ?? round(this.toY(v));
    this._bands.forEach((band, k) => {
      band.setAttribute('d', region(z, across, up, k === 0 ? -Infinity : data.levels[k - 1], px, py));
    });
    const taken = [];
    data.levels.forEach((level, k) => {
      const lines = levelLines(z, across, up, level);
      this._lines[k].setAttribute('d', lines.map((line) => this.linePath(line)).join(''));
      const spot = this._spot(lines, taken);
      this._labels[k].classList.toggle('gone', !spot);
      if (!spot) return;
      taken.push(spot);
      set(this._labels[k], 'x', String(round(spot.x)));
      set(this._labels[k], 'y', String(round(spot.y + 4)));
    });
  }

  /** Where on its longest line a level is written: away from the edges and from other labels. */
  _spot(lines, taken) {
    const { left, right, top, bottom } = this.panel;
    const longest = lines.reduce((a, b) => (b.x.length > (a?.x.length ?? 5) ? b : a), null);
    if (!longest) return null;
    for (const share of [0.5, 0.3, 0.7, 0.15, 0.85, 0]) {
      const k = Math.floor(share * (longest.x.length - 1));
      const x = this.toX(longest.x[k]);
      const y = this.toY(longest.y[k]);
      const inside = x > left + 16 && x < right - 16 && y > top + 10 && y < bottom - 10;
      if (inside && taken.every((other) => Math.hypot(x - other.x, y - other.y) > ROOM)) return { x, y };
    }
    return null;
  }

  tell() {
    const [z] = this.survey();
    const found = extremes(z, TOLD * TOLD);
    if (!found) return `${this.name} has no value here.`;
    const { low, high } = found;
    return (
      `${this.name} is lowest, ${formatNumber(z[low])}, near ${this.where(low)}, ` +
      `and highest, ${formatNumber(z[high])}, near ${this.where(high)}.`
    );
  }

  read(x, y) {
    return `${this.name} ${formatNumber(this.at(x, y)[0])}`;
  }
}

class Implicit extends Sheet {
  constructor(data, panel) {
    super(data, panel);
    this._path = svg('path', { class: `curve ${data.style ?? 'main'}` });
    this._group.append(this._path);
  }

  draw(fine) {
    this.sample(fine ? FINE : COARSE);
    const { across, up } = this.grid;
    const z = this.grid.z.slice(0, across * up); // the check at the crossings runs the program again
    const { program, values } = this.own;
    const unit = ([lo, hi], count) => (u) => lo + ((hi - lo) * u) / (count - 1);
    const exact = (xs, ys) => {
      values[0] = Float64Array.from(xs, unit(this.over[0], across));
      values[1] = Float64Array.from(ys, unit(this.over[1], up));
      return program.columns(values, xs.length)[0];
    };
    this._path.setAttribute('d', levelLines(z, across, up, 0, exact).map((line) => this.linePath(line)).join(''));
  }

  tell() {
    const [z] = this.survey();
    const xs = [];
    const ys = [];
    for (let k = 0; k < TOLD * TOLD; k += 1) {
      const beside = (k + 1) % TOLD === 0 ? NaN : z[k + 1];
      const above = k + TOLD < TOLD * TOLD ? z[k + TOLD] : NaN;
      const crosses = (other) => Number.isFinite(z[k] * other) && z[k] * other <= 0;
      if (!crosses(beside) && !crosses(above)) continue;
      const [x, y] = this._told.place(k);
      xs.push(x);
      ys.push(y);
    }
    if (xs.length === 0) return `${this.name} has no point here.`;
    const [a, b] = this.own.names;
    const span = (v) => `${formatNumber(Math.min(...v))} to ${formatNumber(Math.max(...v))}`;
    return `${this.name} lies within ${a} = ${span(xs)} and ${b} = ${span(ys)}.`;
  }

  read(x, y) {
    const value = this.at(x, y)[0];
    return `${this.name}: the sides differ by ${formatNumber(value)}`;
  }
}

const SPACING = 42; // pixels between arrows

class Field extends Sheet {
  constructor(data, panel) {
    super(data, panel);
    const style = data.style ?? 'guide';
    this._shafts = this._group.appendChild(svg('path', { class: `arrow thin ${style}` }));
    this._heads = this._group.appendChild(svg('path', { class: `head ${style}` }));
  }

  draw() {
    const { panel } = this;
    const [u, v] = this.sample(SPACING);
    const { across, up } = this.grid;
    const n = across * up;
    const spacing = Math.min((this.toX(across - 1) - this.toX(0)) / (across - 1), (this.toY(0) - this.toY(up - 1)) / (up - 1));
    let longest = 0;
    for (let k = 0; k < n; k += 1) {
      const long = Math.hypot(u[k] * panel.scaleX, v[k] * panel.scaleY);
      if (Number.isFinite(long)) longest = Math.max(longest, long);
    }
    const scale = longest > 0 ? (0.95 * spacing) / longest : 0;
    let shafts = '';
    let heads = '';
    for (let k = 0; k < n; k += 1) {
      const dx = u[k] * panel.scaleX * scale;
      const dy = -v[k] * panel.scaleY * scale;
      const long = Math.hypot(dx, dy);
      if (!Number.isFinite(long)) continue;
      const [x, y] = this.grid.place(k);
      const x1 = panel.toX(x) - dx / 2;
      const y1 = panel.toY(y) - dy / 2;
      if (long < 2.5) {
        shafts += `M${round(x1 + dx / 2)} ${round(y1 + dy / 2)}h0`; // a dot
        continue;
      }
      const [ux, uy] = [dx / long, dy / long];
      const size = Math.min(7, 0.6 * long);
      const [bx, by] = [x1 + dx - ux * size, y1 + dy - uy * size];
      const w = size * 0.42;
      shafts += `M${round(x1)} ${round(y1)}L${round(bx)} ${round(by)}`;
      heads += `M${round(x1 + dx)} ${round(y1 + dy)}L${round(bx - uy * w)} ${round(by + ux * w)}L${round(bx + uy * w)} ${round(by - ux * w)}Z`;
    }
    this._shafts.setAttribute('d', shafts);
    this._heads.setAttribute('d', heads);
  }

  tell() {
    const [u, v] = this.survey();
    const long = Float64Array.from({ length: TOLD * TOLD }, (_, k) => Math.hypot(u[k], v[k]));
    const found = extremes(long, long.length);
    if (!found) return `${this.name} has no arrows here.`;
    const { low, high } = found;
    return (
      `${this.name} is shortest, ${formatNumber(long[low])}, near ${this.where(low)}, ` +
      `and longest, ${formatNumber(long[high])}, near ${this.where(high)}.`
    );
  }

  read(x, y) {
    const [u, v] = this.at(x, y);
    return `${this.name} (${formatNumber(u)}, ${formatNumber(v)})`;
  }
}

export const kinds = { contour: Contour, implicit: Implicit, field: Field, cursor: Cursor };
