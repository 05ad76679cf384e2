// The stage of a part: puts the figure, the player, the narration and the inputs together.

import { html } from './dom.js';
import { Figure } from './figure.js';
import { FunctionInput } from './function-input.js';
import { prepare } from './marks.js';
import { Player } from './player.js';
import { Sliders } from './sliders.js';
import { Story } from './story.js';

/** Brings the figure of a part to life. */
export async function stage(element, lesson) {
  let figure;
  try {
    await prepare(lesson.figure);
    figure = new Figure(element, lesson.figure);
  } catch (error) {
    // The still picture and the text stay; the reader is told why nothing moves.
    element.append(html('p', { class: 'notice', role: 'alert', text: `The figure does not move: ${error.message}.` }));
    return;
  }
  let player;
  const story = new Story(document.getElementById('scenes'), (scene) => player.read(scene));
  player = new Player(document.getElementById('player'), lesson, figure, story);

  const controls = document.getElementById('controls');
  const editable = lesson.figure.functions.filter((f) => f.editable);
  const typed = { ...lesson.kept?.functions };
  for (const data of editable) {
    new FunctionInput(controls, lesson, typed, figure, data, (scenes) => player.renew(scenes));
  }
  const sliders = new Sliders(controls, figure);
  sliders.attend();
  controls.hidden = sliders.count + editable.length === 0;
  element.figure = figure; // for tests and the curious: `document.querySelector('.figure').figure`
}
