// A cell of a sheet: its text, what it gives, what is wrong with it and where.
//
// Here: typing, the buttons and keys of a cell, its output, its live figure.
// Not here: the other cells and keeping them (`sheet.js`), what a cell gives (the server).
// Start reading at `SheetCell.show`.

import { fresh, html } from './dom.js';
import { complaint } from './reading.js';

const NAMES = { prose: 'Prose, in Markdown', request: 'Lines of the language', figure: 'Statements of a figure' };

/** One cell. `shown`: the section that the page came with. */
export class SheetCell {
  constructor(sheet, { kind, text }, shown) {
    this._sheet = sheet;
    this.kind = kind;
    const id = fresh('cell');
    this._area = html('textarea', { id, class: 'formula', spellcheck: kind === 'prose' ? null : 'false', autocomplete: 'off', autocapitalize: 'off', 'aria-describedby': `${id}-wrong` });
    this._area.value = text;
    this._label = html('label', { for: id, class: 'unseen', text: NAMES[kind] });
    this._output = shown?.querySelector('.output') ?? html('div', { class: 'output', role: 'group', 'aria-label': 'What it gives' });
    this._wrong = html('p', { class: 'reading', id: `${id}-wrong`, role: 'status' });
    this._tools = html('div', { class: 'tools', role: 'group', 'aria-label': 'Cell' });
    this._edit = this._button('Edit', () => this.edit());
    this._edit.hidden = kind !== 'prose';
    this._up = this._button('Up', () => sheet.move(this, -1), 'Move up (Alt+↑)');
    this._down = this._button('Down', () => sheet.move(this, 1), 'Move down (Alt+↓)');
    this._button('Copy', () => sheet.copy(this), 'Make a second one');
    this._button('Delete', () => sheet.remove(this));
    for (const [word, below] of [['+ Prose', 'prose'], ['+ Request', 'request'], ['+ Figure', 'figure']]) {
      this._button(word, () => sheet.add(below, sheet.place(this) + 1), `Add ${word.slice(2).toLowerCase()} below`).classList.add('add');
    }
    this.element = html('section', { class: 'sheet-cell live', 'data-kind': kind, tabindex: '-1' }, this._label, this._area, this._wrong, this._output, this._tools);
    // What is wider than the page is scrolled, by key too.
    new ResizeObserver(() => this._scrolls()).observe(this._output);
    this._fit();
    this._area.addEventListener('input', () => {
      this._fit();
      sheet.changed(sheet.place(this));
    });
    this.element.addEventListener('keydown', (event) => this._key(event));
    this.element.addEventListener('focusin', () => sheet.enter(this));
    if (kind === 'prose') {
      this._read(text.trim() !== '');
      this._output.addEventListener('dblclick', () => this.edit());
      this.element.addEventListener('focusout', (event) => {
        if (!this.element.contains(event.relatedTarget) && this.text.trim() !== '' && !this._wrong.firstChild) this._read(true);
      });
    }
  }

  get text() {
    return this._area.value;
  }

  number(k, of) {
    this.element.setAttribute('aria-label', `Cell ${k} of ${of}, ${this.kind}`);
    this._up.disabled = k === 1;
    this._down.disabled = k === of;
  }

  /** To the text. */
  edit() {
    this._read(false);
    this._area.focus();
  }

  /** What the cell gives now. */
  async show(output) {
    if (!output) return;
    const { fault } = output;
    this._wrong.replaceChildren(...(fault ? this._complaint(fault) : []));
    this._wrong.classList.toggle('wrong', Boolean(fault));
    if (fault) {
      this._area.setAttribute('aria-invalid', 'true');
      if (this.kind === 'prose') this._read(false);
    } else {
      this._area.removeAttribute('aria-invalid');
    }
    this._output.classList.toggle('stale', Boolean(fault) && this.kind === 'figure');
    if (typeof output.html === 'string' && !(fault && this.kind === 'figure')) {
      this._output.replaceChildren(...nodes(output.html));
    }
    if (output.figure) await this._live(output.figure);
    this._scrolls();
  }

  _scrolls() {
    if (this._output.scrollWidth > this._output.clientWidth) this._output.tabIndex = 0;
    else this._output.removeAttribute('tabindex');
  }

  /** The line at fault, with its place. */
  _complaint(fault) {
    const letters = [...this.text];
    const from = Math.min(fault.at?.[0] ?? 0, letters.length);
    const begin = letters.lastIndexOf('\n', from - 1) + 1;
    const end = letters.indexOf('\n', from) < 0 ? letters.length : letters.indexOf('\n', from);
    const at = fault.at && [from - begin, Math.min(fault.at[1], end) - begin];
    const line = letters.slice(0, begin).filter((c) => c === '\n').length + 1;
    const many = letters.includes('\n') ? [html('span', { class: 'hint', text: `Line ${line}:` })] : [];
    return [...many, ...complaint(letters.slice(begin, end).join(''), { ...fault, at })];
  }

  /** The still picture begins to move; parameters of the same name stay where they were. */
  async _live(data) {
    const element = this._output.querySelector('figure.figure');
    if (!element) return;
    const before = this._figure;
    const { ownFigure } = await import('./question-figure.js');
    try {
      if (!this._output.querySelector('.controls')) element.after(html('div', { class: 'controls' }));
      const figure = await ownFigure(this._output, data);
      data.params.forEach((param, k) => {
        const j = before ? before.data.params.findIndex((p) => p.name === param.name) : -1;
        if (j >= 0) figure.params[k] = Math.min(param.max, Math.max(param.min, before.params[j]));
      });
      figure.changed();
      this._figure = figure;
    } catch (error) {
      element.append(html('p', { class: 'notice', role: 'alert', text: `The figure does not move: ${error.message}.` }));
    }
  }

  _button(text, act, title = text) {
    const button = html('button', { type: 'button', text, title, 'aria-label': title });
    button.addEventListener('click', act);
    this._tools.append(button);
    return button;
  }

  /** Prose is read until it is to be changed. */
  _read(on) {
    if (this.kind !== 'prose') return;
    this.element.classList.toggle('at-rest', on);
  }

  _fit() {
    this._area.rows = Math.min(40, Math.max(this.kind === 'request' ? 1 : 2, this.text.split('\n').length));
  }

  _key(event) {
    if (event.altKey && !event.ctrlKey && !event.metaKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      this._sheet.move(this, event.key === 'ArrowUp' ? -1 : 1);
    } else if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      event.preventDefault();
      this._sheet.now();
      this._sheet.next(this);
    } else if (event.key === 'Escape' && this.kind === 'prose' && this.text.trim() !== '') {
      this._read(true);
      this._edit.focus();
    }
  }
}

/** The nodes of markup that the server has made. */
function nodes(markup) {
  const { body } = new DOMParser().parseFromString(markup, 'text/html');
  return [...body.childNodes].map((node) => document.adoptNode(node));
}
