// A graph drawn by hand: with a pointer or a finger, or with the keys, column by column.
//
// Here: the panel, the strokes, the keys, what is said of them, the right curve over the drawing.
// Not here: heights and their text (`math/strokes.js`), marking (the server).
// Start reading at `Drawing`.

import { speakNumber } from '../math/format.js';
import { Strokes, columnsAt } from '../math/strokes.js';
import { fresh, html, say, set, svg } from './dom.js';
import { Panel, place } from './panel.js';

const PARTS = 40; // steps from the lowest height to the highest, by key
const FAR = 4; // times as far with the shift key

/** The drawing whose heights stand as text in `input`. */
export class Drawing {
  /** @param {HTMLElement} host @param {HTMLInputElement} input @param {object} canvas names, x, y, places */
  constructor(host, input, canvas) {
    this._host = host;
    this._input = input;
    this._at = Math.floor(canvas.places / 2);
    this._canvas = html('div', { class: 'canvas' });
    this._speech = html('p', { class: 'unseen', role: 'status' });
    this._hint = html('p', { class: 'note', id: fresh('draw'), text: 'Draw with the pointer or a finger. By key: left and right choose a place, up and down its height, Delete takes it away.' });
    this._undo = html('button', { type: 'button', class: 'undo', text: 'Undo', disabled: true });
    this._clear = html('button', { type: 'button', class: 'clear', text: 'Clear', disabled: true });
    this._undo.addEventListener('click', () => this._back());
    this._clear.addEventListener('click', () => this._wipe());
    host.classList.add('drawing');
    host.replaceChildren(this._canvas, html('div', { class: 'tools' }, this._undo, this._clear), this._hint, this._speech);
    this.renew(canvas);
    input.addEventListener('input', () => this._own || this.take());
    new ResizeObserver(() => this._panel.resize() && this._draw()).observe(this._canvas);
  }

  /** Another variant: another window, nothing drawn. */
  renew(canvas) {
    this.canvas = canvas;
    this.strokes = new Strokes(canvas.x, canvas.y, canvas.places);
    this._canvas.replaceChildren();
    this._panel = new Panel(this._canvas, { id: 'drawing', x: canvas.x, y: canvas.y, xlabel: canvas.names[0], ylabel: canvas.names[1] });
    this._wrong = svg('g', { class: 'wrong-places' });
    this._right = svg('path', { class: 'curve main' });
    this._line = svg('path', { class: 'curve second', 'data-id': 'drawn' });
    this._ground = svg('rect', { class: 'ground' });
    this._cross = svg('line', { class: 'cross' });
    this._dot = svg('circle', { class: 'dot', r: 5 });
    this._handle = svg('g', { class: 'column second', tabindex: '0', role: 'slider', 'aria-label': 'Your curve', 'aria-orientation': 'vertical', 'aria-describedby': this._hint.id }, this._cross, this._dot);
    this._panel.marks.append(this._wrong, this._right, this._line);
    this._panel.over.append(this._ground, this._handle);
    this._panel.svg.setAttribute('role', 'group');
    this._panel.svg.setAttribute('aria-label', `Draw here: ${canvas.names[0]} from ${speakNumber(canvas.x[0])} to ${speakNumber(canvas.x[1])}, heights from ${speakNumber(canvas.y[0])} to ${speakNumber(canvas.y[1])}`);
    this._handle.addEventListener('keydown', (event) => this._key(event));
    this._pointer(this._ground);
    this._at = Math.floor(canvas.places / 2);
    this.take();
  }

  focus() {
    this._handle.focus();
  }

  /** The text was typed, or put back: the picture follows. */
  take() {
    const text = this._input.value;
    if (text.trim() === '') this.strokes.heights = new Array(this.canvas.places).fill(null);
    else if (!this.strokes.read(text)) return;
    this._at = Math.min(this._at, this.strokes.columns - 1);
    this.plain();
  }

  /** No marks of an earlier answer. */
  plain() {
    this._curve = null;
    this._stretches = [];
    this._draw();
  }

  /** The right curve over the drawing. */
  reveal(curve) {
    this._curve = new Strokes(this.canvas.x, this.canvas.y, curve.length);
    this._curve.heights = curve;
    this._draw();
    say(this._speech, 'The right curve is drawn over yours.');
  }

  /** The stretches that were wrong; `parts` name them in characters of the answer. */
  mark(answer, parts) {
    this._stretches = parts.filter((part) => part.at).map((part) => columnsAt(answer, part.at));
    this._draw();
  }

  _changed() {
    this._own = true;
    this._input.value = this.strokes.text;
    this._input.dispatchEvent(new Event('input', { bubbles: true }));
    this._own = false;
    this._stretches = [];
    this._draw();
  }

  _draw() {
    const { _panel: panel, strokes } = this;
    const path = (lines) =>
      lines
        .map((line) => {
          const [first, ...rest] = line.map(([x, y]) => `${panel.toX(x).toFixed(1)} ${panel.toY(y).toFixed(1)}`);
          return `M${first}${rest.length > 0 ? rest.map((p) => `L${p}`).join('') : 'h0.1'}`;
        })
        .join('');
    set(this._line, 'd', path(strokes.lines));
    set(this._right, 'd', this._curve ? path(this._curve.lines) : '');
    const { left, right, top, bottom } = panel;
    place(this._ground, { x: left, y: top, width: right - left, height: bottom - top });
    this._wrong.replaceChildren(
      ...this._stretches.map(([from, to]) => {
        const half = (strokes.place(1) - strokes.place(0)) / 2;
        const [a, b] = [panel.toX(strokes.place(from) - half), panel.toX(strokes.place(to) + half)];
        return svg('rect', { x: a, y: top, width: b - a, height: bottom - top });
      }),
    );
    const height = strokes.heights[this._at];
    const x = panel.toX(strokes.place(this._at));
    place(this._cross, { x1: x, x2: x, y1: top, y2: bottom });
    place(this._dot, { cx: x, cy: panel.toY(height ?? Math.min(panel.data.y[1], Math.max(panel.data.y[0], 0))) });
    this._dot.classList.toggle('empty', height === null);
    set(this._handle, 'aria-valuemin', String(this.canvas.y[0]));
    set(this._handle, 'aria-valuemax', String(this.canvas.y[1]));
    set(this._handle, 'aria-valuenow', String(height ?? 0));
    const at = `${this.canvas.names[0]} = ${speakNumber(strokes.place(this._at))}`;
    set(this._handle, 'aria-valuetext', height === null ? `${at}: nothing drawn` : `${at}: height ${speakNumber(height)}`);
    this._undo.disabled = !strokes.canUndo;
    this._clear.disabled = strokes.drawn === 0;
  }

  _back() {
    if (!this.strokes.undo()) return;
    this._keyed = undefined;
    this._changed();
    say(this._speech, `Undone. ${this.strokes.drawn} of ${this.strokes.columns} places are drawn.`);
    if (this._undo.disabled) this.focus();
  }

  _wipe() {
    this.strokes.begin();
    this._keyed = undefined;
    this.strokes.heights.fill(null);
    this._changed();
    say(this._speech, 'Nothing is drawn now.');
    this.focus();
  }

  _pointer(ground) {
    const point = (event) => {
      const box = this._panel.svg.getBoundingClientRect();
      return { x: this._panel.fromX(event.clientX - box.left), y: this._panel.fromY(event.clientY - box.top) };
    };
    let last = null;
    ground.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      ground.setPointerCapture(event.pointerId);
      this.strokes.begin();
      last = point(event);
      this.strokes.stroke(last, last);
      this._at = this.strokes.column(last.x);
      this._draw();
      event.preventDefault();
    });
    ground.addEventListener('pointermove', (event) => {
      if (!last) return;
      // Every place the finger was at, also between two frames.
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const one of passed.length > 0 ? passed : [event]) {
        const next = point(one);
        this.strokes.stroke(last, next);
        last = next;
      }
      this._at = this.strokes.column(last.x);
      this._draw();
    });
    const end = () => {
      if (!last) return;
      last = null;
      this._keyed = undefined;
      this._changed();
      say(this._speech, `${this.strokes.drawn} of ${this.strokes.columns} places are drawn.`);
    };
    ground.addEventListener('pointerup', end);
    ground.addEventListener('pointercancel', end);
  }

  _key(event) {
    if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== 'z')) return;
    const { strokes } = this;
    const far = event.shiftKey ? FAR : 1;
    const across = { ArrowLeft: -far, ArrowRight: far, PageUp: -8, PageDown: 8, Home: -strokes.columns, End: strokes.columns }[event.key];
    const up = { ArrowUp: far, ArrowDown: -far }[event.key];
    if (across !== undefined) {
      this._at = Math.min(strokes.columns - 1, Math.max(0, this._at + across));
      this._draw();
    } else if (up !== undefined) {
      if (this._keyed !== this._at) {
        // Between one place that is set by key and the next runs a straight line, where nothing was drawn before.
        strokes.begin();
        this._from = this._keyed !== undefined && strokes.empty(this._keyed, this._at) ? this._keyed : undefined;
        this._keyed = this._at;
      }
      const near = strokes.near(this._at);
      const [low, high] = this.canvas.y;
      const now = strokes.heights[this._at] ?? (near < 0 ? Math.min(high, Math.max(low, 0)) : strokes.heights[near]);
      strokes.set(this._at, now + (up * (high - low)) / PARTS);
      if (this._from !== undefined) strokes.join(this._from, this._at);
      this._changed();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      strokes.begin();
      strokes.set(this._at, null);
      this._keyed = undefined;
      this._changed();
    } else if (event.key === 'z' && event.ctrlKey) {
      this._back();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
