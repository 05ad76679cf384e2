// A network that learns a curve by the formulas of the page: the curve taking shape, the cost falling.
//
// Here: the two pictures, the buttons, which formulas there are and how good each is, the loop of small runs.
// Not here: the training (the server does it, `/api/v1/training`), marking the formulas (`view/question.js`).
// Start reading at `mount`.

import { post } from '../api.js';
import { formatNumber } from '../math/format.js';
import { fresh, html, say, svg } from '../view/dom.js';
import { Panel } from '../view/panel.js';
import { disc } from '../view/paths.js';

const STEPS = 100; // of one request
const FRAMES = 4; // pictures of one request
const PAUSE = 40; // milliseconds between pictures
const MOST = 60000; // steps after which it rests
const TOLD = 2000; // steps between two spoken lines
const AGREES = 1e-6;

/** Hangs the training into its element. */
export function mount(element, options) {
  new Training(element, options);
}

class Training {
  constructor(element, options) {
    this._element = element;
    this._part = element.closest('[data-part]').dataset.part;
    this._goal = Number(options.goal ?? 0.003);
    this._seed = 1;
    this._asked = options.ask.split(',').map((line) => {
      const [name, question] = line.trim().split(' from ').map((word) => word.trim());
      return { name, form: document.querySelector(`form.question[data-question="${this._part}/${question}"]`) };
    });
    this._build(options);
    this._anew();
    for (const { form } of this._asked) form?.addEventListener('input', () => this._changed());
    new MutationObserver(() => this._changed()).observe(document.querySelector('main') ?? document.body, {
      subtree: true,
      attributes: true,
      attributeFilter: ['data-verdict'],
    });
    document.addEventListener('visibilitychange', () => document.hidden && this._rest());
  }

  _build(options) {
    const plane = html('div', { class: 'canvas' });
    const falling = html('div', { class: 'canvas' });
    const rate = fresh('rate');
    this._rate = html('input', { id: rate, type: 'range', class: 'bar', min: '-2', max: '2', step: '0.05', value: String(Math.log10(Number(options.rate ?? 1))) });
    this._rateValue = html('span', { class: 'value', 'aria-hidden': 'true' });
    this._rate.addEventListener('input', () => this._showRate());
    this._go = html('button', { type: 'button', class: 'button', text: 'Train' });
    this._go.addEventListener('click', () => (this._running ? this._rest() : this._train()));
    const again = html('button', { type: 'button', class: 'button quiet', text: 'Other first weights' });
    again.addEventListener('click', () => {
      this._seed += 1;
      this._anew();
    });
    this._list = html('ul', { class: 'formulas' }, ...this._asked.map(({ name }) => html('li', {}, html('code', { text: name }), ' ', html('span', {}))));
    this._told = html('p', { class: 'told', role: 'status' });
    this._rows = html('tbody');
    const head = ['step', 'cost'].map((text) => html('th', { scope: 'col', text }));
    const numbers = html('details', {}, html('summary', { text: 'The numbers' }), html('table', { class: 'numbers' }, html('thead', {}, html('tr', {}, ...head)), this._rows));
    this._element.replaceChildren(
      html(
        'section',
        { class: 'training', 'aria-label': 'Training by your formulas' },
        html('div', { class: 'pictures', 'aria-hidden': 'true' }, plane, falling),
        html('div', { class: 'actions' }, this._go, again),
        html('div', { class: 'slider' }, html('label', { for: rate, text: 'step size' }), html('div', { class: 'scrub' }, this._rate), this._rateValue),
        this._told,
        html('h3', { text: 'The slopes in use' }),
        this._list,
        numbers,
      ),
    );
    this._plane = new Panel(plane, { id: 'plane', x: [0, 1], y: [0, 1], equal: true, xlabel: 'first output', ylabel: 'second output' });
    this._falling = new Panel(falling, { id: 'cost', x: [0, 1000], y: [-4, 0], xlabel: 'steps', ylabel: 'log₁₀ of the cost' });
    this._dots = this._plane.marks.appendChild(svg('path', { class: 'dots second' }));
    this._curve = this._plane.marks.appendChild(svg('path', { class: 'curve main' }));
    this._cost = this._falling.marks.appendChild(svg('path', { class: 'curve main' }));
    new ResizeObserver(() => {
      this._plane.resize();
      this._falling.resize();
      this._draw();
    }).observe(this._element);
    this._showRate();
  }

  _showRate() {
    const text = formatNumber(10 ** Number(this._rate.value), 2);
    say(this._rateValue, text);
    this._rate.setAttribute('aria-valuetext', text);
    this._rate.parentElement.style.setProperty('--at', `${(100 * (Number(this._rate.value) + 2)) / 4}%`);
  }

  /** First weights of this seed, and no step done. */
  async _anew() {
    this._rest();
    this._weights = undefined;
    this._steps = 0;
    this._costs = [];
    this._outputs = null;
    this._off = {};
    this._spoken = 0;
    this._finished = false;
    await this._ask(0);
  }

  /** The text of a formula, and whether it was marked right. */
  _formula({ form }) {
    const text = form?.querySelector('[name=answer]')?.value ?? '';
    return { text, right: (form?.dataset.verdict ?? '').startsWith('right') };
  }

  _changed() {
    clearTimeout(this._later);
    this._later = setTimeout(() => {
      if (!this._running) this._ask(0);
    }, 400);
  }

  /** So many steps from where it is; false when it cannot go on. */
  async _ask(steps) {
    const formulas = Object.fromEntries(this._asked.map((asked) => [asked.name, this._formula(asked).text]));
    const turn = (this._turn = (this._turn ?? 0) + 1);
    const reply = await post('/api/v1/training', {
      part: this._part,
      formulas,
      weights: this._weights,
      seed: this._seed,
      rate: 10 ** Number(this._rate.value),
      steps,
      frames: FRAMES,
    });
    if (turn !== this._turn) return false; // something newer was asked
    if (!reply.ok) {
      say(this._told, `This does not go on: ${reply.error.message}.`);
      return false;
    }
    this._targets = reply.targets;
    this._refused = reply.refused;
    if (reply.off && Object.keys(reply.off).length > 0) this._off = reply.off;
    this._list_();
    if (reply.refused.length > 0) {
      this._go.disabled = true;
      const waiting = reply.refused.map(({ name }) => name).filter(Boolean);
      say(this._told, `Waiting for ${waiting.join(', ')}: answer the questions above, and they train the network here.`);
      this._draw();
      return false;
    }
    this._go.disabled = false;
    if (steps === 0) {
      this._keep(reply.frames[0], 0);
      this._weights = reply.weights;
      this._draw();
      this._report();
      return true;
    }
    for (const frame of reply.frames.slice(1)) {
      this._keep(frame, this._steps + frame.step);
      this._draw();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this._steps += steps;
    this._weights = reply.weights;
    if (reply.finite) return true;
    this._report('The numbers have run away to infinity: the steps are too large for these slopes. Try other first weights and a smaller step size.');
    this._weights = undefined;
    return false;
  }

  _keep(frame, step) {
    if (!frame) return;
    this._outputs = frame.outputs;
    if (this._costs.at(-1)?.[0] === step) this._costs.pop();
    this._costs.push([step, frame.cost]);
    if (this._costs.length > 4000) this._costs = this._costs.filter((_, k) => k % 2 === 0);
  }

  async _train() {
    this._running = true;
    say(this._go, 'Pause');
    while (this._running && (await this._ask(STEPS))) {
      if (this._steps >= this._spoken + TOLD) {
        this._spoken = this._steps;
        this._report();
      }
      const cost = this._costs.at(-1)?.[1];
      if (!this._finished && cost < this._goal && this._asked.every((asked) => this._formula(asked).right)) {
        this._finished = true;
        this._report(`Learned by your formulas: the cost is below ${formatNumber(this._goal)}. It may go on.`);
        this._element.dispatchEvent(new CustomEvent('secant:done', { bubbles: true }));
      }
      if (this._steps >= MOST) {
        this._report(`${MOST} steps are enough for one sitting.`);
        break;
      }
    }
    this._rest();
  }

  _rest() {
    if (!this._running) return;
    this._running = false;
    say(this._go, 'Train');
  }

  /** Says where the training stands. */
  _report(sentence) {
    const cost = this._costs.at(-1)?.[1];
    if (cost === undefined) return;
    const apart = formatNumber(Math.sqrt(cost), 2);
    const where = `After ${this._steps} steps the cost is ${formatNumber(cost)}: a point of the curve is about ${apart} away from where it should be.`;
    say(this._told, sentence ? `${sentence} ${where}` : where);
    const last = this._costs.slice(-8);
    this._rows.replaceChildren(...last.map(([step, value]) => html('tr', {}, html('td', { text: String(step) }), html('td', { text: formatNumber(value) }))));
  }

  /** What is known of each formula. */
  _list_() {
    this._asked.forEach((asked, k) => {
      const { text, right } = this._formula(asked);
      const refused = this._refused.find(({ name }) => name === asked.name);
      const off = this._off[asked.name];
      const words = () => {
        if (text.trim() === '') return 'not there yet';
        if (refused) return `cannot be used: ${refused.message}`;
        if (off > AGREES) return `trains, but misses the true slope by ${formatNumber(100 * off, 2)} %`;
        return right ? 'yours, and right' : 'yours, not checked yet';
      };
      const item = this._list.children[k];
      item.dataset.state = right && !(off > AGREES) ? 'right' : refused || text.trim() === '' ? 'waiting' : 'own';
      say(item.lastChild, words());
    });
  }

  _draw() {
    const { _plane: plane, _falling: falling } = this;
    if (this._targets) {
      const n = this._targets.length / 2;
      let dots = '';
      for (let k = 0; k < n; k += 1) dots += disc(plane.toX(this._targets[k]), plane.toY(this._targets[n + k]), 3);
      this._dots.setAttribute('d', dots);
    }
    if (this._outputs) {
      const n = this._outputs.length / 2;
      const places = Array.from({ length: n }, (_, k) => `${plane.toX(this._outputs[k]).toFixed(1)} ${plane.toY(this._outputs[n + k]).toFixed(1)}`);
      this._curve.setAttribute('d', `M${places.join('L')}`);
    } else this._curve.setAttribute('d', '');
    const steps = Math.max(1000, this._costs.at(-1)?.[0] ?? 0);
    if (falling.view.x[1] < steps || steps === 1000) falling.look([0, steps === 1000 ? 1000 : steps * 1.4], [-4, 0]);
    const line = this._costs.map(([step, cost]) => `${falling.toX(step).toFixed(1)} ${falling.toY(Math.log10(Math.max(cost, 1e-9))).toFixed(1)}`);
    this._cost.setAttribute('d', line.length > 1 ? `M${line.join('L')}` : '');
  }
}
