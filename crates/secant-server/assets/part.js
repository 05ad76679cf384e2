// The page of a part: brings its figure, its questions and its plugin to life, each where there is one.

import { Question } from './view/question.js';

const source = document.getElementById('lesson');
const element = document.querySelector('#stage figure.figure');
if (source && element) import('./view/stage.js').then(({ stage }) => stage(element, JSON.parse(source.textContent)));
for (const form of document.querySelectorAll('form.question')) new Question(form);
// What only some pages have is fetched only by them.
const attempt = document.querySelector('[data-assignment]');
const discussion = document.querySelector('form[data-discussion]');
const done = document.querySelector('button.done-with');
if (attempt) import('./view/assignment.js').then(({ Attempt }) => new Attempt(attempt));
if (discussion) import('./view/own-answer.js').then(({ ownAnswer }) => ownAnswer(discussion));
if (done) import('./view/own-answer.js').then(({ doneWith }) => doneWith(done));
if (document.querySelector('[data-plugin]')) import('./plugins.js').then(({ hang }) => hang(document));
