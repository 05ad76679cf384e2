// Prose from the server: paragraphs, emphasis, code and formulas, nothing else.

import { html } from './dom.js';
import { formula } from './mathml.js';

const PROSE = new Set(['p', 'em', 'strong', 'code', 'span', 'ul', 'ol', 'li', 'br']);

/** The nodes of some prose. */
export function prose(source) {
  const body = new DOMParser().parseFromString(source, 'text/html').body;
  return [...body.childNodes].flatMap(clean);
}

function clean(node) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  if (node.localName === 'math') return [formula(node.outerHTML)].filter(Boolean);
  const children = [...node.childNodes].flatMap(clean);
  return PROSE.has(node.localName) ? [html(node.localName, {}, ...children)] : children;
}
