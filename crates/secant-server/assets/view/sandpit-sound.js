// The sandpit by ear: a tone for a probe, its pitch for the depth, left and right for where it was, a glide for the slope.
//
// Invariant: silent until it is switched on, and the switch shows which it is.

import { pan, pitch, steepness } from '../math/sandpit.js';

const SECONDS = 0.55;
const LOUD = 0.22;

export class Sound {
  constructor() {
    this.on = false;
  }

  /** Switches it; has to come from a click or a key, or a browser will not let it sound. */
  switch(on) {
    this.on = on;
    if (!on) return;
    this._context ??= new AudioContext();
    this._context.resume();
  }

  /** Sounds a probe. Where the level shows arrows, the tone glides to where the floor would be one step further on. */
  probe({ x, depth, arrow }, side) {
    if (!this.on) return;
    const steep = arrow ? steepness(arrow) : 0;
    const to = steep > 0 ? pan(x + arrow[0] / steep, side) : pan(x, side);
    this._tone([pitch(depth), pitch(depth + steep)], [pan(x, side), to], 0, SECONDS);
    /** What sounded last, for tests and the curious. */
    this.last = { pitch: pitch(depth), pan: pan(x, side) };
  }

  /** A game was won: a chord that climbs out of the pit. */
  won() {
    if (!this.on) return;
    [4, 5, 6, 8].forEach((part, k) => this._tone([110 * part, 110 * part], [0, 0], SECONDS + 0.16 * k, SECONDS));
  }

  /** A tone that stays for a third of its time and then glides; `after` so many seconds. */
  _tone([from, to], [left, right], after, seconds) {
    const context = this._context;
    const begin = context.currentTime + after;
    const end = begin + seconds;
    const tone = context.createOscillator();
    const volume = context.createGain();
    const place = context.createStereoPanner();
    tone.type = 'triangle';
    tone.frequency.setValueAtTime(from, begin);
    tone.frequency.setValueAtTime(from, begin + seconds / 3);
    tone.frequency.exponentialRampToValueAtTime(to, end);
    place.pan.setValueAtTime(left, begin);
    place.pan.linearRampToValueAtTime(right, end);
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(LOUD, begin + 0.02);
    volume.gain.linearRampToValueAtTime(0, end);
    tone.connect(volume).connect(place).connect(context.destination);
    tone.start(begin);
    tone.stop(end);
  }
}
