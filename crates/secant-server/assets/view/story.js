// The narration beside the figure: which scene is being told, and its live numbers.

import { fillSlots, relax, slotsIn } from './figure.js';
import { calm } from './dom.js';

/** The scenes of a lesson as they stand in the page. */
export class Story {
  /** @param {Element} root holds the `.scene` sections @param {(scene: number) => void} reached the reader has scrolled there */
  constructor(root, reached) {
    this.sections = [...root.querySelectorAll('.scene')];
    this._slots = this.sections.map(slotsIn);
    this._current = -1;
    this._reached = reached;
    this._follow();
  }

  /** Marks the scene that is told now. */
  mark(scene) {
    if (scene === this._current) return;
    this._current = scene;
    this.sections.forEach((section, k) => {
      section.classList.toggle('now', k === scene);
      if (k === scene) section.setAttribute('aria-current', 'step');
      else section.removeAttribute('aria-current');
    });
  }

  /** Live numbers in the scene that is told. */
  live(values) {
    if (this._current < 0) return;
    const slots = this._slots[this._current];
    fillSlots(slots, values, true);
    clearTimeout(this._resting);
    this._resting = setTimeout(relax, 500, slots);
  }

  /** The numbers of one scene at rest. */
  rest(scene, values) {
    fillSlots(this._slots[scene], values);
  }

  /** Brings a scene to where it is read, unless it is there. */
  bring(scene) {
    const section = this.sections[scene];
    if (!section) return;
    const box = section.getBoundingClientRect();
    const line = readingLine();
    if (box.top <= line && box.bottom >= line) return;
    this._quiet = performance.now() + 900; // this scrolling is ours
    scrollTo({ top: scrollY + box.top - line + 24, behavior: calm() ? 'auto' : 'smooth' });
  }

  /** Watches which scene crosses the reading line while the reader scrolls. */
  _follow() {
    let asked = false;
    addEventListener(
      'scroll',
      () => {
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          if (performance.now() < (this._quiet ?? 0)) return;
          const line = readingLine();
          const scene = this.sections.findIndex((section) => {
            const box = section.getBoundingClientRect();
            return box.top <= line && box.bottom > line;
          });
          if (scene >= 0 && scene !== this._current) this._reached(scene);
        });
      },
      { passive: true },
    );
  }
}

/** The height at which people read: lower where the figure covers the top. */
function readingLine() {
  const wide = matchMedia('(min-width: 60rem)').matches;
  return innerHeight * (wide ? 0.5 : 0.7);
}
