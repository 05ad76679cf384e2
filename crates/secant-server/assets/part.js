// The page of a part: puts the figure, the player, the narration, the inputs and the questions together.

import { Figure } from './view/figure.js';
import { FunctionInput } from './view/function-input.js';
import { prepare } from './view/marks.js';
import { Player } from './view/player.js';
import { Question } from './view/question.js';
import { Sliders } from './view/sliders.js';
import { Story } from './view/story.js';
import { html } from './view/dom.js';

const source = document.getElementById('lesson');
const element = document.querySelector('#stage figure.figure');
if (source && element) stage(JSON.parse(source.textContent));
for (const form of document.querySelectorAll('form.question')) new Question(form);
// What only some pages have is fetched only by them.
const attempt = document.querySelector('[data-assignment]');
const discussion = document.querySelector('form[data-discussion]');
const done = document.querySelector('button.done-with');
if (attempt) import('./view/assignment.js').then(({ Attempt }) => new Attempt(attempt));
if (discussion) import('./view/own-answer.js').then(({ ownAnswer }) => ownAnswer(discussion));
if (done) import('./view/own-answer.js').then(({ doneWith }) => doneWith(done));
if (document.querySelector('[data-plugin]')) import('./plugins.js').then(({ hang }) => hang(document));

async function stage(lesson) {
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
  const told = figure.onFrame;
  figure.onFrame = () => {
    told();
    sliders.move();
  };
  figure.onShow = () => sliders.offer();
  sliders.offer();
  sliders.move();
  controls.hidden = sliders.count + editable.length === 0;
  element.figure = figure; // for tests and the curious: `document.querySelector('.figure').figure`
}
