"""The real `secant serve`, started and stopped for a test.

Here: one process with its own data folder, on a free port.
Not here: the browser (`conftest.py`).
"""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):\d+")
SECONDS_TO_START = 30
SECONDS_TO_STOP = 10


def binary() -> Path:
    """The command under test: the one `cargo xtask test` has built."""
    given = os.environ.get("SECANT_BINARY")
    if given:
        return Path(given)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "secant"


class Server:
    """A running server: `url` is its address, `data` its folder; `restart()` keeps the folder."""

    words: list[str] = []

    def __init__(self, data: Path, course: Path | None = None) -> None:
        self.data = data
        self.course = course
        self.url = ""
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self, port: str = "0") -> Server:
        command = [str(binary()), "serve", "--data", str(self.data), "--port", port]
        command += ["--course", str(self.course)] if self.course else []
        command += self.words
        self._process = subprocess.Popen(
            command, cwd=self.data, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, args=(self._process, lines), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=SECONDS_TO_START)
            except queue.Empty:
                line = None
            if line is None:
                self._process.kill()
                raise RuntimeError(f"{' '.join(command)} printed no address:\n" + "".join(self.said))
            found = ADDRESS.search(line)
            if found:
                self.url = found[0]
                return self

    def _listen(self, process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
            lines.put(line)
        lines.put(None)

    def stop(self) -> int:
        """Asks as Ctrl-C does, and gives the exit status."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            return process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError("the server did not end on Ctrl-C") from None

    def kill(self) -> None:
        """The machine loses power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> Server:
        self.stop()
        return self.start()
