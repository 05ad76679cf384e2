// A sheet: cells in order, kept while they are typed.
//
// Here: adding, moving, copying and deleting cells; sending what has changed; what was not yet kept when the page was left.
// Not here: a single cell (`sheet-cell.js`), what cells give and where they are kept (the server).
// Invariant: what was typed is in the browser's own store until the server says that it is kept.
// Start reading at `Sheet.changed`.

import { post } from '../api.js';
import { html, say } from './dom.js';
import { SheetCell } from './sheet-cell.js';

const PAUSE = 350; // milliseconds of rest before what is typed is sent
const AGAIN = 2000; // and before it is sent again where nobody answered
const KINDS = [['prose', 'Prose'], ['request', 'Request'], ['figure', 'Figure']];
const BEGUN = { prose: '', request: '', figure: 'f(x) = x^2\npanel main: x = -2..2, y = -1..4\nplot f, x = -2..2 as curve\nalt "A parabola."' };

/** The sheet in its `<article>`. */
export class Sheet {
  constructor(element, data) {
    this.element = element;
    this._id = Number(element.dataset.sheet);
    this._key = `sheet ${this._id}`;
    this._list = element.querySelector('#cells');
    this._saved = element.querySelector('#saved');
    this._from = Infinity;
    this._title = html('input', { class: 'title', 'aria-label': 'Title of the sheet', maxlength: '120', placeholder: 'A sheet without a title', value: data.title });
    element.querySelector('h1').replaceChildren(this._title);
    this._title.addEventListener('input', () => this.changed(this.cells.length));
    this._notice = html('p', { class: 'notice-bar', hidden: true });
    this._end = this._adder('Add a cell at the end', () => this.cells.length);
    this._list.after(this._notice, this._end);
    this._saved.before(this._deleter(), ' · ');
    const shown = [...this._list.children];
    this.cells = data.cells.map((cell, k) => new SheetCell(this, cell, shown[k]));
    this._list.replaceChildren(...this.cells.map((cell) => cell.element));
    this.cells.forEach((cell, k) => cell.show(data.outputs[k]));
    this._number();
    this._restore(data);
    addEventListener('pagehide', () => this._leave());
  }

  /** Something was typed: cells from this one on give something else. */
  changed(from) {
    this._from = Math.min(this._from, from);
    this._draft();
    say(this._saved, 'Saving…');
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._send(), PAUSE);
  }

  /** Sends at once. */
  now() {
    clearTimeout(this._timer);
    return this._send();
  }

  add(kind, at, text = BEGUN[kind], quiet = false) {
    const cell = new SheetCell(this, { kind, text });
    this.cells.splice(at, 0, cell);
    this._list.insertBefore(cell.element, this._list.children[at] ?? null);
    this._number();
    if (!quiet) cell.edit();
    this.changed(at);
    return cell;
  }

  /** One place up (-1) or down (1). */
  move(cell, by) {
    const at = this.cells.indexOf(cell);
    const to = Math.min(this.cells.length - 1, Math.max(0, at + by));
    if (to === at) return;
    // Its neighbour goes round it, so that whoever is in this cell stays in it.
    const neighbour = this.cells[to];
    this.cells.splice(at, 1);
    this.cells.splice(to, 0, cell);
    if (to > at) cell.element.before(neighbour.element);
    else cell.element.after(neighbour.element);
    this._number();
    say(this._saved, `Cell is now number ${to + 1} of ${this.cells.length}.`);
    this.changed(Math.min(at, to));
  }

  copy(cell) {
    this.add(cell.kind, this.cells.indexOf(cell) + 1, cell.text);
  }

  remove(cell) {
    const at = this.cells.indexOf(cell);
    this.cells.splice(at, 1);
    cell.element.remove();
    this._number();
    const back = html('button', { type: 'button', text: 'Undo' });
    back.addEventListener('click', () => {
      this._notice.hidden = true;
      this.add(cell.kind, Math.min(at, this.cells.length), cell.text);
    });
    this._notice.replaceChildren('A cell was deleted. ', back);
    this._notice.hidden = false;
    back.focus();
    this.changed(at);
  }

  /** The buttons of a cell stay until another one is entered, so that nothing moves under the pointer. */
  enter(cell) {
    for (const one of this.cells) one.element.classList.toggle('active', one === cell);
  }

  /** To the next cell; a new one behind the last. */
  next(cell) {
    const following = this.cells[this.cells.indexOf(cell) + 1];
    if (following) following.edit();
    else this.add(cell.kind === 'figure' ? 'request' : cell.kind, this.cells.length);
  }

  place(cell) {
    return this.cells.indexOf(cell);
  }

  /** Deletes the whole sheet, when asked twice. */
  _deleter() {
    const button = html('button', { type: 'button', text: 'Delete this sheet' });
    button.addEventListener('click', async () => {
      if (button.dataset.sure === undefined) {
        button.dataset.sure = '';
        say(button, 'Delete it for good?');
        button.addEventListener('blur', () => {
          delete button.dataset.sure;
          say(button, 'Delete this sheet');
        }, { once: true });
        return;
      }
      clearTimeout(this._timer);
      this._from = Infinity;
      const reply = await post('/api/v1/sheet/delete', { id: this._id });
      if (!reply.ok) {
        say(this._saved, `Not deleted: ${reply.error.message}.`);
        return;
      }
      this._forget();
      location.assign('/sheet');
    });
    return button;
  }

  _adder(label, at) {
    const bar = html('div', { class: 'adder', role: 'group', 'aria-label': label });
    for (const [kind, word] of KINDS) {
      const button = html('button', { type: 'button', text: `+ ${word}` });
      button.addEventListener('click', () => this.add(kind, at()));
      bar.append(button);
    }
    return bar;
  }

  _number() {
    this.cells.forEach((cell, k) => cell.number(k + 1, this.cells.length));
  }

  _text() {
    return { title: this._title.value, cells: this.cells.map(({ kind, text }) => ({ kind, text })) };
  }

  async _send() {
    if (this._busy || this._from === Infinity) return;
    const [from, cells, text] = [this._from, [...this.cells], this._text()];
    this._from = Infinity;
    this._busy = true;
    const reply = await post('/api/v1/sheet', { id: this._id, from, ...text });
    this._busy = false;
    if (!reply.ok) {
      this._from = Math.min(this._from, from);
      say(this._saved, `Not saved: ${reply.error.message}.`);
      this._saved.classList.add('wrong');
      if (reply.error.code === 'page.no-server') this._timer = setTimeout(() => this._send(), AGAIN);
      return;
    }
    this._saved.classList.remove('wrong');
    // What was typed since then belongs to the next answer.
    cells.forEach((cell, k) => {
      if (k >= from && cell.text === text.cells[k].text && this.cells.includes(cell)) cell.show(reply.outputs[k]);
    });
    if (this._from < Infinity) {
      this._send();
      return;
    }
    this._forget();
    say(this._saved, 'Saved');
  }

  // What is not yet kept.

  _draft() {
    try {
      localStorage.setItem(this._key, JSON.stringify(this._text()));
    } catch {
      // No storage: it lives as long as the page.
    }
  }

  _forget() {
    try {
      localStorage.removeItem(this._key);
    } catch {
      // Nothing was there.
    }
  }

  /** What an earlier visit could not send any more. */
  _restore(data) {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(this._key));
    } catch {
      // None that can be read.
    }
    if (!Array.isArray(draft?.cells)) return;
    const same = JSON.stringify(draft) === JSON.stringify({ title: data.title, cells: data.cells.map(({ kind, text }) => ({ kind, text })) });
    if (same) {
      this._forget();
      return;
    }
    this._title.value = String(draft.title ?? '');
    for (const cell of this.cells) cell.element.remove();
    this.cells = [];
    for (const { kind, text } of draft.cells) if (kind in BEGUN) this.add(kind, this.cells.length, String(text), true);
    this.changed(0);
  }

  _leave() {
    if (this._from === Infinity) return;
    const body = JSON.stringify({ id: this._id, from: this.cells.length, ...this._text() });
    navigator.sendBeacon?.('/api/v1/sheet', new Blob([body], { type: 'application/json' }));
  }
}
