// A question: an answer typed, chosen or set on the figure, the engine's reading of it live beside it, and what a tutor
// says about it.
//
// Here: checking, the place pointed at, hints, steps and the solution on request, other variants, the follow-up.
// Not here: what is right and what is said (the server), making forms (`question-form.js`), entries (`cells.js`), graphs
// (`draw.js`): these two write the text that is the answer.
// Start reading at `Question._check`.

import { post } from '../api.js';
import { html, say } from './dom.js';
import { formula } from './mathml.js';
import { prose } from './prose.js';
import { Reading, complaint, marked, words } from './reading.js';

const RIGHT = new Set(['right', 'right at tested points', 'right where both exist']);

/** Brings the form of one question to life. */
export class Question {
  constructor(form) {
    this._form = form;
    this._id = form.dataset.question;
    this._seed = Number(form.dataset.seed ?? 0);
    this._fixed = form.dataset.fixed !== undefined; // one of an assignment: its attempt says which variant
    this._kind = form.dataset.kind ?? 'expression';
    this._input = form.querySelector('.formula');
    this._choices = form.querySelector('fieldset.choices');
    this._ask = form.querySelector('.ask');
    this._feedback = form.querySelector('.feedback');
    this._steps = form.querySelector('ol.steps');
    this._hints = form.querySelector('ol.hints');
    this._submit = form.querySelector('button[type=submit]');
    this._buttons = Object.fromEntries(
      ['hint', 'next-step', 'show-steps', 'another', 'follow-up'].map((name) => [name, form.querySelector(`button.${name}`)]),
    );
    this._attempts = form.querySelector('ol.attempts') ?? form.appendChild(html('ol', { class: 'attempts', 'aria-label': 'Your attempts' }));
    if (this._input) {
      const names = (this._input.dataset.names ?? '').split(/[\s,]+/).filter(Boolean);
      this._reading = new Reading(this._input, form.querySelector('.reading'), names, this._kind, JSON.parse(this._input.dataset.shapes ?? '{}'));
      this._input.addEventListener('input', () => this._draft(this._input.value));
      const draft = this._draft();
      if (draft && draft !== this._input.value) this._input.value = draft;
      if (this._input.value.trim() !== '') this._reading.refresh();
      this._other = this._openEntry(names);
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this._check();
    });
    const does = {
      hint: () => this._hint(),
      'next-step': () => this._nextStep(),
      'show-steps': () => this._solution(),
      another: () => this._vary(),
      'follow-up': () => this._followUp(),
    };
    for (const [name, act] of Object.entries(does)) this._buttons[name]?.addEventListener('click', act);
    this._parameters = (form.dataset.parameters ?? '').split(' ').filter(Boolean);
    this._own = form.querySelector(':scope > .own');
    if (this._own) this._draw(JSON.parse(form.querySelector('script[type="application/json"]').textContent));
    if (this._parameters.length > 0) this._followFigure();
    this._submit.disabled = false;
    this._told = 0; // steps shown so far
    this._offer(form.dataset.verdict);
  }

  /** Which buttons make sense now: hints before steps, steps before the solution. */
  _offer(verdict, slip) {
    const right = RIGHT.has(verdict);
    const tried = verdict !== undefined;
    const hint = this._nextHint();
    const shown = {
      hint: !right && hint !== null,
      'next-step': !right && !this._allTold && (tried || hint === null),
      'show-steps': tried || this._told > 0,
      another: right && !this._fixed,
      'follow-up': Boolean(slip),
    };
    for (const [name, wanted] of Object.entries(shown)) if (this._buttons[name]) this._buttons[name].hidden = !wanted;
    this._slip = slip;
    if (verdict) this._form.dataset.verdict = verdict;
  }

  /** Where the answer has rows and columns, or is a graph: the grid or the panel that it is entered in. */
  async _openEntry(names) {
    const host = this._form.querySelector('.entry');
    if (!host) return;
    const { draw, cells } = host.dataset;
    if (draw) {
      const { Drawing } = await import('./draw.js');
      this._entry = new Drawing(host, this._input, JSON.parse(draw));
    } else {
      const { Cells } = await import('./cells.js');
      this._entry = new Cells(host, this._input, JSON.parse(cells), names);
      this._reading.waits = () => this._entry.unfinished;
    }
    this._form.querySelector('details.as-text').open = false;
  }

  /** To where the answer is entered. */
  _attend() {
    (this._entry ?? this._input ?? this._choices.querySelector('input')).focus();
  }

  /** What is typed, chosen or set, as the server takes it. */
  _answer() {
    if (!this._choices) return this._input.value;
    return [...this._choices.querySelectorAll('input:checked')].map((box) => box.value).join(',');
  }

  async _check() {
    this._follow?.(); // a figure that nobody has touched is an answer, too
    const answer = this._answer();
    if (answer.trim() === '') {
      this._tell('empty', html('p', { text: this._choices ? 'Choose something first.' : this._entry?.strokes ? 'Draw a curve first.' : 'Type an answer first.' }));
      this._attend();
      return;
    }
    if (this._entry?.unfinished) {
      this._tell('empty', html('p', { text: 'An entry is still empty.' }));
      this._attend();
      return;
    }
    if (this._busy) return;
    this._busy = true;
    this._form.setAttribute('aria-busy', 'true');
    const reply = await post('/api/v1/answer', { question: this._id, seed: this._seed, answer });
    this._busy = false;
    this._form.removeAttribute('aria-busy');
    const error = reply.ok ? reply.error : reply.error ?? {};
    if (error) {
      // Not understood: no attempt. The text stays, with the place marked.
      if (this._reading) this._reading.complain(answer, error);
      this._tell('unread', ...(this._reading ? [] : [html('p', { class: 'complaint' }, ...complaint('', error))]));
      if (!this._entry?.complain?.(error)) this._attend();
      return;
    }
    const right = RIGHT.has(reply.verdict);
    if (right) this._input?.removeAttribute('aria-invalid');
    else this._input?.setAttribute('aria-invalid', 'true');
    const words = told(answer, reply);
    this._tell(right ? 'right' : reply.verdict === 'wrong' ? 'wrong' : 'unsure', ...words);
    picture(reply).then((drawn) => {
      // Unless something else is told by now.
      if (drawn && words[0].isConnected) this._feedback.append(drawn);
    });
    this._entry?.mark(answer, reply.parts ?? []);
    this._stand(reply);
    this._remember(answer, reply);
    this._offer(reply.verdict, reply.follow_up);
    if (right) {
      this._draft('');
      if (!this._fixed) this._buttons.another?.focus({ preventScroll: true });
    }
  }

  _tell(kind, ...children) {
    this._feedback.className = `feedback ${kind}`;
    this._feedback.replaceChildren(...children);
  }

  /** The attempt joins those the page came with. */
  _remember(answer, reply) {
    const math = this._choices ? null : formula(reply.mathml);
    const text = this._kind === 'drawn' ? 'a graph' : answer;
    this._attempts.append(
      html(
        'li',
        { 'data-verdict': reply.verdict },
        math ?? html('code', { text: this._choices ? this._chosen() : text }),
        ' ',
        html('span', { class: 'verdict', text: reply.verdict }),
      ),
    );
  }

  _chosen() {
    return [...this._choices.querySelectorAll('input:checked')].map((box) => box.closest('label').textContent.trim()).join(', ');
  }

  /** What was typed and not yet right, kept while the page is left and come back to. */
  _draft(text) {
    const key = `draft ${this._id} ${this._seed}`;
    try {
      if (text === undefined) return sessionStorage.getItem(key);
      if (text === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    } catch {
      // No storage: what is typed lives as long as the page.
    }
    return null;
  }

  _nextHint() {
    return this._hints?.querySelector('li[hidden]') ?? null;
  }

  _hint() {
    const hint = this._nextHint();
    if (!hint) return;
    hint.hidden = false;
    attend(hint);
    if (this._fixed) this._request('/api/v1/hint', { question: this._id, seed: this._seed });
    this._offer(this._form.dataset.verdict, this._slip);
  }

  /** One more step of the worked solution. */
  async _nextStep() {
    const reply = await this._request('/api/v1/steps', { question: this._id, seed: this._seed, first: this._told + 1 });
    if (!reply) return;
    this._show(reply.steps, !reply.more);
  }

  /** The whole solution, or none of it again. */
  async _solution() {
    if (!this._steps.hidden && this._allTold) {
      this._steps.hidden = true;
      this._buttons['show-steps'].setAttribute('aria-expanded', 'false');
      return;
    }
    const reply = await this._request('/api/v1/steps', { question: this._id, seed: this._seed });
    if (!reply) return;
    this._show(reply.steps, true);
    if (reply.curve) this._entry?.reveal(reply.curve);
    this._buttons['show-steps'].setAttribute('aria-expanded', 'true');
  }

  /** How the attempt at the assignment stands now, for whoever shows it. */
  _stand(reply) {
    if (!reply.assignment) return;
    this._form.dispatchEvent(new CustomEvent('secant:standing', { bubbles: true, detail: reply.assignment }));
  }

  _show(steps, all) {
    this._told = steps.length;
    this._allTold = all;
    this._steps.replaceChildren(...steps.map(stepItem));
    this._steps.hidden = false;
    attend(all ? this._steps : (this._steps.lastElementChild ?? this._steps));
    this._offer(this._form.dataset.verdict, this._slip);
  }

  /** Asks the server, and says what it says where that is no. */
  async _request(path, body) {
    const reply = await post(path, body);
    if (reply.ok) {
      this._stand(reply);
      return reply;
    }
    this._tell('unread', html('p', { class: 'complaint' }, ...complaint('', reply.error)));
    return null;
  }

  async _vary() {
    const reply = await this._request('/api/v1/question', { question: this._id, seed: this._seed, next: true });
    if (!reply) return;
    this._seed = reply.seed;
    this._form.dataset.seed = String(reply.seed);
    this._begin(reply);
  }

  _begin(variant) {
    if (this._own && variant.figure) this._draw(variant.figure);
    this._ask.replaceChildren(...prose(variant.ask));
    this._hints?.replaceChildren(...(variant.hints ?? []).map((hint) => html('li', { hidden: true }, ...prose(hint))));
    this._steps.hidden = true;
    this._steps.replaceChildren();
    this._told = 0;
    this._allTold = false;
    if (this._choices) {
      const labels = this._choices.querySelectorAll('label');
      variant.choices.forEach((choice, k) => {
        labels[k].querySelector('input').checked = false;
        labels[k].querySelector('input').setAttribute('aria-label', choice.text);
        labels[k].querySelector('span').replaceChildren(...prose(choice.html));
      });
    } else {
      this._reading.names = variant.names ?? this._reading.names;
      this._reading.shapes = variant.shapes ?? this._reading.shapes;
      this._input.value = this._draft() ?? '';
      this._input.removeAttribute('aria-invalid');
      this._entry?.renew(variant.draw ?? variant.cells, this._reading.names);
      this._reading.refresh();
    }
    this._attempts.replaceChildren();
    this._tell('');
    delete this._form.dataset.verdict;
    this._offer(undefined);
    this._attend();
  }

  /** A fresh question that only the slip gets wrong, below this one. */
  async _followUp() {
    const slip = this._slip;
    const seed = this._seed + this._attempts.childElementCount;
    const reply = await this._request('/api/v1/follow-up', { slip, seed });
    if (!reply) return;
    const { questionForm } = await import('./question-form.js');
    this._below?.remove();
    this._below = questionForm(reply, 'One more like this');
    this._form.after(this._below);
    new Question(this._below)._attend();
  }

  /** The question's own figure, of the variant that is asked. */
  async _draw(data) {
    const { ownFigure } = await import('./question-figure.js');
    try {
      this._figure = await ownFigure(this._own, data);
      this._follow?.();
    } catch (error) {
      // The still picture and the text stay.
      this._own.append(html('p', { class: 'notice', role: 'alert', text: `The figure does not move: ${error.message}.` }));
    }
  }

  /** The answer is what the figure is set to: the question's own, or that of the page. */
  _followFigure() {
    const read = () => {
      const figure = this._own ? this._figure : document.querySelector('#stage figure.figure')?.figure;
      if (!figure) return;
      const at = (name) => figure.params[figure.data.params.findIndex((p) => p.name === name)];
      const text = this._parameters.map((name) => `${name} = ${Number(at(name)?.toPrecision(6))}`).join(', ');
      if (this._input.value !== text) {
        this._input.value = text;
        say(this._form.querySelector('.reading'), text);
      }
    };
    this._follow = read;
    this._input.readOnly = true;
    this._reading.rest();
    for (const event of ['pointerup', 'keyup', 'input', 'focusin']) document.addEventListener(event, () => requestAnimationFrame(read));
    requestAnimationFrame(read);
  }
}

/** What is said about an answer: the verdict, sentences, the place, the example. */
function told(answer, reply) {
  const parts = [html('p', { class: 'verdict', text: title(reply.verdict) })];
  if (reply.feedback && reply.feedback !== title(reply.verdict)) parts.push(html('p', {}, ...words(reply.feedback)));
  if (reply.places?.length > 0) {
    parts.push(html('p', { class: 'yours' }, html('span', { class: 'unseen', text: 'Your answer, with the place in it: ' }), marked(answer, reply.places.map((p) => p.at))));
  }
  if (reply.parts?.length > 1 || reply.parts?.[0]?.message) {
    const rows = reply.parts.filter((part) => part.message || !RIGHT.has(part.verdict));
    if (rows.length > 0) {
      parts.push(
        html('ul', { class: 'parts' }, ...rows.map((part) => html('li', {}, ...words(`${part.name}: ${part.message || part.verdict}`)))),
      );
    }
  }
  if (reply.example) parts.push(example(reply.example));
  return parts;
}

/** The slip beside the rule. */
function example({ of, slip, rule, slip_mathml, rule_mathml }) {
  const row = (name, text, mathml) =>
    html('div', {}, html('dt', { text: name }), html('dd', {}, formula(mathml) ?? html('code', { text })));
  return html(
    'dl',
    { class: 'example', 'aria-label': `On something small: ${of}` },
    row('The slip gives', slip, slip_mathml),
    row('The rule gives', rule, rule_mathml),
  );
}

/** One step of a derivation. */
function stepItem(step) {
  // A sentence that says it all.
  if (!step.to && !step.to_mathml) return html('li', {}, html('span', { text: step.rule }));
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

function attend(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function title(verdict) {
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}.`;
}
