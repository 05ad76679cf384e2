// The figure that a question has of its own: the one the page came with, or that of another variant.
//
// Not here: drawing (`figure.js`), what is asked (`question.js`). Start reading at `ownFigure`.

import { Figure } from './figure.js';
import { html } from './dom.js';
import { prepare } from './marks.js';
import { Sliders } from './sliders.js';

/** Draws `data` in `place`, the `div.own` of a question, and gives the live figure. */
export async function ownFigure(place, data) {
  let element = place.querySelector('figure.figure');
  const controls = html('div', { class: 'controls', hidden: true });
  await prepare(data);
  if (element.figure) {
    // Another variant: nothing of the one before stays.
    const another = empty(element, data);
    element.replaceWith(another);
    element = another;
  }
  const figure = new Figure(element, data);
  place.querySelector('.controls').replaceWith(controls);
  const sliders = new Sliders(controls, figure);
  figure.show(data.elements.filter((one) => !one.hidden).map((one) => one.id));
  sliders.attend();
  controls.hidden = sliders.count === 0;
  element.figure = figure; // for tests and the curious
  return figure;
}

/** A figure as the server writes it, with nothing drawn. */
function empty({ id, dataset }, data) {
  const canvas = html('div', { class: 'canvas', 'data-canvas': true });
  const caption = html('figcaption', {}, twin(id, data), numbers(data));
  return html('figure', { class: 'figure', id, 'data-figure': data.id, 'data-panels': dataset.panels }, canvas, caption);
}

/** The words for the figure, with live numbers in them. */
function twin(id, data) {
  const slot = ({ output, digits }) => html('output', { 'data-output': output, 'data-digits': digits });
  const parts = data.alt.map((part) => (typeof part === 'string' ? part : slot(part)));
  const told = data.elements.map(({ id }) => html('span', { 'data-told': id, hidden: true }));
  return html('p', { class: 'alt', id: id.replace('figure-', 'alt-') }, ...parts, ...told);
}

/** The numbers beside it. */
function numbers(data) {
  const rows = data.values.map(({ id, label, output, digits }) =>
    html('div', {}, html('dt', { text: label }), html('dd', {}, html('output', { 'data-value': id, 'data-output': output, 'data-digits': digits }))),
  );
  return rows.length > 0 ? html('dl', { class: 'values' }, ...rows) : null;
}
