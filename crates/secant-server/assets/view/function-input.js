// The figure's function, to be typed anew: the same lesson goes on about another function.

import { post } from '../api.js';
import { mathText } from '../math/format.js';
import { fresh, html, say } from './dom.js';
import { formulaField } from './formula-field.js';

// Functions worth a look where the lesson suggests none, for people who would rather tap than type; `x` stands for the variable.
const SUGGESTIONS = ['sin(x)', 'x^3/4 - x', 'e^x', 'abs(x)', '1/x'];
const OF_TWO = ['x^2 + y^2', 'x^2 - y^2', 'x y', 'sin(x) + cos(y)', 'abs(x) + abs(y)']; // and `y` for the second one

/** The input for one editable function of the figure. */
export class FunctionInput {
  /**
   * @param {HTMLElement} root
   * @param {object} lesson its JSON
   * @param {object} typed the functions the reader has typed, by name; shared by all inputs
   * @param {import('./figure.js').Figure} figure
   * @param {object} data the function: name, vars, text, mathml
   * @param {(scenes: object[]) => void} renewed the figure has taken a new function in; the scenes as they are with it
   */
  constructor(root, lesson, typed, figure, data, renewed) {
    this._lesson = lesson.id;
    this._typed = typed;
    this._figure = figure;
    this._name = data.name;
    this._renewed = renewed;
    const id = fresh('function');
    const head = `${data.name}(${data.vars.join(', ')})`;
    const names = [...new Set([...data.vars, ...figure.data.params.map((p) => p.name)])];
    const { input, place, reading } = formulaField({ id, value: data.text, enterkeyhint: 'go' }, names);
    this._input = input;
    this._reading = reading;
    this._reading.elsewhere = true;
    this._reading.show(data.mathml, data.text);
    const variable = data.vars[0] ?? 'x';
    const chips = html('div', { class: 'chips', role: 'group', 'aria-label': 'Functions to try' });
    const usual = data.vars.length === 2 ? OF_TWO : SUGGESTIONS;
    for (const text of data.tries ?? usual) {
      const own = data.tries ? text : text.replace(/\b[xy]\b/g, (name) => (name === 'y' ? data.vars[1] : variable));
      const chip = html('button', { type: 'button', class: 'chip', text: pretty(own), 'aria-label': own });
      chip.addEventListener('click', () => {
        this._input.value = own;
        this._use(own);
      });
      chips.append(chip);
    }
    this._reset = html('button', { type: 'button', class: 'chip reset', text: 'Back to the lesson’s own' });
    this._reset.hidden = typed[data.name] === undefined;
    this._reset.addEventListener('click', () => this._use(null));
    chips.append(this._reset);
    this._note = html('p', { class: 'note', role: 'status' });
    this._form = html(
      'form',
      { class: 'function-input' },
      html('label', { for: id, text: `${mathText(head)} =`, 'aria-label': `${head} equals` }),
      this._input,
      html('button', { type: 'submit', class: 'go', text: 'Draw' }),
      place,
      this._note,
      chips,
    );
    this._form.addEventListener('submit', (event) => {
      event.preventDefault();
      this._use(this._input.value);
    });
    root.append(this._form);
    const kept = typed[data.name];
    if (kept !== undefined) {
      this._input.value = kept; // typed on an earlier visit
      this._use(kept);
    }
  }

  /** Sends the text; null asks for the lesson's own function. */
  async _use(text) {
    if (text !== null && text.trim() === '') return;
    const functions = { ...this._typed };
    if (text === null) delete functions[this._name];
    else functions[this._name] = text;
    const serial = (this._serial = (this._serial ?? 0) + 1);
    this._form.setAttribute('aria-busy', 'true');
    const reply = await post('/api/v1/figure', { part: this._lesson, figure: this._figure.data.id, functions });
    if (serial !== this._serial) return; // a newer text has been sent since
    this._form.removeAttribute('aria-busy');
    if (!reply.ok) {
      this._reading.complain(text ?? '', reply.error);
      this._input.focus();
      return;
    }
    try {
      this._figure.load(reply.figure);
    } catch (error) {
      this._reading.complain(text ?? '', { message: error.message });
      return;
    }
    if (text === null) delete this._typed[this._name];
    else this._typed[this._name] = text;
    this._input.removeAttribute('aria-invalid');
    const now = reply.figure.functions.find((f) => f.name === this._name);
    if (text === null) this._input.value = now?.text ?? '';
    if (text === null && document.activeElement === this._reset) this._input.focus();
    this._reset.hidden = text === null;
    if (now) this._reading.show(now.mathml, now.text);
    say(this._note, stillPoints(reply.figure));
    this._renewed(reply.scenes);
    this._figure.announce();
  }
}

/** Which points cannot be moved now, and why. */
function stillPoints({ elements, params }) {
  const sentences = elements
    .filter(({ drag }) => drag?.still)
    .map(({ id, label, drag }) => {
      const names = drag.params.map((k) => params[k].name).join(' or ');
      return `The point ${label ?? id} stays where it is: with this function it does not depend on ${names}.`;
    });
  return sentences.join(' ');
}

function pretty(text) {
  return mathText(text).replace(/\^3/g, '³').replace(/\^2/g, '²').replace(/\^𝑥/gu, 'ˣ').replace(/abs\(([^()]*)\)/g, '|$1|');
}
