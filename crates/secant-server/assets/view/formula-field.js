// A formula typed as text, with the engine's reading of it live beside it: the one field there is for formulas.
//
// Here: the field, its place for the reading, what every such field has in common.
// Not here: the reading itself (`reading.js`), what is done with the text.

import { fresh, html } from './dom.js';
import { Reading } from './reading.js';

/** What every field for formulas is told, wherever it is made. */
const FORMULA = { class: 'formula', type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: '2000' };

/**
 * A field and the place of its reading.
 * @param {object} options attributes of the input, beside those that all have
 * @param {string[]} names the names the text may use
 * @param {string} kind what kind of answer it is; empty for a formula
 */
export function formulaField(options = {}, names = [], kind = '') {
  const id = options.id ?? fresh('formula');
  const place = html('p', { class: 'reading', id: `${id}-reading`, role: 'status' });
  const input = html('input', { ...FORMULA, id, 'aria-describedby': place.id, ...options });
  return { input, place, reading: new Reading(input, place, names, kind) };
}
