// What the engine reads in a text while it is typed, shown beside the input; or what is wrong, and where.
//
// Here: asking, the formula, the error with its place marked.
// Not here: what is done with the text (`function-input.js`, `question.js`).

import { Asker } from '../api.js';
import { html } from './dom.js';
import { formula } from './mathml.js';

const PATIENCE = 500; // milliseconds before a half-typed text is called wrong

/** A live reading of `input` in `place`. */
export class Reading {
  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} place where the reading is shown
   * @param {string[]} names the names the text may use
   * @param {string} kind what kind of answer it is; empty for a formula
   * @param {Object<string, string>} shapes the shapes of the names that have axes, `matrix(2, 3)`
   */
  constructor(input, place, names, kind = '', shapes = {}) {
    this.input = input;
    this.place = place;
    this.names = names;
    this.kind = kind;
    this.shapes = shapes;
    this._asker = new Asker('/api/v1/read');
    input.addEventListener('input', () => this.refresh());
  }

  /** Functions may be known elsewhere, in the figure: who draws it says when they are not. */
  elsewhere = false;

  /** While this says so, the text is not done and nothing is asked about it. */
  waits = () => false;

  /** Asks no more: the text is made by the page. */
  rest() {
    this._resting = true;
  }

  /** Asks about the text as it is now. */
  async refresh() {
    if (this._resting) return;
    const text = this.input.value;
    clearTimeout(this._patience);
    this.input.removeAttribute('aria-invalid');
    if (text.trim() === '' || this.waits()) {
      this._asker.cancel();
      this.place.replaceChildren();
      return;
    }
    const reply = await this._asker.ask({ text, names: this.names, kind: this.kind, shapes: this.shapes });
    if (!reply) return;
    if (reply.ok) this.show(reply.mathml, reply.text);
    else if (this.elsewhere && reply.error.code === 'name.unknown-function') this.show('', text);
    else this._patience = setTimeout(() => this.complain(text, reply.error, true), PATIENCE); // perhaps they type on
  }

  /** Shows a reading. */
  show(mathml, text) {
    clearTimeout(this._patience);
    const math = formula(mathml);
    this.place.classList.remove('wrong');
    this.place.replaceChildren(math ?? html('code', { text: text ?? '' }));
  }

  /** Shows an error, with its place in the text marked. `typing`: the reader is not done yet, so it is said quietly. */
  complain(text, error, typing = false) {
    clearTimeout(this._patience);
    if (!typing) this.input.setAttribute('aria-invalid', 'true');
    this.place.classList.add('wrong');
    this.place.replaceChildren(...complaint(text, error));
  }
}

/** An error as elements: the text with the place marked, the message, the hint. */
export function complaint(text, error) {
  const parts = [];
  if (Array.isArray(error.at) && text !== '') {
    const code = marked(text, [error.at]);
    if (code) parts.push(code);
  }
  parts.push(html('span', { class: 'message' }, ...words(error.message)));
  if (error.hint) parts.push(html('span', { class: 'hint' }, ...words(error.hint)));
  return parts;
}

/** A text with places in it marked, for eyes and ears; `places` count characters. Null for a very long text. */
export function marked(text, places) {
  const letters = [...text];
  if (letters.length > 400) return null;
  const parts = [];
  let done = 0;
  for (const [from, to] of [...places].sort((a, b) => a[0] - b[0])) {
    if (from < done) continue;
    const end = Math.max(to, from + 1);
    const inside = letters.slice(from, end).join('');
    parts.push(
      letters.slice(done, from).join(''),
      html('span', { class: 'unseen', text: ' [here: ' }),
      html('mark', { text: inside || '\u00a0', class: inside ? null : 'end' }),
      html('span', { class: 'unseen', text: '] ' }),
    );
    done = end;
  }
  return html('code', { class: 'place' }, ...parts, letters.slice(done).join(''));
}

/** A message as a sentence; what stands between backticks is code. */
export function words(text) {
  return sentence(text)
    .split('`')
    .map((part, k) => (k % 2 === 1 ? html('code', { text: part }) : part));
}

function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}
