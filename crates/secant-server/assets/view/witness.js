// A small picture of where an answer and the right one part.

import { Figure } from './figure.js';
import { Program } from '../math/program.js';
import { heights, rangeOf } from '../math/range.js';
import { html } from './dom.js';

/** The two curves and the point between them; null when there is nothing to draw. */
export function witnessPlot(plot, found) {
  try {
    return drawing(plot, found);
  } catch {
    return null; // the words are there without it
  }
}

function drawing(plot, found) {
  const [lo, hi] = plot.over;
  const at = Number(found.at?.[plot.var]);
  const points = [found.answer, found.model].map(Number);
  const [theirs, ours] = [plot.answer, plot.model].map((source) => heights(new Program(source), [], lo, hi));
  const range = rangeOf(Float64Array.of(...theirs, ...ours).sort(), points);
  if (!range || !Number.isFinite(at)) return null;
  const canvas = html('div', { class: 'canvas small', 'data-canvas': true });
  const element = html('figure', { class: 'figure witness-plot', 'aria-hidden': 'true' }, canvas);
  const data = {
    id: 'witness',
    params: [],
    panels: [{ id: 'main', x: [lo, hi], y: range, xlabel: plot.var }],
    state: { version: 1, inputs: [], constants: [at, ...points], registers: 3, code: [], outputs: [0, 1, 2] },
    elements: [
      { kind: 'curve', id: 'model', program: plot.model, style: 'main' },
      { kind: 'curve', id: 'answer', program: plot.answer, style: 'wrong' },
      { kind: 'segment', id: 'gap', from: [0, 1], to: [0, 2], style: 'guide' },
      { kind: 'point', id: 'theirs', x: 0, y: 1, style: 'wrong', label: 'yours', below: points[0] < points[1] },
      { kind: 'point', id: 'ours', x: 0, y: 2, style: 'main', label: 'right', below: points[1] <= points[0] },
    ],
    values: [],
  };
  // Drawn once it stands in the page and has a size.
  requestAnimationFrame(() => new Figure(element, data));
  return element;
}
