// The form of a question that the page did not come with: what `pages/question.rs` writes, made in the browser.

import { fresh, html } from './dom.js';
import { prose } from './prose.js';

/** A form for one variant of a question, under a heading. */
export function questionForm(variant, heading) {
  const [ask, answer, reading, feedback] = ['ask', 'answer', 'reading', 'feedback'].map(fresh);
  const button = (name, text) => html('button', { type: 'button', class: name, hidden: true, text });
  const described = `${reading} ${feedback}`;
  const shared = { id: answer, class: 'formula', name: 'answer', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-describedby': described, 'data-names': variant.names.join(' '), 'data-shapes': JSON.stringify(variant.shapes ?? {}) };
  const text = [
    html('label', { for: answer }, 'Your answer', variant.note ? html('span', { class: 'note', text: `, ${variant.note}` }) : null),
    variant.kind === 'working' ? html('textarea', { ...shared, rows: '4' }) : html('input', { ...shared, type: 'text' }),
  ];
  const field =
    variant.kind === 'choice'
      ? [choices(variant, answer, feedback)]
      : variant.draw || variant.cells
        ? [
            html('div', { class: 'entry', 'data-draw': variant.draw && JSON.stringify(variant.draw), 'data-cells': variant.cells && JSON.stringify(variant.cells) }),
            html('details', { class: 'as-text', open: true }, html('summary', { text: 'As text' }), ...text),
          ]
        : text;
  return html(
    'form',
    { class: 'question follow', novalidate: true, 'aria-labelledby': ask, 'data-question': variant.question, 'data-seed': variant.seed, 'data-kind': variant.kind },
    html('h3', { text: heading }),
    html('div', { class: 'ask', id: ask }, ...prose(variant.ask)),
    ...field,
    html('p', { class: 'reading', id: reading, 'aria-live': 'polite' }),
    html(
      'div',
      { class: 'actions' },
      html('button', { type: 'submit', disabled: true, text: 'Check' }),
      button('hint', 'Hint'),
      button('next-step', 'Next step'),
      button('show-steps', 'Show the solution'),
      button('another', 'Another one'),
    ),
    html('div', { class: 'feedback', id: feedback, role: 'status' }),
    html('ol', { class: 'hints' }, ...variant.hints.map((hint) => html('li', { hidden: true }, ...prose(hint)))),
    html('ol', { class: 'steps', hidden: true }),
  );
}

function choices(variant, name, feedback) {
  const type = variant.several ? 'checkbox' : 'radio';
  const labels = variant.choices.map((choice, k) =>
    html('label', {}, html('input', { type, name, value: String(k + 1), 'aria-label': choice.text }), html('span', {}, ...prose(choice.html))),
  );
  const legend = html('legend', { text: variant.several ? 'Choose all that are right' : 'Choose one' });
  return html('fieldset', { class: 'choices', 'aria-describedby': feedback }, legend, ...labels);
}
