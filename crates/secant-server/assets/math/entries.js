// The entries of a matrix, a vector or a point as text, and back.
//
// Here: text to rows of entries, rows to text, where in the text each entry stands.
// Not here: the cells (`view/cells.js`), what an entry means (the server).
// Invariant: reading what was written gives the same entries.

const OPEN = '([{';
const CLOSE = ')]}';

/** The rows of `[1, 2; 3, 4]`, of `(1, 2)`, of `1 2` and of lines with tabs; null for what is one formula. */
export function rows(text) {
  let inside = text.trim();
  if (inside === '') return null;
  const wrapped = around(inside);
  if (wrapped) inside = inside.slice(1, -1);
  let found = split(inside, ';\n').filter((row) => row.trim() !== '').map((row) => split(row, ',\t').map((entry) => entry.trim()));
  // [[1, 2], [3, 4]]
  const nested = found.length === 1 && found[0].every((entry) => entry.startsWith('[') && around(entry));
  if (nested) found = found[0].map((entry) => split(entry.slice(1, -1), ',').map((e) => e.trim()));
  const several = found.length > 1 || found[0]?.length > 1;
  return wrapped || several ? found : null;
}

/** Is one pair of brackets around all of it? */
function around(text) {
  if (!OPEN.includes(text[0]) || CLOSE.indexOf(text.at(-1)) !== OPEN.indexOf(text[0])) return false;
  let depth = 0;
  for (let k = 0; k < text.length; k += 1) {
    if (OPEN.includes(text[k])) depth += 1;
    if (CLOSE.includes(text[k])) depth -= 1;
    if (depth === 0 && k < text.length - 1) return false;
  }
  return true;
}

function split(text, signs) {
  const parts = [''];
  let depth = 0;
  for (const c of text) {
    if (OPEN.includes(c)) depth += 1;
    if (CLOSE.includes(c)) depth -= 1;
    if (depth === 0 && signs.includes(c)) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}

/** Entries as the text of an answer, and the characters at which each stands. */
export function written(entries, { columns, brackets, between }) {
  let text = brackets[0];
  const places = entries.map((entry, k) => {
    if (k > 0) text += k % columns === 0 ? between : ', ';
    const from = [...text].length;
    text += entry.trim();
    return [from, from + [...entry.trim()].length];
  });
  return { text: text + brackets[1], places };
}

/** Entries in the order of a grid; null where they do not fit. A vector fits whichever way it lies. */
export function fitted(found, count, columns) {
  if (!found) return null;
  const across = found.length === count / columns && found.every((row) => row.length === columns);
  const flat = found.flat();
  const line = columns === 1 || columns === count;
  return across || (line && flat.length === count && (found.length === 1 || found.every((row) => row.length === 1))) ? flat : null;
}
