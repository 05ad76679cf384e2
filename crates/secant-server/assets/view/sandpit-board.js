// The board of the sandpit: the square of sand, the stick, a mark for every probe, and the floor once the game is over.
//
// Here: drawing, and the pointer and keys that move the stick.
// Not here: the game (`plugins/sandpit.js`), the plane and the level lines (those of the figures).
// Start reading at `Board.show`.

import { ease } from '../math/ease.js';
import { formatNumber, speakNumber } from '../math/format.js';
import { decimals, rank, reach, steepness } from '../math/sandpit.js';
import { snap } from '../math/ticks.js';
import { calm, fresh, say, set, svg } from './dom.js';
import { mark, prepare, round } from './marks.js';
import { Panel, place, pool } from './panel.js';

const STEP = 0.1;
const FAR = 1; // with the shift key
const SMALL = 6.5; // radius of the mark of the shallowest probe, in pixels
const LARGE = 13; // and of the deepest
const LONG = 52; // pixels of the longest arrow there could be
const UNVEIL = 1500; // milliseconds until the sand is gone
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Board {
  /** @param {HTMLElement} host @param {{side: number, near: number}} rules @param {(x: number, y: number) => void} probe */
  constructor(host, { side, near }, probe, help) {
    this._side = side;
    this._near = near;
    this._probe = probe;
    this._state = { probes: [], told: null };
    const panel = new Panel(host, { id: 'pit', x: [0, side], y: [0, side], xlabel: 'x', ylabel: 'y', equal: true });
    this._panel = panel;
    set(panel.svg, 'role', 'group');
    set(panel.svg, 'aria-label', 'The pit');
    this._sand = svg('rect', { class: 'sand' });
    panel.svg.prepend(this._sand);

    this._ground = svg('rect', { class: 'ground plane' });
    this._lines = [svg('line', { class: 'cross' }), svg('line', { class: 'cross' })];
    this._reach = svg('circle', { class: 'near' });
    this._where = svg('text', { class: 'label where', 'aria-hidden': 'true' });
    this.stick = svg('g', {
      class: 'cursor stick',
      tabindex: '0',
      role: 'slider',
      'aria-label': 'Stick',
      'aria-valuemin': '0',
      'aria-valuemax': String(side),
      'aria-describedby': help,
    });
    this.stick.append(this._ground, ...this._lines, this._reach, this._where);
    panel.marks.after(this.stick);
    this._way = svg('path', { class: 'curve second way' });
    this._method = svg('path', { class: 'curve tangent way' });
    this._lowest = svg('g', { class: 'lowest gone' }, svg('circle', { class: 'near' }), svg('path', { d: 'M-6 0H6M0 -6V6' }));
    this._marks = svg('g', { class: 'probes' });
    panel.over.append(this._method, this._way, this._lowest, this._marks);

    this.x = side / 2;
    this.y = side / 2;
    this._ground.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && this._point(event));
    this._ground.addEventListener('click', (event) => {
      this._point(event);
      this.stick.focus({ preventScroll: true });
      this._probe(this.x, this.y);
    });
    this.stick.addEventListener('keydown', (event) => this._key(event));
    new ResizeObserver(() => panel.resize() && this._draw()).observe(host);
    this._draw();
  }

  /** Draws a game: its probes so far, and what is told when it is over. */
  show(state) {
    this._state = state;
    if (!state.told) this._cover();
    this._draw();
  }

  /** Puts the stick somewhere. */
  move(x, y) {
    this.x = Math.min(this._side, Math.max(0, x));
    this.y = Math.min(this._side, Math.max(0, y));
    this._drawStick();
  }

  /** Takes the sand away from the lowest point outwards: the map of the floor, as in every figure. */
  async unveil(told, slowly) {
    const data = told.figure.elements[0];
    await prepare({ elements: [data], panels: [] });
    this._cover();
    const veil = fresh('veil');
    const hole = svg('circle');
    this._floor = mark(data, this._panel);
    this._floorGroup = this._panel.marks.lastElementChild;
    this._draw();
    if (!slowly || calm()) return;
    this._hole = svg('clipPath', { id: veil }, hole);
    this._panel.svg.append(this._hole);
    set(this._floorGroup, 'clip-path', `url(#${veil})`);
    place(hole, { cx: this._panel.toX(told.x), cy: this._panel.toY(told.y), r: 0 });
    const far = this._panel.width + this._panel.height;
    const group = this._floorGroup;
    let begun;
    const step = (now) => {
      if (group !== this._floorGroup) return; // another game
      begun ??= now;
      const u = ease(Math.min(1, (now - begun) / UNVEIL));
      set(hole, 'r', String(round(u * far)));
      if (u < 1) requestAnimationFrame(step);
      else {
        group.removeAttribute('clip-path');
        this._hole?.remove();
      }
    };
    requestAnimationFrame(step);
  }

  /** Draws the way of a method, or none. */
  follow(path) {
    this._path = path;
    this._drawWays();
  }

  _cover() {
    this._hole?.remove();
    this._floorGroup?.remove();
    this._floor = null;
    this._floorGroup = null;
    this._path = null;
  }

  _point({ clientX, clientY }) {
    const box = this._panel.svg.getBoundingClientRect();
    const at = (v) => decimals(v, 2);
    this.move(at(this._panel.fromX(clientX - box.left)), at(this._panel.fromY(clientY - box.top)));
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    if (way) {
      const size = event.shiftKey ? FAR : STEP;
      const to = (v, d) => (d === 0 ? v : snap(v + d * size, STEP, 0, this._side));
      this.move(to(this.x, way[0]), to(this.y, way[1]));
    } else if (event.key === 'Enter' || event.key === ' ') this._probe(this.x, this.y);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _draw() {
    const { left, right, top, bottom } = this._panel;
    place(this._sand, { x: left, y: top, width: right - left, height: bottom - top });
    place(this._ground, { x: left, y: top, width: right - left, height: bottom - top });
    this._floor?.move([], [], true);
    this._drawWays();
    this._drawProbes();
    this._drawStick();
  }

  _drawStick() {
    const { left, right, top, bottom } = this._panel;
    const over = Boolean(this._state.told);
    this.stick.classList.toggle('off', over);
    this.stick.setAttribute('tabindex', over ? '-1' : '0');
    const px = round(this._panel.toX(this.x));
    const py = round(this._panel.toY(this.y));
    place(this._lines[0], { x1: left, x2: right, y1: py, y2: py });
    place(this._lines[1], { x1: px, x2: px, y1: top, y2: bottom });
    place(this._reach, { cx: px, cy: py, r: round(this._near * this._panel.scaleX) });
    const flip = px > (left + right) / 2;
    place(this._where, { x: px + (flip ? -14 : 14), y: Math.max(top + 16, py - 12), 'text-anchor': flip ? 'end' : 'start' });
    // Where a probe has been, its depth is of more interest.
    const probed = this._state.probes.some(({ x, y }) => x === this.x && y === this.y);
    say(this._where, probed ? '' : `(${formatNumber(this.x)}, ${formatNumber(this.y)})`);
    set(this.stick, 'aria-valuenow', String(this.x));
    set(this.stick, 'aria-valuetext', `x ${speakNumber(this.x)}, y ${speakNumber(this.y)}`);
  }

  _line(places) {
    return places.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${round(this._panel.toX(x))} ${round(this._panel.toY(y))}`).join('');
  }

  _drawWays() {
    const { probes, told } = this._state;
    set(this._way, 'd', told ? this._line(probes.map(({ x, y }) => [x, y])) : '');
    set(this._method, 'd', told && this._path ? this._line(this._path) : '');
    this._lowest.classList.toggle('gone', !told);
    if (!told) return;
    set(this._lowest, 'transform', `translate(${round(this._panel.toX(told.x))} ${round(this._panel.toY(told.y))})`);
    set(this._lowest.firstChild, 'r', String(round(this._near * this._panel.scaleX)));
  }

  _drawProbes() {
    const { probes, told } = this._state;
    const next = pool(this._marks, 'g');
    const depths = probes.map(({ depth }) => depth);
    const deepest = depths.indexOf(Math.max(...depths));
    const taken = [];
    const groups = probes.map(() => next());
    next.done();
    // The latest first: where there is no room, the older number goes.
    for (let k = probes.length - 1; k >= 0; k -= 1) {
      const { x, y, depth, arrow } = probes[k];
      const group = groups[k];
      if (!group.firstChild) {
        group.append(svg('path', { class: 'arrow second' }), svg('path', { class: 'head second' }), svg('circle'), svg('text'));
      }
      const [shaft, head, disc, text] = group.children;
      const px = this._panel.toX(x);
      const py = this._panel.toY(y);
      const share = rank(depth, depths);
      const r = SMALL + share * (LARGE - SMALL);
      const marks = [k === probes.length - 1 && 'last', k === deepest && 'deepest'].filter(Boolean);
      set(group, 'class', ['probe', `m${15 - Math.round(15 * share)}`, ...marks].join(' '));
      place(disc, { cx: round(px), cy: round(py), r: round(r) });
      this._arrow(shaft, head, px, py, r, arrow);
      say(text, told ? String(k + 1) : depth.toFixed(2));
      // Beside the disc, away from the arrow where there is room.
      const room = 4 + r + 30;
      const right = arrow && arrow[0] > 0 ? px - room < this._panel.left : px + room < this._panel.right;
      const spot = [px + (right ? r + 4 : -r - 4), py + 4];
      const crowded = taken.some(([u, v]) => Math.abs(u - spot[0]) < (told ? 16 : 32) && Math.abs(v - spot[1]) < 12);
      text.classList.toggle('gone', crowded && k !== deepest);
      if (!crowded) taken.push(spot);
      place(text, { x: round(spot[0]), y: round(spot[1]), 'text-anchor': right ? 'start' : 'end' });
    }
  }

  /** From the rim of the disc the way the floor falls. */
  _arrow(shaft, head, px, py, r, arrow) {
    const steep = arrow ? steepness(arrow) : 0;
    if (steep < 0.005) {
      set(shaft, 'd', '');
      set(head, 'd', '');
      return;
    }
    const [ux, uy] = [arrow[0] / steep, -arrow[1] / steep];
    const long = r + 9 + LONG * reach(steep);
    const [tx, ty] = [px + ux * long, py + uy * long];
    const [bx, by] = [tx - ux * 9, ty - uy * 9];
    set(shaft, 'd', `M${round(px + ux * r)} ${round(py + uy * r)}L${round(bx)} ${round(by)}`);
    set(head, 'd', `M${round(tx)} ${round(ty)}L${round(bx - uy * 4)} ${round(by + ux * 4)}L${round(bx + uy * 4)} ${round(by - ux * 4)}Z`);
  }
}
