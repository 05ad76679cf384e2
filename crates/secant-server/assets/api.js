// Requests to the server. Every answer is `{ok: true, …}` or `{ok: false, error: {code, message, at?, hint?}}`, also when
// the network fails.

/** POSTs `body` as JSON. `signal` cancels; a cancelled request answers `null`. */
export async function post(path, body, signal) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    return await response.json();
  } catch (error) {
    if (error.name === 'AbortError') return null;
    return {
      ok: false,
      error: {
        code: 'page.no-server',
        message: 'the server does not answer',
        hint: 'Is `secant serve` still running? Your text is kept here.',
      },
    };
  }
}

/** Asks after a pause in the typing; a newer question cancels the older one. */
export class Asker {
  constructor(path, delay = 160) {
    this._path = path;
    this._delay = delay;
  }

  /** Resolves to the reply, or to `null` when a newer question has taken its place. */
  ask(body) {
    this.cancel();
    const cancel = new AbortController();
    this._cancel = cancel;
    return new Promise((resolve) => {
      const timer = setTimeout(async () => {
        const reply = await post(this._path, body, cancel.signal);
        resolve(cancel.signal.aborted ? null : reply);
      }, this._delay);
      cancel.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(null);
      });
    });
  }

  cancel() {
    this._cancel?.abort();
  }
}
