// What is shown when a game in the sandpit is over: what one could have done, the methods, the replay, the floor as a surface.
//
// Here: all of that for one game. Not here: the map on the board (`sandpit-board.js`), what comes next (`plugins/sandpit.js`).
// Start reading at `Ending`.

import { calm, fresh, html, say, set } from './dom.js';
import { Figure } from './figure.js';
import { prepare } from './marks.js';
import { formula } from './mathml.js';
import { button, fixed, head } from './sandpit-words.js';

const BEAT = 650; // milliseconds between two probes of a replay

export class Ending {
  /** `told` is what the server tells, `sounds` sounds a probe, `actions` are the ways to go on. */
  constructor(title, game, told, board, sounds, actions) {
    this._game = game;
    this._told = told;
    this._board = board;
    this._sounds = sounds;
    const twin =
      `The floor as a surface, with your probes on it. It is lowest at (${fixed(told.x)}, ${fixed(told.y)}), ` +
      `${fixed(told.depth)} under the sand.`;
    this._figure = html(
      'figure',
      { class: 'figure' },
      html('div', { class: 'canvas', 'data-canvas': true }),
      html('figcaption', {}, html('p', { class: 'alt', id: fresh('pit-alt'), text: twin })),
    );
    /** The elements, in order. */
    this.parts = [
      html('h3', { tabindex: '-1', text: title }),
      html('p', { text: told.hindsight }),
      html('p', {
        class: 'soft',
        text: 'The map shows heights: the sand is at 0, and −2 is a depth of 2. The numbers beside your probes say their order.',
      }),
      html('div', { class: 'pit-actions' }, ...actions, this._follow()),
      this._replay(),
      html('div', { class: 'pit-results' }, html('div', {}, this._methods(), this._proof()), this._figure),
      this._formula(),
    ];
  }

  /** The floor as a surface that can be turned: a figure like every other. */
  async surface() {
    const { figure } = this._told;
    const panels = figure.panels.filter((panel) => panel.space);
    const elements = figure.elements.filter((element) => element.panel === panels[0].id);
    await prepare({ panels, elements });
    if (this._figure.isConnected) this._figure.figure = new Figure(this._figure, { ...figure, panels, elements });
  }

  _follow() {
    const { methods, par } = this._told;
    const best = methods.find((method) => method.won && method.probes === par);
    if (!best?.path) return null;
    const follow = button(`Show the way of ${best.name}`, () => {
      const shown = follow.getAttribute('aria-pressed') === 'true';
      set(follow, 'aria-pressed', String(!shown));
      this._board.follow(shown ? null : best.path);
    });
    set(follow, 'aria-pressed', 'false');
    return follow;
  }

  _methods() {
    const { _game: game, _told: told } = this;
    const you = { name: 'you', about: '', won: game.over === 'won', probes: game.probes.length };
    const lines = [...told.methods, you].sort((a, b) => (a.won === b.won ? a.probes - b.probes : a.won ? -1 : 1));
    const line = (one) =>
      html(
        'tr',
        { class: one === you ? 'you' : null },
        html('th', { scope: 'row' }, one.name, one.about ? html('small', { text: one.about }) : null),
        html('td', { text: one.won ? String(one.probes) : `${one.probes}, not found` }),
      );
    return html(
      'table',
      { class: 'numbers pit-methods' },
      html('caption', { text: 'How many probes it takes, seeing what you see. The best of the methods is par.' }),
      head(['method', 'probes']),
      html('tbody', {}, ...lines.map(line)),
    );
  }

  _proof() {
    const { x, y, boxes } = this._told.bounds;
    const between = ([low, high]) => `${low.toFixed(4)} and ${high.toFixed(4)}`;
    return html('p', {
      class: 'soft',
      text:
        `The lowest point lies between ${between(x)} in x, and between ${between(y)} in y. ` +
        `That is proven and not guessed: ${boxes} boxes were looked at, and no other can hold it.`,
    });
  }

  _formula() {
    const height = html('div', { class: 'pit-scroll', tabindex: '0', role: 'region', 'aria-label': 'Height of the floor' });
    const math = formula(this._told.mathml);
    if (math) height.append(math);
    return html('details', {}, html('summary', { text: 'The height of the floor, as a formula' }), height);
  }

  /** The probes one after the other, and the links. */
  _replay() {
    const { _game: game, _told: told } = this;
    const n = game.probes.length;
    const shown = html('output', { text: String(n) });
    const bar = html('input', { type: 'range', min: '0', max: String(n), value: String(n), 'aria-label': 'Probes shown' });
    const upto = (k) => {
      say(shown, String(k));
      this._board.show({ probes: game.probes.slice(0, k), told });
      if (k > 0) this._sounds(game.probes[k - 1]);
    };
    bar.addEventListener('input', () => upto(Number(bar.value)));
    let beat = 0;
    const play = button('Replay', () => {
      clearInterval(beat);
      let k = 0;
      const step = () => {
        if (!bar.isConnected || k > n) {
          clearInterval(beat);
          return;
        }
        bar.value = String(k);
        upto(k);
        k += 1;
      };
      step();
      beat = setInterval(step, calm() ? 2 * BEAT : BEAT);
    });
    const link = (text, query) => html('a', { href: `${location.pathname}${query}`, text });
    const pit = `?level=${game.level}&seed=${game.seed}`;
    return html(
      'div',
      { class: 'pit-replay' },
      html('div', { class: 'pit-bar' }, play, bar, html('span', {}, 'probe ', shown, ` of ${n}`)),
      html('p', { class: 'soft' }, 'Links: ', link('this replay', `?game=${game.id}`), ' · ', link('the same pit, to dare somebody', pit)),
    );
  }
}
