// The program of a mark that computes its places itself, and when it has to run again.

import { Program } from '../math/program.js';

/** A program whose first inputs are the mark's own variables and whose others are the figure's parameters. */
export class Own {
  /** @param {object} source the portable program @param {number} variables how many inputs are the mark's own */
  constructor(source, variables) {
    this.program = new Program(source);
    this._variables = variables;
    const { inputs } = this.program;
    /** What the variables are called; a name may have been set apart from another of the same spelling. */
    this.names = inputs.slice(0, variables).map((name) => name.replace(/_+$/, ''));
    /** The inputs of the program; the first ones are set by who runs it. */
    this.values = new Array(inputs.length).fill(0);
    this._seen = new Float64Array(inputs.length).fill(NaN);
  }

  /** Which parameters it depends on. */
  get uses() {
    return this.program.uses.slice(this._variables);
  }

  /** Takes the parameters in. True when what was computed from others, for another view or in less detail is stale. */
  stale(panel, params, detail = 0) {
    let stale = this._revision !== panel.revision || this._detail !== detail;
    this._revision = panel.revision;
    this._detail = detail;
    this.take(params, (k) => {
      stale = true;
      return k;
    });
    return stale;
  }

  /** Takes the parameters in. */
  take(params, changed = () => {}) {
    const { uses } = this.program;
    for (let k = this._variables; k < uses.length; k += 1) {
      const value = params[k - this._variables];
      if (uses[k] && this._seen[k] !== value) changed(k);
      this._seen[k] = value;
      this.values[k] = value;
    }
  }
}
