// A small picture of where an answer and the right one part.

import { Figure } from './figure.js';
import { Program } from '../math/program.js';
import { html } from './dom.js';

/** The two curves and the point between them; null when there is nothing to draw. */
export function witnessPlot(plot, found) {
  const [lo, hi] = plot.over;
  const at = Number(found.at?.[plot.var]);
  const range = reach([plot.answer, plot.model], lo, hi, [found.answer, found.model]);
  if (!range || !Number.isFinite(at)) return null;
  const canvas = html('div', { class: 'canvas small', 'data-canvas': true });
  const element = html('figure', { class: 'figure witness-plot', 'aria-hidden': 'true' }, canvas);
  const points = [found.answer, found.model].map(Number);
  const data = {
    id: 'witness',
    params: [],
    panels: [{ id: 'main', x: [lo, hi], y: range, xlabel: plot.var }],
    state: { version: 1, inputs: [], constants: [at, ...points], registers: 3, code: [], outputs: [0, 1, 2] },
    elements: [
      { kind: 'curve', id: 'model', program: plot.model, style: 'main', label: 'the right one' },
      { kind: 'curve', id: 'answer', program: plot.answer, style: 'wrong', label: 'yours' },
      { kind: 'segment', id: 'gap', from: [0, 1], to: [0, 2], style: 'guide' },
      { kind: 'point', id: 'theirs', x: 0, y: 1, style: 'wrong' },
      { kind: 'point', id: 'ours', x: 0, y: 2, style: 'main' },
    ],
    values: [],
  };
  // Drawn once it stands in the page and has a size.
  requestAnimationFrame(() => new Figure(element, data));
  return element;
}

/** A range of y that shows both curves near the point, or null. */
function reach(programs, lo, hi, points) {
  const n = 64;
  const x = Float64Array.from({ length: n }, (_, k) => lo + ((hi - lo) * k) / (n - 1));
  const seen = points.map(Number).filter(Number.isFinite);
  for (const source of programs) {
    const y = [...new Program(source).columns([x], n)[0].subarray(0, n)].filter(Number.isFinite).sort((a, b) => a - b);
    if (y.length > 0) seen.push(y[Math.floor(y.length * 0.06)], y[Math.floor(y.length * 0.94)]);
  }
  if (seen.length === 0) return null;
  const bottom = Math.min(...seen, 0);
  const top = Math.max(...seen, 0);
  const room = (top - bottom || 1) * 0.12;
  return [bottom - room, top + room];
}
