// Sliders for the parameters that neither a point of the figure nor turning a space moves.

import { formatNumber, mathText } from '../math/format.js';
import { niceStep } from '../math/ticks.js';
import { fresh, html, say, set } from './dom.js';

/** The sliders of a figure; `move()` sets them to where the figure is. */
export class Sliders {
  constructor(root, figure) {
    this._figure = figure;
    const dragged = new Set(figure.data.elements.flatMap((element) => element.drag?.params ?? []));
    this._rows = figure.data.params
      .map((param, k) => ({ param, k }))
      .filter(({ param, k }) => !dragged.has(k) && !param.view)
      .map(({ param, k }) => this._row(root, param, k));
  }

  /** Follows the figure from now on. */
  attend() {
    const { onFrame } = this._figure;
    this._figure.onFrame = () => {
      onFrame();
      this.move();
    };
    this._figure.onShow = () => this.offer();
    this.offer();
    this.move();
  }

  /** How many there are. */
  get count() {
    return this._rows.length;
  }

  /** Offers those that move something that is shown; the others keep their room. */
  offer() {
    const { moving } = this._figure;
    for (const { k, row } of this._rows) row.classList.toggle('idle', !moving[k]);
  }

  move() {
    for (const { k, input, track, value } of this._rows) {
      const now = this._figure.params[k];
      if (input !== document.activeElement || Math.abs(Number(input.value) - now) > Number(input.step)) {
        const text = String(now);
        if (input.value !== text) input.value = text;
      }
      track.style.setProperty('--at', `${(100 * (now - input.min)) / (input.max - input.min)}%`);
      say(value, formatNumber(now));
      set(input, 'aria-valuetext', formatNumber(now));
    }
  }

  _row(root, param, k) {
    const id = fresh('slider');
    const input = html('input', {
      id,
      type: 'range',
      class: 'bar',
      min: String(param.min),
      max: String(param.max),
      step: String(niceStep(param.min, param.max, 400)),
      value: String(param.value),
    });
    const value = html('span', { class: 'value', 'aria-hidden': 'true' });
    input.addEventListener('input', () => {
      this._figure.take();
      this._figure.params[k] = Number(input.value);
      this._figure.changed();
    });
    input.addEventListener('change', () => this._figure.release(true));
    const track = html('div', { class: 'scrub' }, input);
    const label = html('label', { for: id, text: mathText(param.label ?? param.name) });
    const row = html('div', { class: 'slider' }, label, track, value);
    root.append(row);
    return { k, row, input, track, value };
  }
}
