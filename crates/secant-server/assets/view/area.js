// What lies between two curves, or between one and the axis.
//
// Here: its outline and its hatching. Not here: where it is cut and what it comes to (`math/area.js`).

import { areaPieces, areaSum } from '../math/area.js';
import { formatNumber } from '../math/format.js';
import { svg } from './dom.js';
import { Tag, round } from './marks.js';
import { Own } from './own.js';

const HATCH = 7; // pixels between the lines of what counts minus
const SAMPLES = 401;

class Area {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this._own = new Own(data.program, 1);
    const path = (word) => svg('path', { class: word });
    [this._plus, this._minus, this._hatch] = ['plus', 'minus', 'hatch'].map(path);
    this._group = svg('g', { class: `area ${data.style ?? 'main'}`, 'data-id': data.id }, this._plus, this._minus, this._hatch);
    panel.marks.append(this._group);
    this._tag = new Tag(panel, data);
    this._ends = [NaN, NaN];
  }

  get uses() {
    return this._own.uses;
  }

  move(figure, params) {
    const ends = [figure[this.data.from], figure[this.data.to]];
    const stale = this._own.stale(this.panel, params);
    if (!stale && ends.every((end, k) => Object.is(end, this._ends[k]))) return;
    this._ends = ends;
    const { view } = this.panel;
    const lo = Math.max(Math.min(...ends), view.x[0]);
    const hi = Math.min(Math.max(...ends), view.x[1]);
    let [plus, minus, hatch] = ['', '', ''];
    if (lo < hi) {
      const { program, values } = this._own;
      for (const piece of areaPieces(program, values, lo, hi, SAMPLES, ends[0] < ends[1])) {
        const outline = this._outline(piece);
        if (piece.counts) plus += outline;
        else {
          minus += outline;
          hatch += this._lines(piece);
        }
      }
      values[0] = (lo + hi) / 2;
      const [upper, lower] = program.at(values);
      this._tag.at(this.panel.toX(values[0]), this.panel.toY((upper + lower) / 2) + 5, 'middle');
    } else this._tag.at(NaN, NaN);
    this._plus.setAttribute('d', plus);
    this._minus.setAttribute('d', minus);
    this._hatch.setAttribute('d', hatch);
  }

  /** A height as a pixel, not far outside of the panel. */
  _height(y) {
    const [low, high] = this.panel.view.y;
    const room = high - low;
    return this.panel.toY(Math.min(high + room, Math.max(low - room, y)));
  }

  _outline({ x, upper, lower }) {
    const at = (k, y) => `${round(this.panel.toX(x[k]))} ${round(this._height(y[k]))}`;
    const there = x.map((_, k) => at(k, upper));
    const back = x.map((_, k) => at(k, lower)).reverse();
    return `M${[...there, ...back].join('L')}Z`;
  }

  _lines({ x, upper, lower }) {
    let lines = '';
    const px = x.map((at) => this.panel.toX(at));
    let next = Math.ceil(px[0] / HATCH) * HATCH;
    for (let k = 1; k < x.length; k += 1) {
      for (; next <= px[k]; next += HATCH) {
        const share = (next - px[k - 1]) / (px[k] - px[k - 1]);
        const at = (y) => {
          const [a, b] = [this._height(y[k - 1]), this._height(y[k])];
          return round(a + share * (b - a));
        };
        lines += `M${next} ${at(upper)}V${at(lower)}`;
      }
    }
    return lines;
  }

  tell() {
    const { program, values, names } = this._own;
    const name = (this.data.label ?? this.data.id).replace(/_/g, ' ');
    const sum = areaSum(program, values, ...this._ends);
    if (!sum) return `${name} has no value on all of its range.`;
    const [from, to, plus, minus, whole] = [...this._ends, sum.plus, sum.minus, sum.whole].map((v) => formatNumber(v));
    const parts = sum.plus > 0 && sum.minus > 0 ? `: ${plus} counted plus and ${minus} counted minus` : '';
    return `${name}, from ${names[0]} = ${from} to ${to}, comes to ${whole}${parts}.`;
  }

  show(on) {
    this._group.classList.toggle('off', !on);
    this._tag.show(on);
  }
}

export const kinds = { area: Area };
