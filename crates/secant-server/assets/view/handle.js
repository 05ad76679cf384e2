// Taking hold of a point: with a finger, a mouse, or the keys.
//
// Here: pointer and key events of one point, and what a screen reader is told about it.
// Not here: which parameter follows the finger (`math/solve.js`), drawing (`marks.js`).

import { niceStep, snap } from '../math/ticks.js';
import { formatNumber, speakNumber } from '../math/format.js';
import { follow } from '../math/solve.js';
import { set } from './dom.js';

const PIXEL = { x: 1, y: 1 }; // the point is followed on the screen

/** Makes a point of the figure draggable. */
export class Handle {
  /** @param {import('./figure.js').Figure} figure @param point the mark (`marks.js`) */
  constructor(figure, point) {
    this._figure = figure;
    this._point = point;
    const { drag } = point.data;
    const bounds = drag.params.map((k) => figure.data.params[k]);
    this._free = { which: drag.params, lo: bounds.map((p) => p.min), hi: bounds.map((p) => p.max) };
    this._target = { x: 0, y: 0 };
    this._grip = { x: 0, y: 0 };
    const spot = { x: 0, y: 0 };
    this._pointAt = (params, out) => {
      const values = figure.valuesAt(params);
      const { x, y, z } = point.data;
      const { panel } = point;
      panel.project(values[x], values[y], values[z], spot);
      out.x = spot.x;
      out.y = spot.y;
      for (let k = 0; k < drag.params.length; k += 1) {
        panel.slope(values[drag.dx[k]], values[drag.dy[k]], values[drag.dz?.[k]], spot);
        out.dx[k] = spot.x;
        out.dy[k] = spot.y;
      }
    };

    const { element } = point;
    const name = point.data.label ?? point.data.id;
    set(element, 'tabindex', '0');
    set(element, 'role', 'slider');
    set(element, 'aria-label', `Point ${name}`);
    set(element, 'aria-valuemin', String(bounds[0].min));
    set(element, 'aria-valuemax', String(bounds[0].max));
    element.addEventListener('pointerdown', (event) => figure.nearest(event, this)._down(event));
    element.addEventListener('pointermove', (event) => this._drag(event));
    element.addEventListener('pointerup', (event) => this._up(event));
    element.addEventListener('pointercancel', (event) => this._up(event));
    element.addEventListener('lostpointercapture', (event) => this._up(event));
    element.addEventListener('keydown', (event) => this._key(event));
  }

  /** Tells a screen reader where the point is now. */
  describe() {
    const figure = this._figure;
    const { element } = this._point;
    const first = this._free.which[0];
    const words = this._free.which.map((k) => {
      const { label, name } = figure.data.params[k];
      return `${label ?? name} = ${speakNumber(figure.params[k])}`;
    });
    for (const { label, output, digits } of figure.data.values ?? []) {
      words.push(`${label} ${speakNumber(figure.values[output], digits)}`);
    }
    set(element, 'aria-valuenow', String(Number(figure.params[first].toPrecision(6))));
    set(element, 'aria-valuetext', words.join('; '));
  }

  /** How far it is from a place on the screen; nobody can take it while it is not shown. */
  distance(x, y) {
    const { element, panel } = this._point;
    if (element.classList.contains('off')) return Infinity;
    const box = panel.svg.getBoundingClientRect();
    return Math.hypot(x - box.left - this._point.x, y - box.top - this._point.y);
  }

  _down(event) {
    if (event.button !== 0 || this._pointer !== undefined) return;
    event.preventDefault();
    const { element } = this._point;
    this._pointer = event.pointerId;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    element.classList.add('held');
    const box = this._point.panel.svg.getBoundingClientRect();
    this._corner = { x: box.left, y: box.top };
    this._grip.x = event.clientX - box.left - this._point.x;
    this._grip.y = event.clientY - box.top - this._point.y;
    this._figure.take();
  }

  _drag(event) {
    if (event.pointerId !== this._pointer) return;
    this._x = event.clientX;
    this._y = event.clientY;
    this._figure.before(this); // once a frame, however often the pointer reports
  }

  /** The figure's frame: the point goes to where the pointer was last. */
  pull() {
    this._target.x = this._x - this._corner.x - this._grip.x;
    this._target.y = this._y - this._corner.y - this._grip.y;
    follow(this._figure.params, this._free, this._pointAt, this._target, PIXEL);
    this._figure.changed();
  }

  _up(event) {
    if (event.pointerId !== this._pointer) return;
    this._pointer = undefined;
    this._point.element.classList.remove('held');
    this._figure.release();
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const across = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity }[event.key];
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (across === undefined && up === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const second = up !== undefined && this._free.which.length > 1;
    const figure = this._figure;
    const k = this._free.which[second ? 1 : 0];
    const { min, max } = figure.data.params[k];
    const step = niceStep(min, max);
    const by = (across ?? up) * (event.shiftKey ? 10 : 1) * step;
    figure.take();
    figure.params[k] = Number.isFinite(by) ? snap(figure.params[k] + by, step, min, max) : by > 0 ? max : min;
    figure.changed();
    figure.release(true);
  }
}

/** The value of a parameter as its slider shows it. */
export function parameterText(parameter, value) {
  return `${parameter.label ?? parameter.name} = ${formatNumber(value)}`;
}
