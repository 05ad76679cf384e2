// While a course is being written: the page follows its files.
//
// Here: asking whether a newer course is served, loading the page again at the same place, showing an author's mistakes.
// Not here: which files changed and what is wrong with them (the server).

import { html, say } from './view/dom.js';

const EVERY = 700; // milliseconds
const PLACE = 'secant-place';

const list = html('pre', { tabindex: '0' });
const box = html('aside', { class: 'mistakes', role: 'status', 'aria-label': 'Mistakes in the course', hidden: true }, html('p', { text: 'The files have mistakes; what you see is the last version without.' }), list);
document.querySelector('main')?.before(box);
restore();
let version = null;
look();

async function look() {
  const reply = await asked();
  if (reply?.ok) {
    version ??= reply.version;
    if (reply.version !== version) {
      keep();
      location.reload();
      return;
    }
    say(list, reply.mistakes);
    box.hidden = reply.mistakes === '';
  }
  setTimeout(look, EVERY);
}

/** What the server says; nothing while it does not answer. */
async function asked() {
  try {
    return await (await fetch('/api/v1/watch')).json();
  } catch {
    return null;
  }
}

/** Where the reader is: how far down, for the page that comes next. */
function keep() {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, top: scrollY }));
  } catch {
    // No storage: the page begins at its top.
  }
}

function restore() {
  try {
    const { path, top } = JSON.parse(sessionStorage.getItem(PLACE) ?? '{}');
    sessionStorage.removeItem(PLACE);
    if (path === location.pathname) requestAnimationFrame(() => scrollTo({ top, behavior: 'instant' }));
  } catch {
    // Nothing was kept.
  }
}
