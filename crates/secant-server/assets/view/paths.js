// Curves with a parameter, and the traces of steps done again and again.
//
// Here: both kinds, in a plane or in a space. Not here: graphs of functions (`marks.js`).

import { formatNumber } from '../math/format.js';
import { walk } from '../math/trace.js';
import { svg } from './dom.js';
import { Tag, round } from './marks.js';
import { Own } from './own.js';

const SAMPLES = 401;
const JUMP = 0.4; // a path that goes farther than this share of the panel in one step has jumped

const listed = (numbers) => `(${[...numbers].map((v) => formatNumber(v)).join(', ')})`;

/** What both kinds have in common: places, one after the other. */
class Places {
  constructor(data, panel, variables) {
    this.data = data;
    this.panel = panel;
    this.own = new Own(data.program, variables);
    this._spot = { x: 0, y: 0 };
    this._tag = new Tag(panel, data);
  }

  get uses() {
    return this.own.uses;
  }

  get name() {
    return (this.data.label ?? this.data.id).replace(/_/g, ' ');
  }

  /** A path through pixels; it begins anew where one has no value or lies `far` from the one before. */
  thread(count, at, far = Infinity) {
    let path = '';
    let before = null;
    for (let k = 0; k < count; k += 1) {
      const { x, y } = at(k);
      if (!Number.isFinite(x) || !Number.isFinite(y) || Math.abs(x) > 1e5 || Math.abs(y) > 1e5) {
        before = null;
        continue;
      }
      const joined = before && Math.hypot(x - before.x, y - before.y) <= far;
      path += `${joined ? 'L' : 'M'}${round(x)} ${round(y)}`;
      before = { x, y };
    }
    this._tag.at(before ? before.x + 11 : NaN, before ? before.y - 12 : NaN);
    return path;
  }
}

class Path extends Places {
  constructor(data, panel) {
    super(data, panel, 1);
    const [lo, hi] = data.over;
    this._t = Float64Array.from({ length: SAMPLES }, (_, k) => lo + ((hi - lo) * k) / (SAMPLES - 1));
    this._path = svg('path', { class: `curve ${data.style ?? 'main'}`, 'data-id': data.id });
    panel.marks.append(this._path);
  }

  move(_, params) {
    if (!this.own.stale(this.panel, params)) return;
    const { program, values } = this.own;
    values[0] = this._t;
    const [x, y, z] = program.columns(values, SAMPLES);
    const at = (k) => this.panel.project(x[k], y[k], z?.[k], this._spot);
    const { left, right, top, bottom } = this.panel;
    this._path.setAttribute('d', this.thread(SAMPLES, at, JUMP * Math.hypot(right - left, bottom - top)));
  }

  tell() {
    const { program, values } = this.own;
    const place = (t) => {
      values[0] = t;
      return listed(program.clean(values));
    };
    const [lo, hi] = this.data.over;
    return `${this.name} runs from ${place(lo)} to ${place(hi)}.`;
  }

  show(on) {
    this._path.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

/** How far apart the dots of a trace are at least, in pixels. */
const NEXT_DOT = 7;

class Trace extends Places {
  constructor(data, panel) {
    super(data, panel, data.start.length);
    this._group = svg('g', { class: 'trace', 'data-id': data.id });
    this._path = this._group.appendChild(svg('path', { class: `curve ${data.style ?? 'second'}` }));
    this._dots = this._group.appendChild(svg('path', { class: `dots ${data.style ?? 'second'}` }));
    panel.marks.append(this._group);
    /** The places it stands on, from its beginning. */
    this.places = [];
  }

  move(figure, params) {
    this.own.take(params);
    const { values, program } = this.own;
    const { start, steps } = this.data;
    const from = start.map((output) => figure[output]);
    const each = this.data.places;
    this.places = [];
    walk(program, values, from, figure[steps], (places) => {
      const size = places.length / each;
      for (let k = 0; k < each; k += 1) this.places.push(places.subarray(k * size, (k + 1) * size));
    });
    let dots = '';
    let [x, y] = [Infinity, Infinity]; // the last dot: dots so close that they overlap would hide the path
    const at = (k) => {
      const spot = this.panel.project(...this.places[k], ...(this.places[k].length === 2 ? [0] : []), this._spot);
      const last = k === this.places.length - 1;
      const apart = last || Math.hypot(spot.x - x, spot.y - y) >= NEXT_DOT;
      if (apart && Math.abs(spot.x) < 1e5 && Math.abs(spot.y) < 1e5) {
        dots += disc(spot.x, spot.y, last ? 5.5 : 3.5);
        [x, y] = [spot.x, spot.y];
      }
      return spot;
    };
    this._path.setAttribute('d', this.thread(this.places.length, at));
    this._dots.setAttribute('d', dots);
  }

  tell() {
    const { places } = this;
    if (places.length === 0) return `${this.name} begins nowhere.`;
    const each = this.data.places;
    const count = places.length / each - 1;
    const last = places[count * each];
    return `${this.name} begins at ${listed(places[0])} and stands at ${listed(last)} after ${count === 1 ? '1 step' : `${count} steps`}.`;
  }

  show(on) {
    this._group.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

/** A full circle as a path. */
export function disc(x, y, r) {
  return `M${round(x)} ${round(y)}m-${r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0`;
}

export const kinds = { path: Path, trace: Trace };
