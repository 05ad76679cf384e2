// Reading values off a plane: a cross that the arrow keys move, and that stands where the plane is touched.
//
// Here: the cross, its keys, what is said at it. Not here: the values (`fields.js`).

import { speakNumber, formatNumber } from '../math/format.js';
import { fresh, say, set, svg } from './dom.js';
import { place } from './panel.js';

const PARTS = 40; // steps from edge to edge
const FAR = 4; // times as far with the shift key

/** The cross of one panel. `marks` gives what is shown in it now and can be read: each has `read(x, y)`. */
export class Cursor {
  constructor(panel, marks) {
    this._panel = panel;
    this._marks = marks;
    this._x = NaN;
    this._y = NaN;
    const id = fresh('cross');
    this._lines = [svg('line', { class: 'cross' }), svg('line', { class: 'cross' })];
    this._text = svg('text', { class: 'label', id, 'text-anchor': 'start', 'aria-hidden': 'true' });
    this.element = svg('g', { class: 'cursor', tabindex: '0', role: 'slider', 'aria-label': 'Read values' });
    this._ground = svg('rect', { class: 'ground plane' });
    this.element.append(this._ground, ...this._lines, this._text);
    panel.marks.after(this.element);
    this.element.addEventListener('keydown', (event) => this._key(event));
    this.element.addEventListener('focus', () => this.move());
    this._ground.addEventListener('click', (event) => {
      const box = panel.svg.getBoundingClientRect();
      this._go(panel.fromX(event.clientX - box.left), panel.fromY(event.clientY - box.top));
      this.element.focus({ preventScroll: true });
    });
  }

  /** The figure has changed: the cross says what is there now. */
  move() {
    const panel = this._panel;
    const marks = this._marks();
    this.element.classList.toggle('off', marks.length === 0);
    if (marks.length === 0) return;
    const { left, right, top, bottom } = panel;
    const { x, y } = panel.view;
    place(this._ground, { x: left, y: top, width: right - left, height: bottom - top });
    const outside = !(this._x >= x[0] && this._x <= x[1] && this._y >= y[0] && this._y <= y[1]);
    if (outside) {
      this._x = (x[0] + x[1]) / 2;
      this._y = (y[0] + y[1]) / 2;
    }
    const px = panel.toX(this._x);
    const py = panel.toY(this._y);
    place(this._lines[0], { x1: left, x2: right, y1: py, y2: py });
    place(this._lines[1], { x1: px, x2: px, y1: top, y2: bottom });
    const found = marks.map((mark) => mark.read(this._x, this._y));
    set(this.element, 'aria-valuemin', String(x[0]));
    set(this.element, 'aria-valuemax', String(x[1]));
    set(this.element, 'aria-valuenow', String(Number(this._x.toPrecision(4))));
    const names = marks[0].own.names;
    const spoken = `${names[0]} = ${speakNumber(this._x)}, ${names[1]} = ${speakNumber(this._y)}: ${found.join('; ')}`;
    set(this.element, 'aria-valuetext', spoken.replace(/−/g, 'minus '));
    const flip = px > (left + right) / 2;
    place(this._text, { x: px + (flip ? -10 : 10), y: Math.max(top + 18, py - 10), 'text-anchor': flip ? 'end' : 'start' });
    say(this._text, `(${formatNumber(this._x)}, ${formatNumber(this._y)}): ${found[0] ?? ''}`);
  }

  _go(x, y) {
    const { view } = this._panel;
    this._x = Math.min(view.x[1], Math.max(view.x[0], x));
    this._y = Math.min(view.y[1], Math.max(view.y[0], y));
    this.move();
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y } = this._panel.view;
    const size = (event.shiftKey ? FAR : 1) / PARTS;
    this._go(this._x + step[0] * size * (x[1] - x[0]), this._y + step[1] * size * (y[1] - y[0]));
  }
}
