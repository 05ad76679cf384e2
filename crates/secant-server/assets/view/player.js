// A lesson that plays like a video, and stops the moment the reader takes hold of the figure.
//
// Here: the clock, the controls, captions, the browser's voice, gliding back after an interruption.
// Not here: what the parameters are at a time (`math/timeline.js`), drawing (`figure.js`), the narration (`story.js`).
// Invariant: nothing moves unless the reader pressed play, scrolled to a scene, or set the bar.
// Start reading at `Player._tick`.

import { ease, mix } from '../math/ease.js';
import { formatNumber, speakNumber } from '../math/format.js';
import { Timeline } from '../math/timeline.js';
import { post } from '../api.js';
import { calm, html, icon, say, set } from './dom.js';

const GLIDE = 0.8; // seconds from where the figure is to where the lesson is
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const ICONS = {
  play: 'M8 5.2v13.6L19 12z',
  pause: 'M7 5.5h3.6v13H7zM13.4 5.5H17v13h-3.6z',
  previous: 'M6 5.5h2v13H6zM18.5 5.5v13L9 12z',
  next: 'M16 5.5h2v13h-2zM5.5 5.5v13L15 12z',
  captions: 'M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm2 8v2h8v-2zm10 0v2h2v-2zM6 9.5v2h3v-2zm5 0v2h7v-2z',
  voice: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM14.5 8.6a5 5 0 0 1 0 6.8l1.2 1.2a6.7 6.7 0 0 0 0-9.2zM17 6.1a8.5 8.5 0 0 1 0 11.8l1.2 1.2a10.2 10.2 0 0 0 0-14.2z',
};

/** Plays `lesson` on `figure`. */
export class Player {
  /**
   * @param {HTMLElement} root the empty `#player`
   * @param {object} lesson its JSON
   * @param {import('./figure.js').Figure} figure
   * @param {import('./story.js').Story} story
   */
  constructor(root, lesson, figure, story) {
    this.root = root;
    this._lesson = lesson.id;
    this._figure = figure;
    this._story = story;
    this.timeline = new Timeline(lesson.scenes, figure.data.params);
    /** Seconds from the beginning, at speed 1. */
    this.time = 0;
    this.playing = false;
    /** The reader has the figure; play glides back. */
    this.held = false;
    this._stop = Infinity;
    this._scene = -1;
    this._reached = -1;
    this._target = new Float64Array(figure.params.length);
    this._offset = new Float64Array(figure.params.length);
    this._age = GLIDE;
    this._looks = new Map();
    this._speed = remembered('speed', 1, (s) => SPEEDS.includes(s));
    this._captions = remembered('captions', true);
    this._voice = remembered('voice', false) && 'speechSynthesis' in window;
    this._build();
    this._keys();
    figure.onTake = () => this._hold();
    figure.onFrame = () => {
      this._story?.live(figure.values);
      if (this.held || !this.playing) this._caption();
    };
    document.addEventListener('visibilitychange', () => document.hidden && this.pause());
    addEventListener('pagehide', () => this._hush());
    this._show(0);
  }

  /** Plays on from here; from the beginning when it has come to the end. */
  play() {
    if (this.time >= this.timeline.length - 0.05) this._jump(0);
    this._stop = Infinity;
    this._free = false;
    this._said = null; // the voice begins with the sentence that is on
    this._glide();
    this.held = false;
    this._run();
    this._story?.bring(this._scene);
  }

  pause() {
    this.playing = false;
    this._hush();
    this._dress();
  }

  /** Goes to the start of a scene and, unless it is playing, moves through what it shows. */
  visit(scene) {
    const k = Math.min(this.timeline.scenes.length - 1, Math.max(0, scene));
    this._hush();
    this._jump(this.timeline.scenes[k].start);
    this._story?.bring(k);
    if (!this.playing || this._stop < Infinity) this._preview(k);
  }

  /** The function was changed: the same lesson goes on, about the new one. */
  renew(scenes) {
    this.timeline = new Timeline(scenes, this._figure.data.params);
    this.time = Math.min(this.time, this.timeline.length);
    this._figure.show(this.timeline.scenes[this._scene].visible);
    this._look(this._scene);
    for (const [panel, { to }] of this._looks) panel.look(to.x, to.y);
    this._looks.clear();
    this._rest();
    this._caption(true);
  }

  /** The reader scrolled to a scene. */
  read(scene) {
    if (this.playing && this._stop === Infinity) {
      this._free = true; // let them look around while it plays
      return;
    }
    this._jump(this.timeline.scenes[scene].start);
    this._preview(scene);
  }

  _preview(k) {
    if (calm()) {
      this.pause();
      return;
    }
    const scene = this.timeline.scenes[k];
    this._stop = scene.start + Math.max(scene.motion, GLIDE);
    this.held = false;
    this._run();
  }

  _run() {
    if (!this.playing) {
      this.playing = true;
      this._then = undefined;
      requestAnimationFrame((now) => this._tick(now));
    }
    this._dress();
  }

  _hold() {
    this.held = true;
    if (this.playing) this.pause();
    this._story?.mark(this._scene);
    this._age = GLIDE;
    this._caption(true);
    this._dress();
  }

  /** One frame of playing. */
  _tick(now) {
    if (!this.playing) return;
    const passed = Math.min(0.1, (now - (this._then ?? now)) / 1000);
    this._then = now;
    this._age += passed;
    const end = Math.min(this._stop, this.timeline.length);
    if (!this._waits()) this.time = Math.min(end, this.time + passed * this._speed);
    this._show(passed);
    if (this.time >= end && this._age >= GLIDE) {
      if (this._stop === Infinity) this._finish();
      this.pause();
      return;
    }
    requestAnimationFrame((next) => this._tick(next));
  }

  /** Puts the figure, the narration and the controls to where `time` is. */
  _show() {
    const still = calm();
    const { timeline, _figure: figure } = this;
    const scene = timeline.sceneAt(this.time);
    if (scene !== this._scene) this._enter(scene);
    timeline.at(this.time, this._target, still);
    const left = still ? 0 : 1 - ease(this._age / GLIDE);
    for (let k = 0; k < this._target.length; k += 1) figure.params[k] = this._target[k] + this._offset[k] * left;
    for (const [panel, look] of this._looks) {
      const u = 1 - left;
      panel.look(
        [mix(look.from.x[0], look.to.x[0], u), mix(look.from.x[1], look.to.x[1], u)],
        [mix(look.from.y[0], look.to.y[0], u), mix(look.from.y[1], look.to.y[1], u)],
      );
    }
    figure.changed();
    this._caption();
    this._bar.value = this.time.toFixed(2);
    this._scrub.style.setProperty('--at', `${(100 * this.time) / timeline.length}%`);
    say(this._clock.firstChild, minutes(this.time));
    say(this._clock.lastChild, ` / ${minutes(timeline.length)}`);
    set(this._bar, 'aria-valuetext', `${minutes(this.time)} of ${minutes(timeline.length)}, ${timeline.scenes[scene].title}`);
  }

  _enter(scene) {
    const before = this._scene;
    this._scene = scene;
    const { visible } = this.timeline.scenes[scene];
    if (visible) this._figure.show(visible);
    if (before >= 0) this._restOne(before);
    else this._rest();
    if (before >= 0 || this.playing) this._story?.mark(scene);
    if (this.playing && this._stop === Infinity && !this._free && before >= 0) this._story?.bring(scene);
    this._look(scene);
    if (before >= 0) this._glide();
    this._progress(scene);
  }

  /** From where the figure is now, glide to where the lesson is. */
  _glide() {
    this.timeline.at(this.time, this._target, calm());
    let far = false;
    for (let k = 0; k < this._target.length; k += 1) {
      this._offset[k] = this._figure.params[k] - this._target[k];
      if (Math.abs(this._offset[k]) > 1e-9) far = true;
    }
    this._age = far || this._looks.size > 0 ? 0 : GLIDE;
  }

  /** The part of the plane a scene asks for; where it asks for none, the panel's own. */
  _look(scene) {
    this._looks.clear();
    for (const panel of this._figure.panels) {
      const to = { x: panel.data.x, y: panel.data.y, ...this.timeline.scenes[scene].view?.[panel.id] };
      const { x, y } = panel.view;
      if (to.x[0] === x[0] && to.x[1] === x[1] && to.y[0] === y[0] && to.y[1] === y[1]) continue;
      this._looks.set(panel, { from: { x: [...x], y: [...y] }, to });
    }
  }

  _jump(time) {
    this.time = Math.min(this.timeline.length, Math.max(0, time));
    this.held = false;
    const scene = this.timeline.sceneAt(this.time);
    if (scene === this._scene) {
      this._glide();
    } else {
      this._enter(scene);
      this._story?.mark(scene);
    }
    this._show();
  }

  /** The numbers of every scene that is not on, as it ends. */
  _rest() {
    this.timeline.scenes.forEach((_, k) => k !== this._scene && this._restOne(k));
  }

  _restOne(k) {
    this._story?.rest(k, this._figure.valuesAt(this.timeline.scenes[k].to));
  }

  _progress(scene) {
    if (scene <= this._reached || !this.playing) return;
    this._reached = scene;
    post('/api/v1/progress', { part: this._lesson, scene, finished: false });
  }

  _finish() {
    post('/api/v1/progress', { part: this._lesson, scene: this._scene, finished: true });
  }

  // Captions and the voice.

  _caption(anew = false) {
    const sentence = this.timeline.sentenceAt(this.time);
    if (this.held) {
      say(this._line, 'The figure is yours. Play goes on from here.');
      this._said = null;
      return;
    }
    if (!sentence) {
      say(this._line, this.timeline.scenes[this._scene]?.title ?? '');
      return;
    }
    say(this._line, textOf(sentence.parts, this._figure.values, formatNumber));
    if (sentence === this._said && !anew) return;
    this._said = sentence;
    if (this._voice && this.playing && this._stop === Infinity) {
      this._speak(textOf(sentence.parts, this._figure.values, speakNumber));
    }
  }

  _speak(words) {
    speechSynthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = document.documentElement.lang || 'en';
    utterance.rate = Math.min(2, Math.max(0.5, this._speed));
    const over = () => {
      if (this._speaking === utterance) this._speaking = null;
    };
    utterance.onend = over;
    utterance.onerror = over;
    this._speaking = utterance;
    this._spokenBy = performance.now() + 5000 + (words.length * 200) / utterance.rate; // a voice that never answers
    speechSynthesis.speak(utterance);
  }

  /** The voice is still busy with a sentence whose time is up. */
  _waits() {
    if (!this._speaking) return false;
    if (performance.now() > this._spokenBy) {
      this._hush();
      return false;
    }
    return this._said !== null && this.time >= this._said.to - 0.05;
  }

  _hush() {
    this._speaking = null;
    this._said = null;
    if ('speechSynthesis' in window) speechSynthesis.cancel();
  }

  // The controls.

  _build() {
    const { timeline } = this;
    this._line = html('p');
    this._box = html('div', { class: 'caption' }, this._line);
    this._bar = html('input', {
      type: 'range',
      class: 'bar',
      min: '0',
      max: timeline.length.toFixed(2),
      step: '0.01',
      value: '0',
      'aria-label': 'Place in the lesson',
    });
    const marks = html('div', { class: 'marks', 'aria-hidden': 'true' });
    for (const scene of timeline.scenes.slice(1)) {
      const tick = html('i');
      tick.style.insetInlineStart = `${(100 * scene.start) / timeline.length}%`;
      marks.append(tick);
    }
    this._scrub = html('div', { class: 'scrub' }, marks, this._bar);
    this._play = button('Play', ICONS.play, () => (this.playing ? this.pause() : this.play()), 'play');
    this._playPath = this._play.querySelector('path');
    this._clock = html('span', { class: 'clock' }, html('span'), html('span', { class: 'whole' }));
    this._captionButton = button('Captions', ICONS.captions, () => {
      this._captions = remember('captions', !this._captions);
      this._dress();
    });
    this._voiceButton = button('Voice', ICONS.voice, () => {
      this._voice = remember('voice', !this._voice);
      if (!this._voice) this._hush();
      this._dress();
    });
    this._voiceButton.hidden = !('speechSynthesis' in window);
    const speed = html('select', { class: 'speed', 'aria-label': 'Speed' });
    for (const s of SPEEDS) {
      const option = html('option', { value: String(s), text: `${s}×` });
      option.selected = s === this._speed;
      speed.append(option);
    }
    speed.addEventListener('change', () => {
      this._speed = remember('speed', Number(speed.value));
    });
    this._bar.addEventListener('input', () => {
      const playing = this.playing && this._stop === Infinity;
      this.pause();
      this._jump(Number(this._bar.value));
      this._age = GLIDE; // the bar is direct: the figure is where it says, at once
      this._offset.fill(0);
      this._show();
      this._resume = this._resume || playing;
    });
    this._bar.addEventListener('change', () => {
      if (this._resume) this.play();
      this._resume = false;
    });
    this._bar.addEventListener('keydown', (event) => {
      const by = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5, PageUp: 30, PageDown: -30 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this._jump(this.time + by);
    });
    this.root.append(
      this._box,
      this._scrub,
      html(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'Player' },
        button('Previous scene', ICONS.previous, () => this._back()),
        this._play,
        button('Next scene', ICONS.next, () => this.visit(this._scene + 1)),
        this._clock,
        this._captionButton,
        this._voiceButton,
        speed,
      ),
    );
    this.root.hidden = false;
    this._dress();
  }

  /** The previous scene; the start of this one when it is well under way. */
  _back() {
    const { start } = this.timeline.scenes[this._scene];
    this.visit(this.time - start > 2.5 ? this._scene : this._scene - 1);
  }

  _dress() {
    const word = this.playing ? 'Pause' : this.held ? 'Continue' : 'Play';
    set(this._play, 'aria-label', word);
    set(this._play, 'title', word);
    set(this._playPath, 'd', this.playing ? ICONS.pause : ICONS.play);
    set(this._captionButton, 'aria-pressed', String(this._captions));
    set(this._voiceButton, 'aria-pressed', String(this._voice));
    this._box.hidden = !this._captions;
    this.root.classList.toggle('playing', this.playing);
    this.root.classList.toggle('telling', this.playing && this._stop === Infinity);
  }

  _keys() {
    document.addEventListener('keydown', (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target;
      if (at.closest?.('input, textarea, select, [role="slider"], [contenteditable]')) return;
      if (event.key === ' ' && !at.closest?.('button, a, summary')) {
        event.preventDefault();
        if (this.playing) this.pause();
        else this.play();
      } else if (event.key === 'ArrowRight') {
        event.preventDefault();
        this.visit(this._scene + 1);
      } else if (event.key === 'ArrowLeft') {
        event.preventDefault();
        this._back();
      }
    });
  }
}

function button(label, path, act, kind = '') {
  const element = html('button', { type: 'button', class: `round ${kind}`, 'aria-label': label, title: label }, icon(path));
  element.addEventListener('click', act);
  return element;
}

function textOf(parts, values, format) {
  return parts
    .map((part) => (typeof part === 'string' ? part : format(values[part.output], part.digits)))
    .join('')
    .trim();
}

function minutes(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function remember(key, value) {
  try {
    localStorage.setItem(`player.${key}`, JSON.stringify(value));
  } catch {
    // No storage: it holds until the page is left.
  }
  return value;
}

function remembered(key, otherwise, fits = (value) => typeof value === 'boolean') {
  try {
    const value = JSON.parse(localStorage.getItem(`player.${key}`));
    return fits(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}
