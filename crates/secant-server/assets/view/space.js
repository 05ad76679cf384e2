// A panel that is a space, seen from far away at an angle, and the surfaces in it.
//
// Here: the projection, the floor and the axes, turning by pointer and keys, facets drawn from the back to the front.
// Not here: points, arrows and paths (they are those of the plane, through `project`).
// Invariant: the angles are parameters of the figure, so scenes and links move them as any other; the measures are
// those of `src/view/space.rs` on the server.
// Start reading at `Space.face`.

import { formatNumber, mathText, speakNumber } from '../math/format.js';
import { Grid, extremes } from '../math/grid.js';
import { ticks } from '../math/ticks.js';
import { directions, dot, shadow } from '../math/turn.js';
import { fresh, set, svg } from './dom.js';
import { Tag, round } from './marks.js';
import { Own } from './own.js';
import { place, pool } from './panel.js';

const TALL = 0.75; // how high a space is when its floor reaches from -1 to 1
const ROOM = [44, 62]; // pixels that the numbers of the axes need, sideways and upwards
const LIFT = 6; // pixels that the middle stands higher: more is written below than above
const STEEP = 75; // degrees above which the third axis is too short for numbers
const COARSE = 16; // facets along a side while something moves
const FINE = 32; // and at rest
const TOLD = 41;
const PER_PIXEL = 0.45; // degrees
const PER_KEY = 5;

class Space {
  constructor(host, data) {
    this.id = data.id;
    this.data = data;
    this.view = { x: [...data.x], y: [...data.y] };
    this.revision = 0;
    this.width = 640;
    this.height = 400;
    const clip = fresh('clip');
    this._clip = svg('rect');
    this._grid = svg('g');
    this._axes = svg('g');
    this._ticks = svg('g');
    this._names = [data.xlabel, data.ylabel, data.space.zlabel].map((text) =>
      svg('text', { class: 'axis-label', 'text-anchor': 'middle', text: mathText(text ?? '') }),
    );
    this.marks = svg('g', { 'clip-path': `url(#${clip})` });
    this.over = svg('g', {});
    /** What the pointer and the keys take hold of to turn it. */
    this.ground = svg('rect', { class: 'ground' });
    this.svg = svg(
      'svg',
      { class: 'plot space', 'data-panel': data.id },
      svg('defs', {}, svg('clipPath', { id: clip }, this._clip)),
      svg('g', { 'aria-hidden': 'true' }, this._grid, this._axes, this._ticks, ...this._names),
      this.marks,
      this.ground,
      this.over,
    );
    host.append(this.svg);
    this._turn = NaN;
    this._tilt = NaN;
    this._p = [0, 0, 0];
    this._aim(-60, 30);
    if (!this.resize()) this._layout();
  }

  show(on) {
    this.svg.classList.toggle('away', !on);
  }

  resize() {
    const box = this.svg.getBoundingClientRect();
    const width = Math.round(box.width);
    const height = Math.round(box.height);
    if (width < 60 || height < 60 || (width === this._seenWidth && height === this._seenHeight)) return false;
    this._seenWidth = width;
    this._seenHeight = height;
    this.width = width;
    this.height = height;
    set(this.svg, 'viewBox', `0 0 ${width} ${height}`);
    this._layout();
    return true;
  }

  /** Another part of the floor. */
  look(x, y) {
    this.view.x = [...x];
    this.view.y = [...y];
    this._layout();
  }

  /** Takes the angles from the parameters. */
  face(params) {
    const { turn, tilt } = this.data.space;
    if (params[turn] === this._turn && params[tilt] === this._tilt) return;
    this._aim(params[turn], params[tilt]);
    this._layout();
  }

  _aim(turn, tilt) {
    this._turn = turn;
    this._tilt = tilt;
    Object.assign(this, directions(turn, tilt));
  }

  /** The place as a corner of the box from -1 to 1. The result is reused. */
  shaped(x, y, z) {
    const { _p: p, ranges, stretch } = this;
    p[0] = ((2 * x - ranges[0][0] - ranges[0][1]) / (ranges[0][1] - ranges[0][0])) * stretch[0];
    p[1] = ((2 * y - ranges[1][0] - ranges[1][1]) / (ranges[1][1] - ranges[1][0])) * stretch[1];
    p[2] = ((2 * z - ranges[2][0] - ranges[2][1]) / (ranges[2][1] - ranges[2][0])) * stretch[2];
    return p;
  }

  project(x, y, z, out) {
    const p = this.shaped(x, y, z);
    out.x = this.width / 2 + this.scale * dot(this.rightward, p);
    out.y = this.height / 2 - LIFT - this.scale * dot(this.upward, p);
    return out;
  }

  slope(dx, dy, dz, out) {
    const { ranges, stretch } = this;
    const p = [dx, dy, dz].map((d, k) => ((2 * d) / (ranges[k][1] - ranges[k][0])) * stretch[k]);
    out.x = this.scale * dot(this.rightward, p);
    out.y = -this.scale * dot(this.upward, p);
    return out;
  }

  _layout() {
    this.revision += 1;
    this.left = 4;
    this.right = this.width - 4;
    this.top = 4;
    this.bottom = this.height - 4;
    this.ranges = [this.view.x, this.view.y, this.data.space.z];
    const halves = this.ranges.map(([lo, hi]) => (hi - lo) / 2);
    const longest = Math.max(...halves);
    this.stretch = this.data.equal ? halves.map((half) => half / longest) : [1, 1, TALL];
    // As large as fits whichever way it is turned.
    const wide = Math.hypot(this.stretch[0], this.stretch[1]);
    const high = wide * this.towards[2] + this.stretch[2] * this.upward[2];
    this.scale = Math.max(10, Math.min((this.width - ROOM[0]) / (2 * wide), (this.height - ROOM[1]) / (2 * high)));
    for (const box of [this._clip, this.ground]) {
      place(box, { x: this.left, y: this.top, width: this.right - this.left, height: this.bottom - this.top });
    }
    this._floor();
  }

  /** The floor with its grid, and the three axes with their numbers. */
  _floor() {
    const [x, y, z] = this.ranges;
    const { towards } = this;
    const near = [0, 1].map((k) => this.ranges[k][towards[k] > 0 ? 1 : 0]);
    const far = [0, 1].map((k) => this.ranges[k][towards[k] > 0 ? 0 : 1]);
    const pixel = (a, b, c) => this.project(a, b, c, { x: 0, y: 0 });
    const lines = pool(this._grid, 'line');
    const axes = pool(this._axes, 'line');
    const texts = pool(this._ticks, 'text');
    const edge = (next, cls, p, q) => place(next(), { class: cls, x1: round(p.x), y1: round(p.y), x2: round(q.x), y2: round(q.y) });
    const beyond = (p, q, by) => {
      const long = Math.max(1, Math.hypot(p.x - q.x, p.y - q.y));
      return { x: p.x + (by * (p.x - q.x)) / long, y: p.y + (by * (p.y - q.y)) / long + 4 };
    };
    const write = (at, anchor, text) => {
      const element = texts();
      place(element, { class: 'tick', x: round(at.x), y: round(at.y), 'text-anchor': anchor });
      element.textContent = text;
    };
    const few = this.width < 420 ? 3 : 5;
    const across = ticks(x[0], x[1], few);
    for (const value of across.values) {
      edge(lines, 'grid', pixel(value, y[0], z[0]), pixel(value, y[1], z[0]));
      write(beyond(pixel(value, near[1], z[0]), pixel(value, far[1], z[0]), 16), 'middle', across.label(value));
    }
    const along = ticks(y[0], y[1], few);
    for (const value of along.values) {
      edge(lines, 'grid', pixel(x[0], value, z[0]), pixel(x[1], value, z[0]));
      write(beyond(pixel(near[0], value, z[0]), pixel(far[0], value, z[0]), 16), 'middle', along.label(value));
    }
    edge(axes, 'axis', pixel(x[0], near[1], z[0]), pixel(x[1], near[1], z[0]));
    edge(axes, 'axis', pixel(near[0], y[0], z[0]), pixel(near[0], y[1], z[0]));
    const [cx, cy] = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
    const name = (k, at) => place(this._names[k], { x: round(at.x), y: round(at.y) });
    name(0, beyond(pixel(cx, near[1], z[0]), pixel(cx, far[1], z[0]), 36));
    name(1, beyond(pixel(near[0], cy, z[0]), pixel(far[0], cy, z[0]), 36));
    const steep = this._tilt >= STEEP;
    this._names[2].classList.toggle('gone', steep);
    if (!steep) {
      const corners = [[x[0], y[0]], [x[0], y[1]], [x[1], y[0]], [x[1], y[1]]];
      const foot = corners.reduce((a, b) => (pixel(...b, z[0]).x < pixel(...a, z[0]).x - 1e-9 ? b : a));
      edge(axes, 'axis', pixel(...foot, z[0]), pixel(...foot, z[1]));
      const up = ticks(z[0], z[1], few);
      for (const value of up.values) {
        const at = pixel(...foot, value);
        write({ x: at.x - 8, y: at.y + 4 }, 'end', up.label(value));
      }
      const top = pixel(...foot, z[1]);
      name(2, { x: top.x, y: top.y - 12 });
    }
    lines.done();
    axes.done();
    texts.done();
  }

  /** Lets the reader turn it. */
  join(figure) {
    const { ground } = this;
    const { turn, tilt } = this.data.space;
    set(ground, 'tabindex', '0');
    set(ground, 'role', 'slider');
    set(ground, 'aria-label', `Turn the view${figure.panels?.length > 1 ? ` of ${this.id}` : ''}`);
    set(ground, 'aria-valuemin', '-180');
    set(ground, 'aria-valuemax', '180');
    const tell = () => {
      set(ground, 'aria-valuenow', String(Math.round(figure.params[turn])));
      set(ground, 'aria-valuetext', `turned ${speakNumber(Math.round(figure.params[turn]))} degrees, from ${speakNumber(Math.round(figure.params[tilt]))} degrees above`);
    };
    const by = (da, db) => {
      figure.params[turn] = ((((figure.params[turn] + da + 180) % 360) + 360) % 360) - 180;
      figure.params[tilt] = Math.min(90, Math.max(0, figure.params[tilt] + db));
      tell();
      figure.changed();
    };
    let held = null;
    ground.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || held) return;
      held = { id: event.pointerId, x: event.clientX, y: event.clientY };
      ground.setPointerCapture(event.pointerId);
      figure.take();
    });
    ground.addEventListener('pointermove', (event) => {
      if (held?.id !== event.pointerId) return;
      by(-(event.clientX - held.x) * PER_PIXEL, (event.clientY - held.y) * PER_PIXEL);
      held.x = event.clientX;
      held.y = event.clientY;
    });
    const drop = (event) => {
      if (held?.id !== event.pointerId) return;
      held = null;
      figure.release();
    };
    for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) ground.addEventListener(name, drop);
    ground.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const size = PER_KEY * (event.shiftKey ? 3 : 1);
      figure.take();
      by(step[0] * size, step[1] * size);
      figure.release(true);
    });
    tell();
  }
}

class Surface {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this.own = new Own(data.program, 2);
    this.grid = new Grid();
    this.refines = true;
    this._group = svg('g', { class: 'surface', 'data-id': data.id });
    panel.marks.append(this._group);
    this._tag = new Tag(panel, data);
    this._spot = { x: 0, y: 0 };
  }

  get uses() {
    return this.own.uses;
  }

  move(_, params, fine) {
    const { panel } = this;
    if (!this.own.stale(panel, params, fine ? 1 : 0)) return;
    const n = (fine ? FINE : COARSE) + 1;
    const { over } = this.data;
    this.grid.sample(this.own.program, this.own.values, over, n, n);
    const { z } = this.grid;
    const [low, high] = panel.data.space.z;
    const count = n * n;
    if (!this._px || this._px.length < count) {
      this._px = new Float64Array(count);
      this._py = new Float64Array(count);
      this._shape = new Float64Array(3 * count);
    }
    const { _px: px, _py: py, _shape: shape, _spot: spot } = this;
    for (let k = 0; k < count; k += 1) {
      const [x, y] = this.grid.place(k);
      panel.project(x, y, Math.min(high, Math.max(low, z[k])), spot);
      px[k] = round(spot.x);
      py[k] = round(spot.y);
      shape.set(panel._p, 3 * k);
    }
    const { towards, upward, rightward } = panel;
    const light = [0, 1, 2].map((k) => 0.65 * towards[k] + 0.6 * upward[k] - 0.47 * rightward[k]);
    const elements = this._group.children;
    let used = 0;
    for (let jj = 0; jj < n - 1; jj += 1) {
      const j = towards[1] > 0 ? jj : n - 2 - jj;
      for (let ii = 0; ii < n - 1; ii += 1) {
        const i = towards[0] > 0 ? ii : n - 2 - ii;
        const a = j * n + i;
        const [b, c, d] = [a + 1, a + n + 1, a + n];
        const sum = z[a] + z[b] + z[c] + z[d];
        if (!Number.isFinite(sum)) continue;
        if (Math.max(z[a], z[b], z[c], z[d]) < low || Math.min(z[a], z[b], z[c], z[d]) > high) continue;
        const height = (shape[3 * a + 2] + shape[3 * b + 2] + shape[3 * c + 2] + shape[3 * d + 2]) / 4;
        const colour = Math.min(15, Math.max(0, Math.round(15 * (height / (2 * panel.stretch[2]) + 0.5))));
        const element = elements[used] ?? this._group.appendChild(svg('path'));
        used += 1;
        set(element, 'class', `facet m${colour} s${shadow(shape, a, b, c, d, towards, light)}`);
        element.setAttribute('d', `M${px[a]} ${py[a]}L${px[b]} ${py[b]}L${px[c]} ${py[c]}L${px[d]} ${py[d]}Z`);
      }
    }
    while (elements.length > used) this._group.lastChild.remove();
  }

  tell() {
    this._told ??= new Grid();
    const [z] = this._told.sample(this.own.program, this.own.values, this.data.over, TOLD, TOLD);
    const name = (this.data.label ?? this.data.id).replace(/_/g, ' ');
    const found = extremes(z, TOLD * TOLD);
    if (!found) return `${name} has no value here.`;
    const [a, b] = this.own.names;
    const where = (k) => {
      const [x, y] = this._told.place(k).map((v) => formatNumber(v));
      return `${a} = ${x}, ${b} = ${y}`;
    };
    const { low, high } = found;
    return `${name} is lowest, ${formatNumber(z[low])}, near ${where(low)}, and highest, ${formatNumber(z[high])}, near ${where(high)}.`;
  }

  show(on) {
    this._group.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

export const kinds = { surface: Surface, space: Space };
