// A network of neurons: layers from left to right, weights as lines, what each neuron says as its colour and number.

import { formatNumber } from '../math/format.js';
import { say, set, svg } from './dom.js';
import { round } from './marks.js';

class Network {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this._group = svg('g', { class: 'network', 'data-id': data.id });
    this._links = data.weights.flatMap((block, layer) =>
      block.flatMap((row, k) =>
        row.map((output, j) => ({ output, from: [layer, j], to: [layer + 1, k], line: this._group.appendChild(svg('line')) })),
      ),
    );
    this._neurons = data.layers.flatMap((outputs, layer) =>
      outputs.map((output, k) => ({
        output,
        at: [layer, k],
        circle: this._group.appendChild(svg('circle', { r: '18' })),
        text: this._group.appendChild(svg('text', { class: 'said', 'aria-hidden': 'true', 'text-anchor': 'middle' })),
      })),
    );
    panel.marks.append(this._group);
  }

  /** Where a neuron stands, in pixels. */
  _place([layer, k]) {
    const count = this.data.layers[layer].length;
    return { x: round(this.panel.toX(layer)), y: round(this.panel.toY((count - 1) / 2 - k)) };
  }

  move(values) {
    for (const { output, from, to, line } of this._links) {
      const weight = values[output];
      const [a, b] = [this._place(from), this._place(to)];
      set(line, 'class', weight < 0 ? 'link minus' : 'link');
      set(line, 'stroke-width', String(round(Number.isFinite(weight) ? Math.min(7, 0.5 + 1.5 * Math.abs(weight)) : 0.5)));
      set(line, 'x1', String(a.x));
      set(line, 'y1', String(a.y));
      set(line, 'x2', String(b.x));
      set(line, 'y2', String(b.y));
    }
    this._last = [];
    for (const { output, at, circle, text } of this._neurons) {
      const value = values[output];
      const { x, y } = this._place(at);
      set(circle, 'class', `neuron m${Number.isFinite(value) ? Math.round(7.5 + 7.5 * Math.min(1, Math.max(-1, value))) : 8}`);
      set(circle, 'cx', String(x));
      set(circle, 'cy', String(y));
      set(text, 'x', String(x));
      set(text, 'y', String(round(y + 4.5)));
      say(text, formatNumber(value, 2));
      if (at[0] === this.data.layers.length - 1) this._last.push(formatNumber(value));
    }
  }

  tell() {
    const name = (this.data.label ?? this.data.id).replace(/_/g, ' ');
    const sizes = this.data.layers.map((layer) => layer.length).join(', ');
    return `${name}: layers of ${sizes} neurons; the last says (${this._last.join(', ')}).`;
  }

  show(on) {
    this._group.classList.toggle('off', !on);
  }
}

export const kinds = { network: Network };
