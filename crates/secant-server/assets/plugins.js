// The plugins of labs: which module makes each one, fetched when a page has it.
//
// Here: the table, hanging a plugin into its element.
// Not here: which options a plugin takes and what it says without scripts (`secant-course`, `plugin.rs`); what it does
// (`plugins/name.js`, which exports `mount(element, options)`; `options` are strings, as they stand in the course).
// Start reading at `hang`.

import { post } from './api.js';
import { html } from './view/dom.js';

const PLUGINS = {
  backpropagation: () => import('./plugins/backpropagation.js'),
  sandpit: () => import('./plugins/sandpit.js'),
};

/** Brings every plugin below `root` to life, and keeps it when one says that it is done. */
export function hang(root) {
  for (const element of root.querySelectorAll('[data-plugin]')) mount(element);
}

async function mount(element) {
  const { plugin } = element.dataset;
  const part = element.closest('[data-part]')?.dataset.part;
  element.addEventListener('secant:done', () => post('/api/v1/progress', { part, finished: true }));
  try {
    const module = await PLUGINS[plugin]();
    await module.mount(element, JSON.parse(element.dataset.options ?? '{}'));
  } catch (error) {
    // What stands there stays, and the reader is told why it does not move.
    element.append(html('p', { class: 'notice', role: 'alert', text: `This does not start: ${error.message}.` }));
  }
}
