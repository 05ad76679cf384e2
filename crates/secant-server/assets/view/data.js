// Columns of data: measured points with their errors, histograms; tables of numbers that follow.
//
// Here: one class per kind. Not here: how a histogram is counted (the engine does).

import { formatNumber, mathText } from '../math/format.js';
import { html, say, svg } from './dom.js';
import { round } from './marks.js';
import { disc } from './paths.js';

class Scatter {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this._group = svg('g', { class: 'scatter', 'data-id': data.id });
    this._bars = this._group.appendChild(svg('path', { class: `error ${data.style ?? 'second'}` }));
    this._dots = this._group.appendChild(svg('path', { class: `dots ${data.style ?? 'second'}` }));
    panel.marks.append(this._group);
  }

  move() {
    const { panel } = this;
    if (this._revision === panel.revision) return;
    this._revision = panel.revision;
    const { x, y, errors } = this.data;
    let dots = '';
    let bars = '';
    x.forEach((at, k) => {
      const px = panel.toX(at);
      dots += disc(px, panel.toY(y[k]), 4.5);
      if (!errors) return;
      const [low, high] = [panel.toY(y[k] - errors[k]), panel.toY(y[k] + errors[k])].map(round);
      const [left, right] = [round(px - 4), round(px + 4)];
      bars += `M${round(px)} ${low}V${high}M${left} ${low}H${right}M${left} ${high}H${right}`;
    });
    this._dots.setAttribute('d', dots);
    this._bars.setAttribute('d', bars);
  }

  tell() {
    const { x, y } = this.data;
    const span = (v) => `${formatNumber(Math.min(...v))} to ${formatNumber(Math.max(...v))}`;
    return `${named(this.data)}: ${x.length} points, x from ${span(x)}, y from ${span(y)}.`;
  }

  show(on) {
    this._group.classList.toggle('off', !on);
  }
}

class Histogram {
  constructor(data, panel) {
    this.data = data;
    this.panel = panel;
    this._bars = svg('path', { class: `bars ${data.style ?? 'second'}`, 'data-id': data.id });
    panel.marks.append(this._bars);
  }

  move() {
    const { panel } = this;
    if (this._revision === panel.revision) return;
    this._revision = panel.revision;
    const { first, width, heights } = this.data;
    const foot = round(panel.toY(0));
    let bars = '';
    heights.forEach((height, k) => {
      if (height === 0) return;
      const left = round(panel.toX(first + width * k));
      bars += `M${left} ${foot}V${round(panel.toY(height))}H${round(panel.toX(first + width * (k + 1)))}V${foot}Z`;
    });
    this._bars.setAttribute('d', bars);
  }

  tell() {
    const { first, width, heights } = this.data;
    const highest = heights.indexOf(Math.max(...heights));
    const from = first + width * highest;
    const span = `from ${formatNumber(from, 4)} to ${formatNumber(from + width, 4)}`;
    return `${named(this.data)}: ${heights.length} bars, the highest, ${formatNumber(heights[highest])}, ${span}.`;
  }

  show(on) {
    this._bars.classList.toggle('off', !on);
  }
}

class Table {
  constructor(data, host) {
    this.data = data;
    const cell = (output) => html('output', { 'data-output': String(output), 'data-digits': String(data.digits) });
    const head = data.columns.map((text) => html('th', { scope: 'col', text: mathText(text) }));
    if (head.length > 0 && data.rows.length > 0) head.unshift(html('td'));
    const body = data.cells.map((row, k) => {
      const heading = data.rows[k] === undefined ? null : html('th', { scope: 'row', text: mathText(data.rows[k]) });
      return html('tr', {}, heading, ...row.map((output) => html('td', {}, cell(output))));
    });
    this._table = html(
      'table',
      { class: 'numbers', 'data-id': data.id },
      data.label ? html('caption', { text: mathText(data.label) }) : null,
      head.length > 0 ? html('thead', {}, html('tr', {}, ...head)) : null,
      html('tbody', {}, ...body),
    );
    host.append(this._table);
    this._slots = [...this._table.querySelectorAll('output')];
    for (const slot of this._slots) slot.setAttribute('aria-live', 'off');
  }

  move(values) {
    for (const slot of this._slots) say(slot, formatNumber(values[Number(slot.dataset.output)], this.data.digits));
  }

  show(on) {
    this._table.hidden = !on;
  }
}

function named(data) {
  return (data.label ?? data.id).replace(/_/g, ' ');
}

export const kinds = { scatter: Scatter, histogram: Histogram, table: Table };
