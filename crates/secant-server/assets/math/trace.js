// Steps done again and again, and the numbers at which they end.
//
// Here: the walk of a trace, the inputs that all programs of a figure share. Not here: drawing it (`view/paths.js`).
// Invariant: the twin of the engine's `Figure::trace` and of the inputs it makes.

import { Program } from './program.js';

const MOST_STEPS = 1000;

/**
 * Walks a trace and gives its numbers where it stands last.
 * @param {Program} program its inputs: the numbers of the trace, then those of the figure
 * @param {number[]} values the inputs; the first ones are overwritten
 * @param {number[]} from the numbers it begins at
 * @param {number} steps how many
 * @param {(places: Float64Array) => void} visit is given the places of each step
 */
export function walk(program, values, from, steps, visit = () => {}) {
  const count = Math.min(MOST_STEPS, Math.max(0, Math.round(steps) || 0));
  const out = new Float64Array(program.outputs);
  let now = from;
  let last = from.map(() => NaN);
  for (let k = 0; k <= count; k += 1) {
    for (let n = 0; n < from.length; n += 1) values[n] = now[n];
    program.clean(values, out);
    const places = out.slice(from.length);
    if (!places.every(Number.isFinite)) break;
    visit(places);
    last = now;
    now = [...out.subarray(0, from.length)];
  }
  return last;
}

/** The inputs of a figure's programs: its parameters, then where traces end, as far as a formula asks. */
export class Inputs {
  /** @param {object} data the compiled figure @param {Program} state its state program */
  constructor(data, state) {
    this._state = state;
    this._params = data.params.length;
    this.values = new Float64Array(this._params + (data.ends?.length ?? 0));
    this._trial = new Float64Array(this.values.length);
    // The ends of one trace stand together.
    this._traces = [];
    (data.ends ?? []).forEach(({ element, variable }, k) => {
      if (this._traces.at(-1)?.element !== element) {
        const { program, start, steps } = data.elements[element];
        this._traces.push({ element, program: new Program(program), start, steps, ends: [] });
      }
      this._traces.at(-1).ends.push({ variable, at: this._params + k });
    });
  }

  /** Takes the parameters in; `numbers` is filled with what the state program makes of them and of where traces end. */
  take(params, numbers) {
    const { values } = this;
    values.set(params);
    values.fill(NaN, this._params);
    this._state.clean(values, numbers);
    for (const { program, start, steps, ends } of this._traces) {
      const own = [...start.map(() => 0), ...values];
      const last = walk(program, own, start.map((k) => numbers[k]), numbers[steps]);
      for (const { variable, at } of ends) values[at] = last[variable];
      this._state.clean(values, numbers);
    }
  }

  /** Other parameters with the ends as they are now. The array is reused. */
  trial(params) {
    this._trial.set(this.values);
    this._trial.set(params);
    return this._trial;
  }

  /** Which parameters something depends on that uses these inputs. */
  parameters(used) {
    const all = [...used];
    for (const { program, start, steps, ends } of [...this._traces].reverse()) {
      if (!ends.some(({ at }) => all[at])) continue;
      const inside = program.uses.slice(start.length);
      this._state.usedBy([...start, steps]).forEach((uses, k) => (all[k] ||= uses || inside[k]));
    }
    return all.slice(0, this._params);
  }
}
