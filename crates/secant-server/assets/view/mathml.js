// Formulas from the server, put into the page.
//
// Invariant: only MathML presentation elements and harmless attributes get through, whatever was sent.

const ELEMENTS = new Set(
  'math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle mpadded mphantom menclose semantics'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'display displaystyle scriptlevel stretchy fence separator form lspace rspace minsize maxsize symmetric largeop movablelimits mathvariant accent accentunder linethickness columnalign rowspacing columnspacing width height depth dir alttext'.split(
    ' ',
  ),
);
const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

/** A `<math>` element from its text, or null when there is none in it. */
export function formula(text) {
  if (typeof text !== 'string') return null;
  const found = new DOMParser().parseFromString(text, 'text/html').querySelector('math');
  return found ? copy(found) : null;
}

function copy(from) {
  const to = document.createElementNS(NAMESPACE, from.localName);
  for (const { name, value } of from.attributes) if (ATTRIBUTES.has(name)) to.setAttribute(name, value);
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && ELEMENTS.has(child.localName)) to.append(copy(child));
  }
  return to;
}
