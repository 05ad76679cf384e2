// The interpreter of the portable program: the engine's compiled function, run in the page.
//
// Here: the table of instructions, evaluation at one point and over columns of points.
// Not here: compiling (the server's engine does it), what the numbers mean (`view/`).
// Invariant: agrees with the engine's own evaluation for every instruction; no `eval`; after the first run over a
// column length nothing is allocated.
// Start reading at `Program`.

import { digamma, erf, gamma, lgamma, polygamma, sigmoid, softplus } from './special.js';

/** The version of the format this interpreter runs. */
export const VERSION = 1;

/** Numbers and names of the instructions; the twin of the engine's table. 0 carries a third operand. */
export const OPCODES = [
  [1, 'add'], [2, 'sub'], [3, 'mul'], [4, 'div'], [5, 'neg'], [6, 'recip'], [7, 'powi'], [8, 'pow'], [9, 'sqrt'],
  [10, 'cbrt'], [11, 'root3'], [12, 'abs'], [13, 'sign'], [14, 'floor'], [15, 'ceil'], [16, 'exp'], [17, 'expm1'],
  [18, 'log'], [19, 'log1p'], [20, 'log2'], [21, 'log10'], [22, 'sin'], [23, 'cos'], [24, 'tan'], [25, 'asin'],
  [26, 'acos'], [27, 'atan'], [28, 'sinh'], [29, 'cosh'], [30, 'tanh'], [31, 'asinh'], [32, 'acosh'], [33, 'atanh'],
  [34, 'erf'], [35, 'gamma'], [36, 'lgamma'], [37, 'digamma'], [38, 'sigmoid'], [39, 'softplus'], [40, 'relu'],
  [41, 'step'], [42, 'atan2'], [43, 'max'], [44, 'min'], [45, 'mod'], [46, 'polygamma'], [47, 'lt'], [48, 'le'],
  [49, 'eq'], [50, 'ne'], [51, 'and'], [52, 'or'], [53, 'where'],
];

const flag = (condition) => (condition ? 1 : 0);

const pow = (a, b) => (Number.isNaN(a) ? NaN : Math.pow(a, b)); // NaN^0 is 1 to Math.pow

const LARGEST_SQUARING = 16;

/** a^n by repeated squaring, in the engine's order, so that both give the same digits. */
function powi(a, n) {
  let k = Math.abs(n);
  if (k > LARGEST_SQUARING) return pow(a, n);
  let result = 1;
  for (let square = a; ; square *= square) {
    if (k & 1) result *= square;
    k >>= 1;
    if (k === 0) break;
  }
  return n < 0 ? 1 / result : result;
}

function modulo(a, b) {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

const UNARY = {
  neg: (a) => -a,
  recip: (a) => 1 / a,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  root3: (a) => (a < 0 ? NaN : Math.cbrt(a)),
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  gamma,
  lgamma,
  digamma,
  sigmoid,
  softplus,
  relu: (a) => (a <= 0 ? 0 : a),
  step: (a) => (a > 0 ? 1 : a <= 0 ? 0 : NaN),
};

const BINARY = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  atan2: Math.atan2,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  mod: modulo,
  polygamma,
  lt: (a, b) => flag(a < b),
  le: (a, b) => flag(a <= b),
  eq: (a, b) => flag(a === b),
  ne: (a, b) => flag(a !== b),
  and: (a, b) => flag(a !== 0 && b !== 0),
  or: (a, b) => flag(a !== 0 || b !== 0),
};

// How large the numbers are whose rounding a result holds; the twin of the engine's `program::dust`. `a`, `b`, `c` are the
// operands, `sa`, `sb`, `sc` their sizes, `v` the result. Of the others nothing is known: they have their own size.
const SIZES = {
  add: (v, a, b, sa, sb) => sa + sb,
  sub: (v, a, b, sa, sb) => sa + sb,
  max: (v, a, b, sa, sb) => Math.max(sa, sb),
  min: (v, a, b, sa, sb) => Math.max(sa, sb),
  mul: (v, a, b, sa, sb) => sa * Math.abs(b) + sb * Math.abs(a),
  div: (v, a, b, sa, sb) => (sa + sb * Math.abs(v)) / Math.abs(b),
  recip: (v, a, b, sa) => sa * v * v,
  neg: (v, a, b, sa) => sa,
  abs: (v, a, b, sa) => sa,
  where: (v, a, b, sa, sb, sc) => (a !== 0 ? sb : sc),
  sqrt: (v, a, b, sa) => sa / (2 * v),
  sin: (v, a, b, sa) => sa,
  cos: (v, a, b, sa) => sa,
  atan: (v, a, b, sa) => sa,
  tanh: (v, a, b, sa) => sa,
  asinh: (v, a, b, sa) => sa,
  tan: (v, a, b, sa) => sa * (1 + v * v),
  sinh: (v, a, b, sa) => sa * (1 + Math.abs(v)),
  expm1: (v, a, b, sa) => sa * Math.abs(1 + v),
  log: (v, a, b, sa) => sa / Math.abs(a),
  log1p: (v, a, b, sa) => sa / Math.abs(1 + a),
  log2: (v, a, b, sa) => (sa / Math.abs(a)) * Math.LOG2E,
  log10: (v, a, b, sa) => (sa / Math.abs(a)) * Math.LOG10E,
  atan2: (v, a, b, sa, sb) => (sa * Math.abs(b) + sb * Math.abs(a)) / (a * a + b * b),
  powi: (v, a, n, sa) => (a === 0 ? 0 : Math.abs(n) * sa * Math.abs(v / a)),
};
const own = () => 0;
const SHARE = 2 * Number.EPSILON; // of what it was made of: a result below it is rounding and nothing else
const KEPT = 1e-9; // of its largest operand: a step that gives no less has cancelled nothing worth the name

// How an instruction is run.
const ONE = 1; // dst = f(a)
const TWO = 2; // dst = f(a, b)
const WHOLE_POWER = 3; // dst = a ^ literal
const WHERE = 4; // dst = a ? b : c, the third operand in the pseudo-instruction that follows

const KINDS = new Map();
for (const [code, name] of OPCODES) {
  const size = SIZES[name] ?? own;
  if (name in UNARY) KINDS.set(code, { kind: ONE, f: UNARY[name], size });
  else if (name in BINARY) KINDS.set(code, { kind: TWO, f: BINARY[name], size });
  else if (name === 'powi') KINDS.set(code, { kind: WHOLE_POWER, f: powi, size });
  else if (name === 'where') KINDS.set(code, { kind: WHERE, f: null, size });
}

/** Something is wrong with the program that was sent; the message says what. */
export class ProgramError extends Error {
  /** @param {string} code stable, `program.…` @param {string} message for people */
  constructor(code, message) {
    super(message);
    this.name = 'ProgramError';
    this.code = code;
  }
}

/** A program made ready to run. */
export class Program {
  /** @param {object} source the portable program as it came over the wire; it is checked whole before it is trusted */
  constructor(source) {
    if (!source || source.version !== VERSION) {
      throw new ProgramError(
        'program.version',
        `this page runs programs of version ${VERSION}, the server sent version ${source?.version}; reload the page`,
      );
    }
    const { inputs, constants, registers, code, outputs } = source;
    const lists = [inputs, constants, code, outputs];
    const fits = Number.isInteger(registers) && registers <= 1 << 20;
    if (!lists.every(Array.isArray) || !fits || registers < inputs.length + constants.length || code.length % 4 !== 0) {
      throw new ProgramError('program.shape', 'the program is not whole; reload the page');
    }
    /** Names of the inputs, in order. */
    this.inputs = inputs;
    /** How many numbers come out. */
    this.outputs = outputs.length;
    const given = inputs.length + constants.length;
    const { steps, values, at } = decode(code, registers, given);
    this._steps = steps;
    this._first = inputs.length;
    this._out = Int32Array.from(outputs, at);
    // One place for every value: registers are used again in the code, values are not.
    this._file = new Float64Array(values);
    constants.forEach((value, k) => {
      this._file[inputs.length + k] = Number(value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value === 'nan' ? NaN : value);
    });
    this._plans = new Map();
  }

  /** Which inputs the outputs really depend on: one boolean per input. */
  get uses() {
    this._uses ??= this.usedBy([...this._out.keys()]);
    return this._uses;
  }

  /** Which inputs these outputs depend on: one boolean per input. */
  usedBy(outputs) {
    const needed = new Uint8Array(this._file.length);
    for (const k of outputs) needed[this._out[k]] = 1;
    for (let k = this._steps.length - 1; k >= 0; k -= 1) {
      const step = this._steps[k];
      if (needed[step.dst]) for (const r of reads(step)) needed[r] = 1;
    }
    return this.inputs.map((_, k) => needed[k] === 1);
  }

  /**
   * The outputs at one point.
   * @param {ArrayLike<number>} point one number per input
   * @param {Float64Array} out filled and returned
   */
  at(point, out = new Float64Array(this.outputs)) {
    const file = this._file;
    for (let k = 0; k < this._first; k += 1) file[k] = point[k];
    for (const step of this._steps) scalar(step, file);
    for (let k = 0; k < out.length; k += 1) out[k] = file[this._out[k]];
    return out;
  }

  /**
   * The outputs at one point, with 0 in place of those that are rounding and nothing else (`sin(pi)` is 1.2e-16).
   * @param {ArrayLike<number>} point one number per input
   * @param {Float64Array} out filled and returned
   */
  clean(point, out = new Float64Array(this.outputs)) {
    this.at(point, out);
    const file = this._file;
    this._sizes ??= new Float64Array(file.length);
    const sizes = this._sizes;
    for (let k = 0; k < file.length; k += 1) sizes[k] = Math.abs(file[k]);
    for (const step of this._steps) {
      const { kind, size, dst, a, b, c } = step;
      const whole = kind === WHOLE_POWER;
      const found = size(file[dst], file[a], whole ? b : file[b], sizes[a], whole ? 0 : sizes[b], sizes[c]);
      if (Number.isFinite(found) && found > sizes[dst]) sizes[dst] = found;
      // Sizes add up along a chain, though its errors need not: what comes from operands that can be believed, by a step
      // that cancels nothing, can be believed.
      const value = Math.abs(file[dst]);
      let kept = true;
      for (const r of reads(step)) {
        const x = Math.abs(file[r]);
        kept &&= value >= KEPT * x && (x === 0 || x > SHARE * sizes[r]);
      }
      if (kept) sizes[dst] = Math.min(sizes[dst], value / (2 * SHARE));
    }
    for (let k = 0; k < out.length; k += 1) if (Number.isFinite(out[k]) && Math.abs(out[k]) <= SHARE * sizes[this._out[k]]) out[k] = 0;
    return out;
  }

  /**
   * The outputs over columns of `n` points.
   *
   * An input is a number (the same for all points) or a Float64Array of at least `n`. What depends on numbers alone is
   * computed once. The arrays returned belong to the program and are overwritten by its next run.
   * @param {(number | Float64Array)[]} values
   * @param {number} n
   * @returns {Float64Array[]} one per output, its first `n` entries valid
   */
  columns(values, n) {
    let mask = '';
    for (let k = 0; k < this._first; k += 1) mask += typeof values[k] === 'number' ? '.' : '|';
    let plan = this._plans.get(mask);
    if (!plan || plan.room < n) {
      plan = this._plan(values, n);
      this._plans.set(mask, plan);
    }
    const file = this._file;
    const { columns } = plan;
    for (let k = 0; k < this._first; k += 1) {
      if (typeof values[k] === 'number') file[k] = values[k];
      else columns[k] = values[k];
    }
    for (const step of plan.uniform) scalar(step, file);
    for (const r of plan.spread) columns[r].fill(file[r], 0, n);
    for (const step of plan.varying) vector(step, columns, n);
    for (let k = 0; k < this.outputs; k += 1) plan.results[k] = columns[this._out[k]];
    return plan.results;
  }

  /** Splits the instructions into those done once and those done for every point, and sets the columns aside. */
  _plan(values, n) {
    const room = 1 << Math.ceil(Math.log2(Math.max(64, n)));
    const varies = new Uint8Array(this._file.length);
    for (let k = 0; k < this._first; k += 1) varies[k] = typeof values[k] === 'number' ? 0 : 1;
    const uniform = [];
    const varying = [];
    const spread = new Set();
    for (const step of this._steps) {
      if (reads(step).some((r) => varies[r])) {
        varies[step.dst] = 1;
        for (const r of reads(step)) if (!varies[r]) spread.add(r);
        varying.push(step);
      } else {
        uniform.push(step);
      }
    }
    for (const r of this._out) if (!varies[r]) spread.add(r);
    const columns = new Array(this._file.length).fill(null);
    for (const r of spread) columns[r] = new Float64Array(room);

    // A column is free again after the last instruction that reads it.
    const lastRead = new Map();
    varying.forEach((step, k) => reads(step).forEach((r) => lastRead.set(r, k)));
    for (const r of this._out) lastRead.set(r, Infinity);
    const free = [];
    varying.forEach((step, k) => {
      for (const r of new Set(reads(step))) {
        if (r >= this._first && !spread.has(r) && lastRead.get(r) === k) free.push(columns[r]);
      }
      columns[step.dst] = free.pop() ?? new Float64Array(room);
      if (!lastRead.has(step.dst)) free.push(columns[step.dst]); // computed for nobody
    });
    return { room, uniform, varying, spread: [...spread], columns, results: new Array(this.outputs) };
  }
}

/** The values an instruction reads. */
function reads(step) {
  if (step.kind === WHERE) return [step.a, step.b, step.c];
  return step.kind === TWO ? [step.a, step.b] : [step.a];
}

function check(register, registers) {
  if (!Number.isInteger(register) || register < 0 || register >= registers) {
    throw new ProgramError('program.register', `the program names register ${register} of ${registers}; reload the page`);
  }
}

/** Turns the flat code into steps over values: each is written once, before it is read. */
function decode(code, registers, given) {
  const steps = [];
  const holds = new Int32Array(registers).fill(-1); // which value a register holds now
  for (let k = 0; k < given; k += 1) holds[k] = k;
  let values = given;
  const at = (register) => {
    check(register, registers);
    if (holds[register] < 0) {
      throw new ProgramError('program.order', `register ${register} is read before it is written; reload the page`);
    }
    return holds[register];
  };
  for (let k = 0; k < code.length; k += 4) {
    const [op, register, a, b] = [code[k], code[k + 1], code[k + 2], code[k + 3]];
    const known = KINDS.get(op);
    if (!known) {
      throw new ProgramError('program.opcode', `this page does not know instruction ${op}; reload the page`);
    }
    const step = { kind: known.kind, f: known.f, size: known.size, dst: values, a: at(a), b: 0, c: 0 };
    if (step.kind === TWO || step.kind === WHERE) step.b = at(b);
    if (step.kind === WHOLE_POWER) step.b = b;
    if (step.kind === WHERE) {
      k += 4;
      if (code[k] !== 0) throw new ProgramError('program.shape', 'a choice without its third operand; reload the page');
      step.c = at(code[k + 1]);
    }
    check(register, registers);
    holds[register] = values;
    values += 1;
    steps.push(step);
  }
  return { steps, values, at };
}

function scalar(step, file) {
  const { f } = step;
  switch (step.kind) {
    case ONE:
      file[step.dst] = f(file[step.a]);
      break;
    case TWO:
      file[step.dst] = f(file[step.a], file[step.b]);
      break;
    case WHOLE_POWER:
      file[step.dst] = f(file[step.a], step.b);
      break;
    default:
      file[step.dst] = file[step.a] !== 0 ? file[step.b] : file[step.c];
  }
}

function vector(step, columns, n) {
  const { f } = step;
  const out = columns[step.dst];
  const a = columns[step.a];
  switch (step.kind) {
    case ONE:
      for (let i = 0; i < n; i += 1) out[i] = f(a[i]);
      break;
    case TWO: {
      const b = columns[step.b];
      for (let i = 0; i < n; i += 1) out[i] = f(a[i], b[i]);
      break;
    }
    case WHOLE_POWER:
      for (let i = 0; i < n; i += 1) out[i] = f(a[i], step.b);
      break;
    default: {
      const b = columns[step.b];
      const c = columns[step.c];
      for (let i = 0; i < n; i += 1) out[i] = a[i] !== 0 ? b[i] : c[i];
    }
  }
}
