// Where an attempt at an assignment stands: follows what the server says after every answer, hint and solution.
//
// Not here: what an attempt is worth (the server), the questions themselves (`question.js`).
// Start reading at `Attempt.show`.

import { post } from '../api.js';
import { html, say } from './dom.js';

/** The attempt on the page, in `section.sitting`. */
export class Attempt {
  constructor(root) {
    this._root = root;
    this._again = root.querySelector('button.again');
    this._again.hidden = false;
    this._again.addEventListener('click', () => this._begin());
    document.addEventListener('secant:standing', (event) => this.show(event.detail));
  }

  /** Shows how it stands: `standing` is the `assignment` of a reply. */
  show(standing) {
    say(this._root.querySelector('.percent'), String(standing.percent));
    say(this._root.querySelector('.best-percent'), String(standing.best));
    say(this._root.querySelector('.said'), standing.said);
    this._root.querySelector('progress').value = standing.percent;
    this._root.toggleAttribute('data-passed', standing.passed);
    for (const { question, state, help } of standing.questions) {
      const row = this._root.querySelector(`li[data-question="${question}"]`);
      row.dataset.state = state;
      say(row.querySelector('.state'), state);
      const heading = document.querySelector(`form[data-question="${question}"] > h3`);
      say(heading.querySelector('.state'), state);
      say(heading.querySelector('.help'), help);
      heading.parentElement.dataset.state = state;
    }
  }

  /** The next attempt: other numbers everywhere. */
  async _begin() {
    const reply = await post('/api/v1/assignment', { assignment: this._root.dataset.assignment });
    if (reply.ok) {
      location.hash = '';
      location.reload();
    } else {
      this._root.append(html('p', { class: 'notice', role: 'alert', text: `${reply.error.message}. ${reply.error.hint ?? ''}` }));
    }
  }
}
