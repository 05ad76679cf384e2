// An answer with rows and columns, typed entry by entry; the answer is still the text that could be typed.
//
// Here: the cells, moving between them, pasting, the place of an error, which entries were wrong.
// Not here: entries and their text (`math/entries.js`), the reading (`reading.js`), marking (the server).
// Start reading at `Cells`.

import { fitted, rows, written } from '../math/entries.js';
import { html, say } from './dom.js';
import { formulaField } from './formula-field.js';

/** The grid whose text stands in `input`. */
export class Cells {
  /**
   * @param {HTMLElement} host
   * @param {HTMLInputElement} input
   * @param {object} shape rows, columns, brackets, what stands between rows
   * @param {string[]} names the names an entry may use
   */
  constructor(host, input, shape, names) {
    this._host = host;
    this._input = input;
    host.classList.add('cells');
    this.renew(shape, names);
    input.addEventListener('input', () => this._own || this.take());
  }

  /** Another variant: perhaps another shape; what is in the text is put into the cells. */
  renew(shape, names) {
    this._shape = shape;
    const { rows: high, columns: wide } = shape;
    this._own = false;
    const what = wide === 1 || high === 1 ? `${high * wide} entries` : `${high} rows, ${wide} columns`;
    this._fields = Array.from({ length: high * wide }, (_, k) => {
      const [row, column] = [Math.floor(k / wide) + 1, (k % wide) + 1];
      const label = wide === 1 || high === 1 ? `Entry ${k + 1}` : `Row ${row}, column ${column}`;
      const field = formulaField({ 'aria-label': label, class: 'formula entry-cell', size: '6' }, names);
      field.input.addEventListener('input', () => this._changed());
      field.input.addEventListener('keydown', (event) => this._key(event, k));
      field.input.addEventListener('paste', (event) => this._paste(event, k));
      field.input.addEventListener('focus', () => this._attend(k));
      field.place.hidden = true;
      return field;
    });
    const grid = html('div', { class: 'grid', role: 'group', 'aria-label': `Your answer: ${what}` });
    for (let row = 0; row < high; row += 1) {
      grid.append(html('div', { class: 'row' }, ...this._fields.slice(row * wide, (row + 1) * wide).map((f) => f.input)));
    }
    this._said = html('div', { class: 'entry-reading' }, ...this._fields.map((f) => f.place));
    this._tell = html('p', { class: 'unseen', role: 'status' });
    this._host.replaceChildren(html('div', { class: shape.brackets === '()' ? 'matrix bent' : 'matrix' }, grid), this._said, this._tell);
    this.take();
  }

  focus() {
    (this._fields.find((f) => f.input.value.trim() === '') ?? this._fields[0]).input.focus();
  }

  /** Is something in it, and something not? */
  get unfinished() {
    const empty = this._fields.filter((f) => f.input.value.trim() === '').length;
    return empty > 0 && empty < this._fields.length;
  }

  /** The text was typed, or put back: the cells follow where it fits. */
  take() {
    const entries = fitted(rows(this._input.value), this._fields.length, this._shape.columns);
    if (!entries && this._input.value.trim() !== '') return;
    this._fields.forEach((f, k) => {
      f.input.value = entries?.[k] ?? '';
    });
    this.plain();
  }

  plain() {
    for (const { input } of this._fields) {
      input.removeAttribute('aria-invalid');
      input.classList.remove('good');
      input.removeAttribute('title');
    }
  }

  /** Entries one by one: `parts` name them in characters of the answer, or by their place. */
  mark(answer, parts) {
    this.plain();
    const { places, text } = this._written();
    for (const part of parts) {
      const k = this._cellOf(part, text === answer ? places : null);
      const field = this._fields[k];
      if (!field) continue;
      if (part.verdict.startsWith('right')) field.input.classList.add('good');
      else {
        field.input.setAttribute('aria-invalid', 'true');
        if (part.message) field.input.setAttribute('title', part.message);
      }
    }
  }

  /** An error at a place in the text belongs to a cell. */
  complain(error) {
    const { places } = this._written();
    const k = Array.isArray(error.at) ? places.findIndex(([from, to]) => error.at[0] >= from && error.at[0] <= to) : -1;
    if (k < 0) return false;
    const { input, reading } = this._fields[k];
    const at = error.at.map((place) => place - places[k][0]);
    reading.complain(input.value.trim(), { ...error, at });
    this._attend(k);
    input.focus();
    return true;
  }

  _cellOf(part, places) {
    const by = part.name.match(/\d+/g)?.map(Number) ?? [];
    if (places && part.at) {
      const k = places.findIndex(([from, to]) => part.at[0] >= from && part.at[0] <= to);
      if (k >= 0) return k;
    }
    return by.length === 2 ? (by[0] - 1) * this._shape.columns + by[1] - 1 : by[0] - 1;
  }

  _written() {
    return written(this._fields.map((f) => f.input.value), this._shape);
  }

  _changed() {
    this.plain();
    const empty = this._fields.every((f) => f.input.value.trim() === '');
    this._own = true;
    this._input.value = empty ? '' : this._written().text;
    this._input.dispatchEvent(new Event('input', { bubbles: true }));
    this._own = false;
  }

  /** The reading of the cell one is in. */
  _attend(k) {
    this._fields.forEach((f, j) => {
      f.place.hidden = j !== k;
    });
  }

  _go(k) {
    const field = this._fields[k];
    if (!field) return false;
    field.input.focus();
    field.input.select();
    return true;
  }

  _key(event, k) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const { input } = this._fields[k];
    const { columns } = this._shape;
    const [start, end] = [input.selectionStart, input.selectionEnd];
    const all = start === 0 && end === input.value.length;
    const step = {
      ArrowUp: -columns,
      ArrowDown: columns,
      // Inside a text the arrows move in it.
      ArrowLeft: all || (start === 0 && end === 0) ? (k % columns > 0 ? -1 : 0) : 0,
      ArrowRight: all || (start === input.value.length && end === start) ? (k % columns < columns - 1 ? 1 : 0) : 0,
    }[event.key];
    if (step && this._go(k + step)) event.preventDefault();
  }

  /** Several entries at once fill the cells from here on. */
  _paste(event, k) {
    const found = rows(event.clipboardData?.getData('text') ?? '');
    if (!found || (found.length === 1 && found[0].length === 1)) return;
    event.preventDefault();
    const { columns } = this._shape;
    const whole = k === 0 ? fitted(found, this._fields.length, columns) : null;
    let put = 0;
    const set = (j, entry) => {
      if (!this._fields[j]) return;
      this._fields[j].input.value = entry;
      put += 1;
    };
    if (whole) whole.forEach((entry, j) => set(j, entry));
    else {
      const [top, left] = [Math.floor(k / columns), k % columns];
      found.forEach((row, i) => row.forEach((entry, j) => left + j < columns && set((top + i) * columns + left + j, entry)));
    }
    this._changed();
    say(this._tell, `${put} entries were filled in.`);
    for (const { reading } of this._fields) reading.refresh();
  }
}
