// The learner's own answer to the prompt of a discussion: typed, kept on this machine, shown as it reads.
//
// Not here: reading the formulas in it (the server).

import { post } from '../api.js';
import { html, say } from './dom.js';
import { prose } from './prose.js';

/** Brings the form of a discussion to life. */
export function ownAnswer(form) {
  const text = form.querySelector('textarea');
  const button = form.querySelector('button');
  const status = form.querySelector('[role=status]');
  const kept = form.parentElement.querySelector('.kept');
  let said = text.value;
  text.readOnly = false;
  button.disabled = false;
  text.addEventListener('input', () => say(status, text.value === said ? '' : 'Not kept yet.'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const typed = text.value;
    const reply = await post('/api/v1/discussion', { part: form.dataset.discussion, text: typed });
    if (!reply.ok) {
      say(status, `${reply.error.message}. ${reply.error.hint ?? ''}`);
      return;
    }
    said = typed;
    say(status, typed.trim() === '' ? 'Taken away.' : 'Kept on this machine.');
    kept.replaceChildren(...prose(reply.html).filter((node) => node !== '\n'));
    kept.hidden = typed.trim() === '';
  });
  addEventListener('beforeunload', (event) => {
    if (text.value !== said) event.preventDefault();
  });
}

/** Brings the button that notes a part as done to life. */
export function doneWith(button) {
  const { part } = button.closest('[data-part]').dataset;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const reply = await post('/api/v1/progress', { part, finished: true });
    const words = reply.ok ? 'Noted.' : `${reply.error.message}.`;
    button.after(html('span', { role: 'status', class: 'noted', text: ` ${words}` }));
    if (reply.ok) button.disabled = true;
  });
}
