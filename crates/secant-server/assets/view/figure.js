// A figure that moves: the compiled figure of the server, drawn, held and spoken.
//
// Here: parameters, the frame that recomputes and redraws, live numbers, the text twin.
// Not here: time (`player.js`), the kinds of marks (`marks.js`), arithmetic (`math/`).
// Invariant: everything on the screen and every spoken number belongs to the same `params`.
// Start reading at `Figure.changed`.

import { formatNumber, speakNumber } from '../math/format.js';
import { Program } from '../math/program.js';
import { Inputs } from '../math/trace.js';
import { html, say } from './dom.js';
import { Handle } from './handle.js';
import { cursorFor, mark, panelFor } from './marks.js';
import { Panel } from './panel.js';

const SETTLED = 900; // milliseconds of rest before the twin is spoken
const STILL = 140; // and before what was drawn coarsely is drawn finely

/** A live figure in its `<figure>`. */
export class Figure {
  /** @param {HTMLElement} element the `figure.figure` of the page @param {object} data the compiled figure */
  constructor(element, data) {
    this.element = element;
    this._canvas = element.querySelector('[data-canvas]');
    /** Called when the reader takes hold, when they let go, and after every frame that changed a number. */
    this.onTake = () => {};
    this.onRelease = () => {};
    this.onFrame = () => {};
    /** Called when other elements are shown. */
    this.onShow = () => {};
    /** Milliseconds the last frame took, and the sum and count since the page opened. */
    this.work = { last: 0, total: 0, frames: 0 };
    this._frame = () => this._draw();
    this._speech = html('p', { class: 'unseen', role: 'status' });
    element.append(this._speech);
    this.load(data);
    this._watch = new ResizeObserver(() => {
      let resized = false;
      for (const panel of this.panels) resized = panel.resize() || resized;
      if (resized) this._draw();
    });
    this._watch.observe(this._canvas);
  }

  /** Takes a compiled figure in, the first or one about another function. Parameters of the same name keep their value. */
  load(data) {
    const state = new Program(data.state);
    const kept = new Map((this.data?.params ?? []).map((p, k) => [p.name, this.params[k]]));
    const shown = this._shown;
    const stage = html('div', { class: 'panels' });
    this._canvas.append(stage);
    const panels = data.panels.map((panel) => panelFor(stage, panel, Panel));
    const tables = html('div', { class: 'tables' });
    let marks;
    try {
      marks = data.elements.map((element) => {
        const panel = panels.find((p) => p.id === element.panel) ?? panels[0];
        return { id: element.id, mark: mark(element, element.kind === 'table' ? tables : panel), on: true };
      });
    } catch (error) {
      stage.remove(); // the figure that was there stays whole
      throw error;
    }
    for (const old of [...this._canvas.children]) if (old !== stage) old.remove();
    this.element.querySelector('.tables')?.remove();
    if (tables.firstChild) this._canvas.after(tables);

    this.data = data;
    this.panels = panels;
    this._marks = marks.filter((m) => m.mark);
    this._state = state;
    this._inputs = new Inputs(data, state);
    this.values = new Float64Array(state.outputs);
    this._trial = new Float64Array(state.outputs);
    this.params = Float64Array.from(data.params, (p) => clampTo(p, kept.get(p.name) ?? p.value));
    for (const panel of panels) panel.join?.(this);
    this._cursors = panels.map((panel) => cursorFor(panel, this._marks)).filter(Boolean);
    this._refines = this._marks.some((m) => m.mark.refines);
    this._told = new Map([...this.element.querySelectorAll('[data-told]')].map((span) => [span.dataset.told, span]));
    for (const panel of panels) {
      panel.svg.setAttribute('role', 'group');
      panel.svg.setAttribute('aria-label', data.title ?? 'Figure');
      const twin = this.element.querySelector('.alt');
      if (twin?.id) panel.svg.setAttribute('aria-describedby', twin.id);
    }
    this._handles = this._marks
      .filter((m) => m.mark.movable)
      .map((m) => ({ handle: new Handle(this, m.mark) }));
    this.element.classList.toggle('untouched', !this._touched && this._handles.length > 0);
    this._slots = slotsIn(this.element);
    if (shown) this.show(shown);
    this._draw();
  }

  /** The numbers at other parameters, without moving the figure. The array is reused. */
  valuesAt(params) {
    return this._state.at(this._inputs.trial(params), this._trial);
  }

  /** Shows these elements and no others, and only the panels in which there are some. */
  show(ids) {
    this._shown = ids;
    const visible = new Set(ids);
    for (const entry of this._marks) {
      entry.on = visible.has(entry.id);
      entry.mark.show(entry.on);
    }
    // A number named like an element belongs to it.
    const named = new Set(this._marks.map((entry) => entry.id));
    for (const slot of this.element.querySelectorAll('output[data-value]')) {
      const { value } = slot.dataset;
      slot.parentElement.parentElement.hidden = named.has(value) && !visible.has(value);
    }
    const used = this.panels.filter((panel) => this._marks.some((entry) => entry.on && entry.mark.panel === panel));
    for (const panel of this.panels) panel.show(used.length === 0 ? panel === this.panels[0] : used.includes(panel));
    for (const panel of this.panels) panel.resize();
    this.onShow();
    this.changed();
  }

  /** Which parameters move something that is shown: one boolean per parameter. */
  get moving() {
    const outputs = [];
    const moving = [...this._inputs.values].map(() => false);
    for (const { id, mark: m, on } of this._marks) {
      if (!on) continue;
      outputs.push(...outputsOf(this.data.elements.find((element) => element.id === id)));
      m.uses?.forEach((used, k) => (moving[k] ||= used));
    }
    this._state.usedBy(outputs).forEach((used, k) => (moving[k] ||= used));
    return this._inputs.parameters(moving);
  }

  /** The panel of that name. */
  panel(id) {
    return this.panels.find((p) => p.id === id);
  }

  /** The reader takes hold. */
  take() {
    this._touched = true;
    this.element.classList.remove('untouched');
    this.onTake();
  }

  /** The reader lets go. `spoken`: the slider has already said the new value. */
  release(spoken = false) {
    if (!spoken) this.announce();
    this.onRelease();
  }

  /** Of the points that lie one over the other, the one that is meant. */
  nearest({ clientX, clientY }, touched) {
    let best = touched;
    let near = touched.distance(clientX, clientY) - 3; // in doubt, the one on top
    for (const { handle } of this._handles) {
      const distance = handle.distance(clientX, clientY);
      if (distance < near) {
        best = handle;
        near = distance;
      }
    }
    return best;
  }

  /** `params` were changed: the next frame shows it. */
  changed() {
    if (this._asked) return;
    this._asked = requestAnimationFrame(this._frame);
  }

  /** A handle that wants to pull its point in the next frame. */
  before(handle) {
    this._pulling = handle;
    this.changed();
  }

  /** Speaks the numbers once they have come to rest. */
  announce() {
    clearTimeout(this._resting);
    this._resting = setTimeout(() => {
      const words = (this.data.values ?? []).map(
        ({ label, output, digits }) => `${label} ${speakNumber(this.values[output], digits)}`,
      );
      say(this._speech, words.join(', '));
    }, SETTLED);
  }

  /** Nothing has moved for a while: the text twin is told anew, and what is coarse is drawn finely. */
  _rest() {
    this._rested = true;
    this.changed();
    for (const { id, mark: m, on } of this._marks) {
      const span = this._told.get(id);
      if (!span || !m.tell) continue;
      span.hidden = !on;
      if (on) say(span, ` ${m.tell()}`);
    }
  }

  _draw() {
    const begun = performance.now();
    const pulling = this._pulling;
    this._pulling = null;
    pulling?.pull();
    if (this._asked) cancelAnimationFrame(this._asked);
    this._asked = 0;
    const fine = this._rested;
    this._rested = false;
    this._inputs.take(this.params, this.values);
    for (const panel of this.panels) panel.face(this.params);
    for (const { mark: m, on } of this._marks) if (on) m.move(this.values, this._inputs.values, fine);
    for (const cursor of this._cursors) cursor.move();
    clearTimeout(this._stilling);
    if (!fine && (this._refines || this._told.size > 0)) this._stilling = setTimeout(() => this._rest(), STILL);
    for (const { handle } of this._handles) handle.describe();
    fillSlots(this._slots, this.values);
    this.onFrame();
    const took = performance.now() - begun;
    this.work.last = took;
    this.work.total += took;
    this.work.frames += 1;
  }
}

/** The outputs of the state program that an element stands on. */
function outputsOf({ x, y, z, from, to, start, steps, cells, layers, weights }) {
  return [x, y, z, from, to, start, steps, cells, layers, weights].flat(3).filter(Number.isInteger);
}

/** The live numbers inside an element: `<output data-output="12" data-digits="3">`. */
export function slotsIn(element) {
  return [...element.querySelectorAll('output[data-output]')].map((slot) => {
    slot.setAttribute('aria-live', 'off'); // they change sixty times a second; the twin speaks for them
    return { slot, output: Number(slot.dataset.output), digits: Number(slot.dataset.digits ?? 3), widest: 0 };
  });
}

/** Writes the numbers into their slots. A slot grows and does not shrink until `relax`, so that the text beside it stands still. */
export function fillSlots(slots, values, moving = false) {
  for (const entry of slots) {
    const text = formatNumber(values[entry.output], entry.digits);
    if (entry.text === text) continue;
    entry.text = text;
    entry.slot.textContent = text;
    if (moving && text.length > entry.widest) {
      entry.widest = text.length;
      entry.slot.style.minWidth = `${text.length * 0.5}em`;
    }
  }
}

/** Lets the slots be as narrow as their numbers again, once these have come to rest. */
export function relax(slots) {
  for (const entry of slots) {
    entry.slot.style.minWidth = '';
    entry.widest = 0;
  }
}

function clampTo({ min, max }, value) {
  return Math.min(max, Math.max(min, value));
}
