"""The Python lines of the course print what the course says that they print.

No browser is needed; the test stands here because this is where Python is set up.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import ROOT

FENCE = re.compile(r"^```(python|output)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs() -> Iterator[object]:
    for file in sorted((ROOT / "course").rglob("*.md")):
        program = None
        for k, (kind, text) in enumerate(FENCE.findall(file.read_text(encoding="utf-8"))):
            if kind == "output":
                assert program is not None, f"{file}: an output without a program before it"
                yield pytest.param(program, text, id=f"{file.stem}-{k // 2 + 1}")
                program = None
            else:
                assert program is None, f"{file}: a program without its output"
                program = text
        assert program is None, f"{file}: a program without its output"


@pytest.mark.parametrize(("program", "output"), programs())
def test_a_program_prints_what_stands_under_it(program: str, output: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout == output


def test_there_are_programs() -> None:
    assert len(list(programs())) >= 3
