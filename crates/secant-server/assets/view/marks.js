// What is drawn in a panel: curves, points, segments, lines, arrows, labels; the way to the larger kinds.
//
// Here: one class per kind; each makes its elements once and moves them when the figure's numbers change.
// Not here: where the numbers come from (`figure.js`), what a drag does to them (`handle.js`).
// Start reading at `mark`.

import { mathText } from '../math/format.js';
import { Sampler } from '../math/sample.js';
import { set, svg } from './dom.js';
import { Own } from './own.js';

const BESIDE = 11; // pixels between a point and its label

/** A tenth of a pixel is enough. */
export const round = (pixel) => Math.round(pixel * 10) / 10;

const FIELDS = './fields.js';
const PATHS = './paths.js';
const DATA = './data.js';
const SPACE = './space.js';

/** Where the larger kinds are; they are fetched by the pages that have one. */
const FILES = {
  area: './area.js',
  contour: FIELDS,
  implicit: FIELDS,
  field: FIELDS,
  path: PATHS,
  trace: PATHS,
  scatter: DATA,
  histogram: DATA,
  table: DATA,
  network: './network.js',
  surface: SPACE,
};

/** The kinds this page knows by now. */
const kinds = {};

/** Fetches what a figure needs beyond the common kinds; wait for it before a figure is made. */
export async function prepare(figure) {
  const wanted = figure.elements.map(({ kind }) => FILES[kind]);
  if (figure.panels.some((panel) => panel.space)) wanted.push(SPACE);
  const files = await Promise.all([...new Set(wanted)].filter(Boolean).map((file) => import(file)));
  for (const file of files) Object.assign(kinds, file.kinds);
}

/** The mark for an element of the figure; null for a kind this page does not know (it is then left out). */
export function mark(data, panel) {
  const Kind = kinds[data.kind];
  return Kind ? new Kind(data, panel) : null;
}

/** The panel for its data; `Plane` is the usual one. */
export function panelFor(host, data, Plane) {
  return data.space ? new kinds.space(host, data) : new Plane(host, data);
}

/** The cross that reads values off a panel, where something in it can be read. */
export function cursorFor(panel, marks) {
  return kinds.cursor && marks.some((entry) => entry.mark.panel === panel && entry.mark.read)
    ? new kinds.cursor(panel, () => marks.filter((e) => e.on && e.mark.panel === panel && e.mark.read).map((e) => e.mark))
    : null;
}

const spot = { x: 0, y: 0 };

/** The pixel of a place given by outputs: two in a plane, three in a space. The result is reused. */
function place(panel, values, x, y, z) {
  return panel.project(values[x], values[y], z === undefined ? 0 : values[z], spot);
}

/** A text with a halo in the colour of the paper, so that it is read over any line. */
export class Tag {
  constructor(panel, data, text = data.label) {
    this.element = text
      ? svg('text', { class: `label ${data.style ?? ''}`, 'aria-hidden': 'true', text: mathText(text) })
      : null;
    this._panel = panel;
    this.width = 9 * [...(text ?? '')].length;
    if (this.element) panel.over.prepend(this.element);
  }

  /** Puts the text at a pixel, moved inside where it would leave the panel. */
  at(x, y, anchor = 'start') {
    if (!this.element) return;
    const gone = !Number.isFinite(x) || !Number.isFinite(y);
    this.element.classList.toggle('gone', gone);
    if (gone) return;
    const { left, right, top, bottom } = this._panel;
    const flip = anchor === 'start' && x + this.width > right; // no room on the right: stand on the left
    set(this.element, 'text-anchor', flip ? 'end' : anchor);
    set(this.element, 'x', String(round(Math.min(right, Math.max(left, flip ? x - 2 * BESIDE : x)))));
    set(this.element, 'y', String(round(Math.min(bottom - 4, Math.max(top + 14, y)))));
  }

  show(on) {
    this.element?.classList.toggle('off', !on);
  }
}

class Curve {
  constructor(data, panel) {
    this.panel = panel;
    this._own = new Own(data.program, 1);
    this._over = data.over;
    this._sampler = new Sampler();
    this._path = svg('path', { class: `curve ${data.style ?? 'main'}`, 'data-id': data.id });
    panel.marks.append(this._path);
    this._tag = new Tag(panel, data);
    this._view = { lo: 0, hi: 0, bottom: 0, top: 0, width: 0, height: 0 };
  }

  get uses() {
    return this._own.uses;
  }

  move(_, params) {
    const panel = this.panel;
    if (!this._own.stale(panel, params)) return;
    const { x, y } = panel.view;
    const view = this._view;
    view.lo = Math.max(x[0], this._over?.[0] ?? -Infinity);
    view.hi = Math.min(x[1], this._over?.[1] ?? Infinity);
    view.bottom = y[0];
    view.top = y[1];
    view.width = (view.hi - view.lo) * panel.scaleX;
    view.height = panel.bottom - panel.top;
    this._sampler.sample(this._own.program, this._own.values, view);
    this._draw();
  }

  _draw() {
    const panel = this.panel;
    const { x, y, length } = this._sampler;
    let path = '';
    let pen = 'M';
    let labelX = NaN;
    let labelY = NaN;
    for (let k = 0; k < length; k += 1) {
      if (Number.isNaN(y[k])) {
        pen = 'M';
        continue;
      }
      const px = panel.toX(x[k]);
      const py = panel.toY(y[k]);
      path += `${pen}${round(px)} ${round(py)}`;
      pen = 'L';
      if (py > panel.top + 18 && py < panel.bottom - 8 && px < panel.right - 52) {
        labelX = px;
        labelY = py;
      }
    }
    this._path.setAttribute('d', path);
    this._tag.at(labelX - 2, labelY - 12, 'end');
  }

  show(on) {
    this._path.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

class Point {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this.movable = Boolean(data.drag) && !data.drag.still;
    this._halo = this.movable ? svg('circle', { class: 'halo', r: '24' }) : null;
    this.element = svg(
      'g',
      { class: `point ${data.style ?? 'main'}${this.movable ? ' handle' : ''}`, 'data-id': data.id },
      this._halo,
      this.movable ? svg('circle', { class: 'ring', r: '13' }) : null,
      svg('circle', { class: 'dot', r: this.movable ? '7.5' : '5' }),
    );
    if (!this.movable) this.element.setAttribute('aria-hidden', 'true');
    panel.over.append(this.element);
    this._tag = new Tag(panel, data);
    /** Where it stands, in pixels. */
    this.x = 0;
    this.y = 0;
  }

  move(values) {
    const { panel } = this;
    const { x, y } = place(panel, values, this.data.x, this.data.y, this.data.z);
    const gone = !Number.isFinite(x) || !Number.isFinite(y);
    this.element.classList.toggle('gone', gone && !this.movable);
    this.element.classList.toggle('nowhere', gone && this.movable);
    // A handle stays within reach; where the function is undefined it waits at the edge.
    const outside = gone || x < panel.left - 1 || x > panel.right + 1 || y < panel.top - 1 || y > panel.bottom + 1;
    if (outside && !this.movable) {
      this.element.classList.add('gone');
      this._tag.at(NaN, NaN);
      return;
    }
    this.x = Number.isFinite(x) ? Math.min(panel.right, Math.max(panel.left, x)) : this.x || panel.left;
    this.y = Number.isFinite(y) ? Math.min(panel.bottom, Math.max(panel.top, y)) : panel.bottom;
    this.element.classList.toggle('outside', outside);
    set(this.element, 'transform', `translate(${round(this.x)} ${round(this.y)})`);
    this._tag.at(this.x + BESIDE, this.y + (this.data.below ? 20 : -12));
  }

  show(on) {
    this.element.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

class Stretch {
  constructor(data, panel) {
    this._data = data;
    this.panel = panel;
    this._line = svg('line', { class: `${data.kind} ${data.style ?? 'second'}`, 'data-id': data.id });
    panel.marks.append(this._line);
    this._head = data.kind === 'arrow' ? svg('path', { class: `head ${data.style ?? 'second'}` }) : null;
    if (this._head) panel.marks.append(this._head);
    this._tag = new Tag(panel, data);
  }

  move(values) {
    const panel = this.panel;
    const { from, to, kind } = this._data;
    let { x: x1, y: y1 } = place(panel, values, ...from);
    let { x: x2, y: y2 } = place(panel, values, ...to);
    const long = Math.hypot(x2 - x1, y2 - y1);
    const gone = !Number.isFinite(long) || (kind === 'line' && long < 1e-6);
    this._line.classList.toggle('gone', gone);
    this._head?.classList.toggle('gone', gone || long < 3);
    if (gone) {
      this._tag.at(NaN, NaN);
      return;
    }
    let ux = (x2 - x1) / long || 0;
    let uy = (y2 - y1) / long || 0;
    const reach = panel.width + panel.height + Math.hypot(x1 - panel.left, y1 - panel.top);
    if (kind === 'line') {
      x2 = x1 + ux * reach;
      y2 = y1 + uy * reach;
      x1 -= ux * reach;
      y1 -= uy * reach;
    }
    set(this._line, 'x1', String(round(x1)));
    set(this._line, 'y1', String(round(y1)));
    set(this._line, 'x2', String(round(kind === 'arrow' && long > 8 ? x2 - 6 * ux : x2)));
    set(this._line, 'y2', String(round(kind === 'arrow' && long > 8 ? y2 - 6 * uy : y2)));
    if (this._head && long >= 3) {
      const size = Math.min(10, long);
      const bx = x2 - ux * size;
      const by = y2 - uy * size;
      const w = size * 0.42;
      set(
        this._head,
        'd',
        `M${round(x2)} ${round(y2)}L${round(bx - uy * w)} ${round(by + ux * w)}L${round(bx + uy * w)} ${round(by - ux * w)}Z`,
      );
    }
    if (kind === 'line') this._labelLine(x1, y1, ux, uy, reach);
    else this._labelMiddle(x1, y1, x2, y2, ux, uy, long);
  }

  /** The label of a stretch stands beside its middle: right of one that rises, below one that runs. */
  _labelMiddle(x1, y1, x2, y2, ux, uy, long) {
    const { left, right, top, bottom } = this.panel;
    const flat = Math.abs(ux) > Math.abs(uy);
    const x = (x1 + x2) / 2 + (flat ? 0 : 9);
    const y = (y1 + y2) / 2 + (flat ? 20 : 5);
    const inside = x > left && x < right && y > top && y < bottom;
    if (!inside || long < (flat ? this._tag.width + 8 : 28)) {
      this._tag.at(NaN, NaN); // no room for words
      return;
    }
    this._tag.at(x, y, flat ? 'middle' : 'start');
  }

  /** The label of a line stands near its right end, where it leaves the panel. */
  _labelLine(x1, y1, ux, uy, reach) {
    if (!this._tag.element) return;
    const { left, right, top, bottom } = this.panel;
    const [dx, dy] = ux < 0 ? [-ux, -uy] : [ux, uy];
    const [x0, y0] = ux < 0 ? [x1 + ux * 2 * reach, y1 + uy * 2 * reach] : [x1, y1]; // its left end, far outside
    const ends = [(right - 24 - x0) / dx, ((dy < 0 ? top + 18 : bottom - 12) - y0) / dy].filter((t) => t > 0 && t < Infinity);
    const t = Math.min(...ends);
    const x = x0 + dx * t;
    this._tag.at(x > left ? x - 8 : NaN, y0 + dy * t + (dy < 0 ? 4 : -8), 'end');
  }

  show(on) {
    this._line.classList.toggle('off', !on);
    this._head?.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

class Label {
  constructor(data, panel) {
    this._data = data;
    this.panel = panel;
    this._tag = new Tag(panel, data, data.text);
  }

  move(values) {
    const { x, y } = place(this.panel, values, this._data.x, this._data.y, this._data.z);
    this._tag.at(x, y);
  }

  show(on) {
    this._tag.show(on);
  }
}

Object.assign(kinds, { curve: Curve, point: Point, segment: Stretch, arrow: Stretch, line: Stretch, label: Label });
