// Small pieces that the sandpit's game and its ending are made of.

import { html } from './dom.js';

/** "1 probe", "7 probes". */
export const count = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

/** A number as it is read off the stick. */
export const fixed = (value) => value.toFixed(2).replace('-', '−');

export function button(text, does, cls = 'button quiet') {
  const made = html('button', { type: 'button', class: cls, text });
  made.addEventListener('click', does);
  return made;
}

/** The head of a table. */
export function head(names) {
  return html('thead', {}, html('tr', {}, ...names.map((name) => html('th', { scope: 'col', text: name }))));
}
