// A question: a formula typed as text, the engine's reading of it live beside it, and a verdict in words.
//
// Here: checking, hints one by one, the worked steps, another variant, the attempts.
// Not here: what is right (the server's engine says so).
// Start reading at `Question._check`.

import { post } from '../api.js';
import { html } from './dom.js';
import { formula } from './mathml.js';
import { Reading, complaint } from './reading.js';

const RIGHT = new Set(['right', 'right at tested points', 'right where both exist']);

/** Brings the form of one question to life. */
export class Question {
  constructor(form) {
    this._form = form;
    this._id = form.dataset.question;
    this._seed = Number(form.dataset.seed ?? 0);
    this._input = form.querySelector('input.formula');
    this._ask = form.querySelector('.ask');
    this._feedback = form.querySelector('.feedback');
    this._steps = form.querySelector('ol.steps');
    this._hints = form.querySelector('ol.hints');
    this._submit = form.querySelector('button[type=submit]');
    this._hintButton = form.querySelector('button.hint');
    this._stepsButton = form.querySelector('button.show-steps');
    this._another = form.querySelector('button.another');
    this._attempts = form.querySelector('ol.attempts') ?? form.appendChild(html('ol', { class: 'attempts', 'aria-label': 'Your attempts' }));
    const names = (this._input.dataset.names ?? '').split(/[\s,]+/).filter(Boolean);
    this._reading = new Reading(this._input, form.querySelector('.reading'), names);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this._check();
    });
    this._hintButton?.addEventListener('click', () => this._hint());
    this._stepsButton?.addEventListener('click', () => this._work());
    this._another?.addEventListener('click', () => this._vary());
    this._submit.disabled = false;
    this._offer(form.dataset.verdict);
    if (this._input.value.trim() !== '') this._reading.refresh();
  }

  /** Which buttons make sense now. */
  _offer(verdict) {
    const right = RIGHT.has(verdict);
    if (this._hintButton) this._hintButton.hidden = right || !this._nextHint();
    if (this._stepsButton) this._stepsButton.hidden = verdict === undefined;
    if (this._another) this._another.hidden = !right;
    if (verdict) this._form.dataset.verdict = verdict;
  }

  async _check() {
    const answer = this._input.value;
    if (answer.trim() === '') {
      this._tell('empty', html('p', { text: 'Type a formula first.' }));
      this._input.focus();
      return;
    }
    if (this._busy) return;
    this._busy = true;
    this._form.setAttribute('aria-busy', 'true');
    const reply = await post('/api/v1/answer', { question: this._id, seed: this._seed, answer });
    this._busy = false;
    this._form.removeAttribute('aria-busy');
    if (!reply.ok) {
      this._reading.complain(answer, reply.error);
      this._tell('');
      this._input.focus();
      return;
    }
    const right = RIGHT.has(reply.verdict);
    if (right) this._input.removeAttribute('aria-invalid');
    else this._input.setAttribute('aria-invalid', 'true');
    const words = [html('p', { class: 'verdict', text: title(reply.verdict) })];
    if (reply.feedback) words.push(html('p', { text: reply.feedback }));
    const drawn = await picture(reply);
    if (drawn) words.push(drawn);
    this._tell(right ? 'right' : reply.verdict === 'wrong' ? 'wrong' : 'unsure', ...words);
    this._remember(answer, reply);
    this._offer(reply.verdict);
    if (right) this._another?.focus({ preventScroll: true });
  }

  _tell(kind, ...children) {
    this._feedback.className = `feedback ${kind}`;
    this._feedback.replaceChildren(...children);
  }

  /** The attempt joins those the page came with. */
  _remember(answer, reply) {
    const math = formula(reply.mathml);
    this._attempts.append(
      html(
        'li',
        { 'data-verdict': reply.verdict },
        math ?? html('code', { text: answer }),
        ' ',
        html('span', { class: 'verdict', text: reply.verdict }),
      ),
    );
  }

  _nextHint() {
    return this._hints?.querySelector('li[hidden]') ?? null;
  }

  _hint() {
    const hint = this._nextHint();
    if (!hint) return;
    hint.hidden = false;
    hint.tabIndex = -1;
    hint.focus({ preventScroll: true });
    this._hintButton.hidden = !this._nextHint();
  }

  async _work() {
    if (!this._steps.hidden) {
      this._steps.hidden = true;
      this._stepsButton.setAttribute('aria-expanded', 'false');
      return;
    }
    const reply = await post('/api/v1/steps', { question: this._id, seed: this._seed });
    if (!reply.ok) {
      this._tell('unread', html('p', { class: 'complaint' }, ...complaint('', reply.error)));
      return;
    }
    this._steps.replaceChildren(...reply.steps.map(stepItem));
    this._steps.hidden = false;
    this._steps.tabIndex = -1;
    this._stepsButton.setAttribute('aria-expanded', 'true');
    this._steps.focus({ preventScroll: true });
  }

  async _vary() {
    const reply = await post('/api/v1/question', { question: this._id, seed: this._seed + 1 });
    if (!reply.ok) {
      this._tell('unread', html('p', { class: 'complaint' }, ...complaint('', reply.error)));
      return;
    }
    this._seed = reply.seed;
    this._form.dataset.seed = String(reply.seed);
    this._ask.replaceChildren(...prose(reply.ask));
    this._reading.names = reply.names ?? this._reading.names;
    if (this._hints) {
      this._hints.replaceChildren(...(reply.hints ?? []).map((hint) => html('li', { hidden: true }, ...prose(hint))));
    }
    this._steps.hidden = true;
    this._steps.replaceChildren();
    this._input.value = '';
    this._input.removeAttribute('aria-invalid');
    this._reading.refresh();
    this._attempts.replaceChildren();
    this._tell('');
    delete this._form.dataset.verdict;
    this._offer(undefined);
    this._input.focus();
  }
}

/** One step of a derivation. */
function stepItem(step) {
  const from = formula(step.from_mathml ?? step.mathml) ?? html('code', { text: step.from });
  const to = formula(step.to_mathml) ?? html('code', { text: step.to });
  return html(
    'li',
    {},
    html('span', { class: 'rule', text: step.rule }),
    html('span', { class: 'work' }, from, html('span', { class: 'becomes', text: ' = ' }), to),
  );
}

/** The answer and the right one around the point where they differ, or null. */
async function picture({ witness, plot }) {
  if (!witness || !plot) return null;
  const { witnessPlot } = await import('./witness.js');
  return witnessPlot(plot, witness);
}

function title(verdict) {
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}.`;
}

/** Prose from the server: paragraphs, emphasis, code and formulas, nothing else. */
function prose(source) {
  const body = new DOMParser().parseFromString(source, 'text/html').body;
  return [...body.childNodes].flatMap(clean);
}

const PROSE = new Set(['p', 'em', 'strong', 'code', 'span', 'ul', 'ol', 'li']);

function clean(node) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  if (node.localName === 'math') return [formula(node.outerHTML)].filter(Boolean);
  const children = [...node.childNodes].flatMap(clean);
  return PROSE.has(node.localName) ? [html(node.localName, {}, ...children)] : children;
}
