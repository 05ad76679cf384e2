// The sandpit: find the lowest point of a hidden floor by probing it.
//
// Here: a game from its first probe to what is told at its end, levels, links, scores.
// Not here: the pit. The server alone knows it, and tells nothing but what the probes said until a game is over.
// Start reading at `mount`; the board is `view/sandpit-board.js`. The tones, `view/sandpit-sound.js`, and what is shown after a
// game, `view/sandpit-ending.js`, are fetched when they are asked for.

import { post } from '../api.js';
import { formatNumber } from '../math/format.js';
import { steepness, way } from '../math/sandpit.js';
import { fresh, html, say, set } from '../view/dom.js';
import { Board } from '../view/sandpit-board.js';
import { button, count, fixed, head } from '../view/sandpit-words.js';

const ADDRESS = '/api/v1/sandpit';
const HELP =
  'Tap the sand to probe. With the keys: arrows move the stick by 0.1, with Shift by 1, Enter probes. ' +
  'The ring around the stick is how near you have to come.';

/** Hangs the game into its element. `options.lab`: which levels. */
export async function mount(element, options) {
  await dressed();
  const scores = await post(`${ADDRESS}/scores`, { lab: options.lab });
  if (!scores.ok) throw new Error(scores.error.message);
  await new Sandpit(element, options.lab, scores).open();
}

/** Its stylesheet, which lies beside this module, has been read. */
function dressed() {
  const link = html('link', { rel: 'stylesheet', href: new URL('sandpit.css', import.meta.url).href });
  document.head.append(link);
  return new Promise((done) => {
    link.addEventListener('load', done);
    link.addEventListener('error', done);
  });
}

class Sandpit {
  constructor(element, lab, scores) {
    this._lab = lab;
    this._levels = scores.levels;
    this._element = element;
    this._sound = null;
    this._game = null;
    this._told = null;
    this._busy = false;
    const help = fresh('pit-help');
    const name = fresh('pit-levels');

    this._choice = html('div', { class: 'pit-levels', role: 'group', 'aria-label': 'Level' });
    this._about = html('p', { class: 'pit-about' });
    this._canvas = html('div', { class: 'pit-canvas' });
    this._said = html('p', { class: 'pit-said', role: 'status' });
    this._tally = html('p', { class: 'pit-tally' });
    this._here = button('Probe here', () => this._probe(this._board.x, this._board.y), 'button');
    this._ear = button('Sound: off', () => this._listen());
    set(this._ear, 'aria-pressed', 'false');
    this._give = button('Give up', () => this._giveUp());
    this._fresh = button('New pit', () => this._choose(this._level));
    this._over = html('section', { class: 'pit-over', hidden: true, 'aria-label': 'After the game' });
    this._rows = html('tbody');
    this._list = html(
      'details',
      { class: 'pit-list' },
      html('summary', { text: 'The probes as a table' }),
      html(
        'div',
        { class: 'pit-scroll', tabindex: '0', role: 'region', 'aria-label': 'Probes' },
        html('table', { class: 'numbers' }, head(['probe', 'x', 'y', 'depth', 'falls to the', 'slope']), this._rows),
      ),
    );
    this._scores = html('section', { class: 'pit-scores', 'aria-label': 'Scores' });
    element.replaceChildren(
      this._choice,
      this._about,
      html(
        'div',
        { class: 'pit-play' },
        this._canvas,
        html(
          'div',
          { class: 'pit-side' },
          this._said,
          this._tally,
          html('div', { class: 'pit-actions' }, this._here, this._ear, this._give, this._fresh),
          html('p', { class: 'pit-help', id: help, text: HELP }),
          this._list,
        ),
      ),
      this._over,
      this._scores,
    );
    this._board = new Board(this._canvas, scores, (x, y) => this._probe(x, y), help);
    this._side = scores.side;
    for (const level of this._levels) {
      const choice = html('button', { type: 'button', 'data-level': level.id, 'aria-describedby': name });
      choice.addEventListener('click', () => this._choose(level));
      this._choice.append(choice);
    }
    this._about.id = name;
    element.pit = this; // for tests and the curious
  }

  /** What the address asks for: a game, a pit, or the first level. */
  async open() {
    const asked = new URLSearchParams(location.search);
    const level = this._levels.find(({ id }) => id === asked.get('level')) ?? this._levels[0];
    this._choose(level, false);
    if (asked.has('game')) await this._take(post(`${ADDRESS}/game`, { game: Number(asked.get('game')) }));
    else if (asked.has('seed')) await this._start(Number(asked.get('seed')));
  }

  get _playing() {
    return this._game && !this._game.over;
  }

  /** Another level, or another pit of this one; the pit itself is drawn when the first probe asks for it. */
  _choose(level, moveAddress = true) {
    this._level = level;
    this._game = null;
    this._told = null;
    if (moveAddress) history.replaceState(null, '', `?level=${level.id}`);
    this._show();
    say(this._said, 'The sand is smooth. Where do you push the stick in?');
  }

  /** Begins anew from the end of a game, with the stick in the hand. */
  async _again(begin) {
    await begin();
    this._board.stick.focus();
  }

  async _start(seed) {
    await this._take(post(`${ADDRESS}/start`, { level: this._level.id, seed }));
    if (!this._game) return;
    history.replaceState(null, '', `?level=${this._level.id}&seed=${this._game.seed}`);
  }

  async _probe(x, y) {
    if (this._busy || this._game?.over) return;
    this._busy = true;
    try {
      if (!this._game) await this._start(undefined);
      if (!this._playing) return;
      const before = this._game.probes.length;
      const reply = await this._take(post(`${ADDRESS}/probe`, { game: this._game.id, x, y }));
      if (!reply || this._game.probes.length <= before) return;
      const last = this._game.probes.at(-1);
      this._board.move(last.x, last.y);
      this._sound?.probe(last, this._side);
      if (this._game.over) {
        this._sound?.won();
        await this._ended();
      } else say(this._said, this._words(this._game.probes.length - 1));
    } finally {
      this._busy = false;
    }
  }

  async _giveUp() {
    if (!this._playing) return;
    if (!this._sure) {
      this._sure = true;
      say(this._give, 'Give up: sure?');
      say(this._said, 'Give up, and the floor is shown. Press once more if you are sure.');
      return;
    }
    if (await this._take(post(`${ADDRESS}/give-up`, { game: this._game.id }))) await this._ended();
  }

  async _listen() {
    if (!this._sound) {
      const { Sound } = await import('../view/sandpit-sound.js');
      this._sound = new Sound();
    }
    this._sound.switch(!this._sound.on);
    set(this._ear, 'aria-pressed', String(this._sound.on));
    say(this._ear, this._sound.on ? 'Sound: on' : 'Sound: off');
    const last = this._game?.probes.at(-1);
    if (last) this._sound.probe(last, this._side);
  }

  /** Takes a reply in; what the server refuses is said. */
  async _take(asked) {
    const reply = await asked;
    if (!reply.ok) {
      const { message, hint } = reply.error;
      say(this._said, `${message[0].toUpperCase()}${message.slice(1)}.${hint ? ` ${hint[0].toUpperCase()}${hint.slice(1)}.` : ''}`);
      return null;
    }
    this._game = reply.game;
    this._told = reply.told;
    this._level = this._levels.find(({ id }) => id === reply.game.level) ?? this._level;
    this._show();
    const last = reply.game.probes.length - 1;
    if (last >= 0 && !reply.told) say(this._said, this._words(last));
    if (reply.told && !this._busy) await this._tell(false);
    return reply;
  }

  /** A probe in words. */
  _words(k) {
    const { x, y, depth, arrow } = this._game.probes[k];
    const others = this._game.probes.slice(0, k).map((probe) => probe.depth);
    const falls = arrow ? this._falls(arrow) : '';
    const best = others.length > 0 && depth > Math.max(...others) ? ' The deepest so far.' : '';
    return `Probe ${k + 1} at (${formatNumber(x)}, ${formatNumber(y)}): depth ${fixed(depth)}.${falls}${best}`;
  }

  _falls(arrow) {
    const to = way(arrow);
    return to ? ` The floor falls to the ${to} with slope ${fixed(steepness(arrow))}.` : ' The floor is flat here.';
  }

  /** Everything but the end. */
  _show() {
    const { probes } = this._game ?? { probes: [] };
    for (const choice of this._choice.children) {
      const level = this._levels.find(({ id }) => id === choice.dataset.level);
      set(choice, 'aria-pressed', String(level === this._level));
      choice.replaceChildren(level.title, html('span', { text: level.best ? `best ${level.best.probes}` : 'not won yet' }));
    }
    this._element.classList.toggle('won', this._game?.over === 'won');
    say(this._about, this._level.about);
    const deepest = probes.length > 0 ? `, deepest ${fixed(Math.max(...probes.map(({ depth }) => depth)))}` : '';
    const pit = this._game ? ` · pit ${this._game.seed}${this._game.again ? ', seen before' : ''}` : '';
    say(this._tally, `${count(probes.length, 'probe')}${deepest}${pit}`);
    this._here.hidden = Boolean(this._game?.over);
    this._give.hidden = !this._playing;
    this._fresh.hidden = !this._game;
    this._sure = false;
    say(this._give, 'Give up');
    this._rows.replaceChildren(
      ...probes.map(({ x, y, depth, arrow }, k) => {
        const falls = arrow ? [way(arrow) ?? 'nowhere', fixed(steepness(arrow))] : ['–', '–'];
        return row([k + 1, formatNumber(x), formatNumber(y), fixed(depth), ...falls]);
      }),
    );
    this._board.show({ probes, told: this._told });
    if (!this._told) this._over.hidden = true;
    this._table();
  }

  /** The game has just ended: scores are asked for anew. */
  async _ended() {
    const scores = await post(`${ADDRESS}/scores`, { lab: this._lab });
    if (scores.ok) {
      this._levels = scores.levels;
      this._level = this._levels.find(({ id }) => id === this._game.level);
      this._show();
      if (this._levels.every(({ won }) => won > 0)) this._element.dispatchEvent(new CustomEvent('secant:done', { bubbles: true }));
    }
    history.replaceState(null, '', `?game=${this._game.id}`);
    await this._tell(true);
  }

  /** What is told when a game is over. */
  async _tell(slowly) {
    const { _game: game, _told: told } = this;
    const n = game.probes.length;
    const won = game.over === 'won';
    const record = won && !game.again && this._level.best?.game === game.id;
    const par = told.par === null ? '' : ` Par is ${told.par}.`;
    const title = won ? `Found, with ${count(n, 'probe')}.` : `Given up after ${count(n, 'probe')}.`;
    const best = record ? ' Your best on this level.' : '';
    say(this._said, `${title}${par}${best} The lowest point is at (${fixed(told.x)}, ${fixed(told.y)}), ${fixed(told.depth)} deep.`);
    const held = this._board.stick === document.activeElement || this._here === document.activeElement;
    const { Ending } = await import('../view/sandpit-ending.js');
    if (this._told !== told) return; // another game has begun
    const next = this._levels[this._levels.indexOf(this._level) + 1];
    const actions = [
      next && button(`Next level: ${next.title}`, () => this._again(() => this._choose(next)), 'button'),
      button('Another pit', () => this._again(() => this._choose(this._level)), next ? undefined : 'button'),
      button('This pit again', () => this._again(() => this._start(game.seed))),
    ];
    const sounds = (probe) => this._sound?.probe(probe, this._side);
    const ending = new Ending(title, game, told, this._board, sounds, actions.filter(Boolean));
    this._over.replaceChildren(...ending.parts);
    this._over.hidden = false;
    // What had the focus is gone; the eye stays on the board.
    if (slowly && held) this._over.firstChild.focus({ preventScroll: true });
    await Promise.all([this._board.unveil(told, slowly), ending.surface()]);
  }

  _table() {
    const { best, latest, title } = this._level;
    const lines = latest.map((score) => {
      const result = score.over === 'won' ? 'found' : score.over ?? 'under way';
      const link = html('a', {
        href: `${location.pathname}?game=${score.game}`,
        text: score.over ? 'replay' : 'go on',
        'aria-label': `${score.over ? 'Replay' : 'Go on with'} game ${score.game}`,
      });
      const note = score.game === best?.game ? ' (best)' : score.again ? ' (seen before)' : '';
      return html(
        'tr',
        {},
        html('td', { text: new Date(score.at).toLocaleDateString() }),
        html('td', { text: String(score.seed) }),
        html('td', { text: `${result}${note}` }),
        html('td', { text: String(score.probes) }),
        html('td', {}, link),
      );
    });
    const bestLine = best ? `Best: ${count(best.probes, 'probe')}, in pit ${best.seed}.` : 'Not won yet.';
    this._scores.replaceChildren(
      html('h3', { text: 'Score table' }),
      html('p', { text: `${title}. ${bestLine} A pit counts when you see it for the first time.` }),
      ...(lines.length > 0
        ? [
            html(
              'div',
              { class: 'pit-scroll', tabindex: '0', role: 'region', 'aria-label': 'Latest games' },
              html('table', { class: 'numbers' }, head(['begun', 'pit', 'result', 'probes', 'look']), html('tbody', {}, ...lines)),
            ),
          ]
        : []),
    );
  }
}

function row(cells) {
  return html('tr', {}, ...cells.map((cell) => html('td', { text: String(cell) })));
}
