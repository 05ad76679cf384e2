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
   */
  constructor(input, place, names) {
    this.input = input;
    this.place = place;
    this.names = names;
    this._asker = new Asker('/api/v1/read');
    input.addEventListener('input', () => this.refresh());
  }

  /** Asks about the text as it is now. */
  async refresh() {
    const text = this.input.value;
    clearTimeout(this._patience);
    this.input.removeAttribute('aria-invalid');
    if (text.trim() === '') {
      this._asker.cancel();
      this.place.replaceChildren();
      return;
    }
    const reply = await this._asker.ask({ text, names: this.names });
    if (!reply) return;
    if (reply.ok) this.show(reply.mathml, reply.text);
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
  const letters = [...text]; // `at` counts characters
  if (Array.isArray(error.at) && letters.length > 0 && letters.length <= 400) {
    const [from, to] = error.at;
    const marked = letters.slice(from, Math.max(to, from + 1)).join('');
    parts.push(
      html(
        'code',
        { class: 'place' },
        letters.slice(0, from).join(''),
        html('mark', { text: marked || '\u00a0', class: marked ? null : 'end' }),
        letters.slice(Math.max(to, from + 1)).join(''),
      ),
    );
  }
  parts.push(html('span', { class: 'message' }, ...words(error.message)));
  if (error.hint) parts.push(html('span', { class: 'hint' }, ...words(error.hint)));
  return parts;
}

/** A message as a sentence; what stands between backticks is code. */
function words(text) {
  return sentence(text)
    .split('`')
    .map((part, k) => (k % 2 === 1 ? html('code', { text: part }) : part));
}

function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}
