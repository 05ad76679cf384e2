// The lesson as a length of time: which scene is on at a moment, and what its parameters are.
//
// Here: lengths of scenes, captions cut into sentences, parameters at any time.
// Not here: the clock, gliding after an interruption, the page (`view/player.js`).
// Invariant: the parameters at the end of a scene are those the next one starts from, unless it says otherwise.
// Start reading at `Timeline.at`.

import { ease, mix } from './ease.js';

const LETTERS_A_SECOND = 14; // a calm reader
const BREATH = 0.9; // seconds of quiet after each scene

/** The scenes of a lesson, laid out in time. */
export class Timeline {
  /** @param {object[]} scenes as the lesson has them @param {object[]} params of the figure */
  constructor(scenes, params) {
    let start = 0;
    let last = params.map((p) => p.value);
    this.scenes = scenes.map((scene) => {
      const from = params.map((p, k) => scene.params?.[p.name]?.[0] ?? last[k]);
      const to = params.map((p, k) => scene.params?.[p.name]?.[1] ?? last[k]);
      last = to;
      const moves = from.some((value, k) => value !== to[k]);
      const sentences = cut(scene.caption ?? []);
      const reading = sentences.reduce((sum, s) => sum + s.seconds, 0);
      const motion = Math.max(0.1, scene.seconds || 0);
      const length = Math.max(motion, reading) + BREATH;
      let at = start;
      for (const sentence of sentences) {
        sentence.from = at;
        at += (sentence.seconds * (length - BREATH)) / reading;
        sentence.to = at;
      }
      const laid = {
        title: scene.title,
        visible: scene.visible,
        view: scene.view,
        start,
        length,
        motion: moves ? motion : 0,
        from,
        to,
        sentences,
      };
      start += length;
      return laid;
    });
    /** Seconds from the beginning to the end, at speed 1. */
    this.length = start;
  }

  /** The scene that is on at `time`. */
  sceneAt(time) {
    let k = this.scenes.length - 1;
    while (k > 0 && this.scenes[k].start > time) k -= 1;
    return k;
  }

  /** Fills `out` with the parameters at `time`; `still`: scenes show where they end and nothing travels. */
  at(time, out, still = false) {
    const scene = this.scenes[this.sceneAt(time)];
    const u = still || scene.motion === 0 ? 1 : ease((time - scene.start) / scene.motion);
    for (let k = 0; k < out.length; k += 1) out[k] = mix(scene.from[k], scene.to[k], u);
    return out;
  }

  /** The sentence of the caption that is said at `time`, or null. */
  sentenceAt(time) {
    const { sentences } = this.scenes[this.sceneAt(time)];
    let found = sentences[0] ?? null;
    for (const sentence of sentences) if (sentence.from <= time) found = sentence;
    return found;
  }
}

/** Cuts caption parts (texts and live numbers) at the ends of sentences; long sentences at a comma. */
function cut(parts) {
  const sentences = [];
  let now = [];
  let letters = 0;
  const close = () => {
    if (letters > 0) sentences.push({ parts: now, seconds: Math.max(1.6, letters / LETTERS_A_SECOND), from: 0, to: 0 });
    now = [];
    letters = 0;
  };
  for (const part of parts) {
    if (typeof part !== 'string') {
      now.push(part);
      letters += 4;
      continue;
    }
    const pieces = part.split(/(?<=[.?!…:;]["”’)]?)\s+/);
    for (const [k, piece] of pieces.entries()) {
      if (piece === '') continue;
      now.push(piece);
      letters += piece.trim().length;
      if (/[.?!…]["”’)]?\s*$/.test(piece) || (letters > 100 && /[:;,]\s*$/.test(piece))) close();
      else if (k < pieces.length - 1) now.push(' ');
    }
  }
  close();
  return sentences;
}
