// One coordinate system of a figure: its place on the screen, its grid, its axes.
//
// Here: scales between units and pixels, ticks and their labels, the clipped layer the marks are drawn in.
// Not here: the marks (`marks.js`), what the numbers are (`figure.js`).

import { ticks } from '../math/ticks.js';
import { mathText } from '../math/format.js';
import { fresh, set, svg } from './dom.js';

const round = (pixel) => Math.round(pixel * 100) / 100;

/** A panel; `host` is the element its drawing goes into. */
export class Panel {
  constructor(host, data) {
    this.id = data.id;
    this.data = data;
    /** The part of the plane that is seen. */
    this.view = { x: [...data.x], y: [...data.y] };
    /** Grows with every change of view or size. */
    this.revision = 0;
    this.width = 640;
    this.height = 400;

    const clip = fresh('clip');
    this._clip = svg('rect');
    this._grid = svg('g', { class: 'grid' });
    this._axes = svg('g', { class: 'axes' });
    this._ticks = svg('g', { class: 'ticks' });
    this._xlabel = svg('text', { class: 'axis-label', 'text-anchor': 'end', text: mathText(data.xlabel ?? '') });
    this._ylabel = svg('text', { class: 'axis-label', text: mathText(data.ylabel ?? '') });
    /** Curves and lines, cut off at the edge. */
    this.marks = svg('g', { 'clip-path': `url(#${clip})` });
    /** Points and labels, never cut. */
    this.over = svg('g', {});
    this.svg = svg(
      'svg',
      { class: 'plot', 'data-panel': data.id },
      svg('defs', {}, svg('clipPath', { id: clip }, this._clip)),
      svg('g', { 'aria-hidden': 'true' }, this._grid, this._axes, this._ticks, this._xlabel, this._ylabel),
      this.marks,
      this.over,
    );
    host.append(this.svg);
    if (!this.resize()) this._layout(); // too narrow among the others: it gets its place when it is shown
  }

  /** Puts it into the figure or away from it. */
  show(on) {
    this.svg.classList.toggle('away', !on);
  }

  /** Takes the size the page gives it. True when that changed. */
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

  /** Shows another part of the plane. */
  look(x, y) {
    const { view } = this;
    if (view.x[0] === x[0] && view.x[1] === x[1] && view.y[0] === y[0] && view.y[1] === y[1]) return;
    view.x[0] = x[0];
    view.x[1] = x[1];
    view.y[0] = y[0];
    view.y[1] = y[1];
    this._layout();
  }

  /** Makes one unit as long upwards as it is sideways, around the middle. */
  _square() {
    const { x, y } = this.view;
    const scale = Math.min(this.scaleX, this.scaleY);
    const spareX = this.right - this.left - scale * (x[1] - x[0]);
    const spareY = this.bottom - this.top - scale * (y[1] - y[0]);
    this.scaleX = scale;
    this.scaleY = scale;
    this.left += spareX / 2;
    this.right -= spareX / 2;
    this.top += spareY / 2;
    this.bottom -= spareY / 2;
  }

  toX(x) {
    return this.left + (x - this.view.x[0]) * this.scaleX;
  }

  toY(y) {
    return this.bottom - (y - this.view.y[0]) * this.scaleY;
  }

  /** The pixel of a place. */
  project(x, y, _, out) {
    out.x = this.toX(x);
    out.y = this.toY(y);
    return out;
  }

  /** How many pixels a small step in the plane is. */
  slope(dx, dy, _, out) {
    out.x = dx * this.scaleX;
    out.y = -dy * this.scaleY;
    return out;
  }

  /** A plane looks the same whatever the parameters are. */
  face() {}

  fromX(pixel) {
    return this.view.x[0] + (pixel - this.left) / this.scaleX;
  }

  fromY(pixel) {
    return this.view.y[0] + (this.bottom - pixel) / this.scaleY;
  }

  _layout() {
    this.revision += 1;
    const narrow = this.width < 420;
    this.left = narrow ? 34 : 46;
    this.right = this.width - (narrow ? 10 : 16);
    this.top = this.data.ylabel ? 30 : 14;
    this.bottom = this.height - (narrow ? 28 : 34);
    const { x, y } = this.view;
    if (this.data.bare) [this.left, this.right, this.top, this.bottom] = [8, this.width - 8, 8, this.height - 8];
    this.scaleX = (this.right - this.left) / (x[1] - x[0]);
    this.scaleY = (this.bottom - this.top) / (y[1] - y[0]);
    if (this.data.equal) this._square();

    set(this._clip, 'x', String(this.left));
    set(this._clip, 'y', String(this.top));
    set(this._clip, 'width', String(this.right - this.left));
    set(this._clip, 'height', String(this.bottom - this.top));

    if (this.data.bare) return;
    const across = ticks(x[0], x[1], Math.max(2, Math.round((this.right - this.left) / 76)));
    const up = ticks(y[0], y[1], Math.max(2, Math.round((this.bottom - this.top) / 54)));
    const lines = pool(this._grid, 'line');
    const texts = pool(this._ticks, 'text');
    for (const value of across.values) {
      const at = round(this.toX(value));
      place(lines(), { class: 'grid', x1: at, x2: at, y1: this.top, y2: this.bottom });
      const text = texts();
      place(text, { class: 'tick', x: at, y: this.bottom + (narrow ? 16 : 20), 'text-anchor': 'middle' });
      text.textContent = across.label(value);
    }
    for (const value of up.values) {
      const at = round(this.toY(value));
      place(lines(), { class: 'grid', x1: this.left, x2: this.right, y1: at, y2: at });
      const text = texts();
      place(text, { class: 'tick', x: this.left - 9, y: at + 4, 'text-anchor': 'end' });
      text.textContent = up.label(value);
    }
    lines.done();
    texts.done();

    const axes = pool(this._axes, 'line');
    if (y[0] <= 0 && y[1] >= 0) {
      const at = round(this.toY(0));
      place(axes(), { class: 'axis', x1: this.left, x2: this.right, y1: at, y2: at });
    }
    if (x[0] <= 0 && x[1] >= 0) {
      const at = round(this.toX(0));
      place(axes(), { class: 'axis', x1: at, x2: at, y1: this.top, y2: this.bottom });
    }
    axes.done();
    place(this._xlabel, { x: this.right, y: this.bottom - 8 });
    place(this._ylabel, { x: Math.max(4, this.left - 26), y: this.top - 13 });
  }
}

export function place(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) set(element, name, String(value));
}

/** Hands out the children of `parent` one after the other, makes more when there are too few, drops the rest. */
export function pool(parent, tag) {
  let k = 0;
  const next = () => {
    const element = parent.children[k] ?? parent.appendChild(svg(tag));
    k += 1;
    return element;
  };
  next.done = () => {
    while (parent.children.length > k) parent.lastChild.remove();
  };
  return next;
}
