// Making elements.

const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element. `attributes`: `class`, `text`, `hidden`, and anything `setAttribute` takes; null leaves one out. */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') element.textContent = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An icon of 24 × 24 units; `d` is its path. */
export function icon(d) {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d }));
}

/** Changes an attribute only when it is different, so that nothing is redrawn for nothing. */
export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Changes a text only when it is different. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Whether the reader asked for less motion. */
export function calm() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

let serial = 0;
/** An id nobody else has. */
export function fresh(word) {
  serial += 1;
  return `${word}-${serial}`;
}
