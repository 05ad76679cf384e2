// Numbers and names as a reader sees them.
//
// Here: a value to so many significant digits, names set as mathematics.
// Not here: labels of ticks, which share one step (`ticks.js`).

const SUPERSCRIPT = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** The number to `digits` significant digits, as the engine prints it: a real minus sign, no trailing zeros. */
export function formatNumber(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return 'undefined';
  if (value === Infinity) return '∞';
  if (value === -Infinity) return '−∞';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e-4 && size < 1e6) return String(rounded).replace('-', '−');
  return scientific(rounded);
}

/** The number as a mantissa and a power of ten. */
export function scientific(value) {
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = exponent.replace('+', '').replace(/./g, (c) => SUPERSCRIPT[c]);
  return `${mantissa.replace('-', '−')}×10${power}`;
}

/** The same number in words a voice reads well. */
export function speakNumber(value, digits = 3) {
  return formatNumber(value, digits)
    .replace('−∞', 'minus infinity')
    .replace('∞', 'infinity')
    .replace(/^−/, 'minus ')
    .replace(/×10(.*)$/, (_, power) => {
      const plain = power.replace(/./g, (c) => Object.keys(SUPERSCRIPT).find((k) => SUPERSCRIPT[k] === c));
      return ` times ten to the ${plain.replace('-', 'minus ')}`;
    });
}

/** A label with its single letters in mathematical italic: `f(x)`, `Δy`; words stay upright, "a hill" and "100 m" too. */
export function mathText(text) {
  const isWord = (run, at) =>
    run.length > 1 || (run === 'a' && /^ [A-Za-z]{2}/.test(text.slice(at + 1))) || /\d $/.test(text.slice(0, at));
  return text
    .replace(/[A-Za-z]+/g, (run, at) => (isWord(run, at) ? run : italic(run)))
    .replace(/-/g, '−')
    .replace(/'/g, '′');
}

function italic(letter) {
  if (letter === 'h') return 'ℎ'; // the one italic letter that stands elsewhere in Unicode
  const code = letter.charCodeAt(0);
  return String.fromCodePoint(code >= 97 ? 0x1d44e + code - 97 : 0x1d434 + code - 65);
}
