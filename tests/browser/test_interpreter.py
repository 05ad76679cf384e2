"""The interpreter in the page gives the numbers the engine gives."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from playwright.sync_api import Page

from lesson import RISE

GOLDEN = json.loads((Path(__file__).parent / "fixtures" / "opcodes.json").read_text())  # written by a test of the engine
RELATIVE, SCALE = 1e-12, 1e-3  # of a whole function; an instruction has its own, in the golden file
POINTS = [-1.9, -1.0, -0.5, -1e-3, 0.0, 1e-3, 0.25, 0.5, 1.0, 1.5, 1.9, 2.0]
FUNCTIONS = [
    "x^2", "x^3 - 2 x + 1", "x^(-3)", "x^20", "1/x", "sqrt(x)", "cbrt(x)", "abs(x)", "sign(x)", "floor(3 x)", "ceil(3 x)",
    "exp(x)", "e^(-x^2)", "log(x)", "log2(x)", "log10(x)", "2^x", "(x + 2)^x", "x^(1/3)", "sin(x)", "cos(3 x)", "tan(x)",
    "asin(x/2)", "acos(x/2)", "atan(x)", "sinh(x)", "cosh(x)", "tanh(x)", "asinh(x)", "acosh(x + 2)", "atanh(x/3)",
    "erf(x)", "gamma(x + 0.3)", "sigmoid(5 x)", "softplus(5 x)", "relu(x)", "max(x, x^2)", "min(x, 1)",
    "sin(x)^2 + cos(x)^2", "x sin(1/x)", "sqrt(1 - x^2)", "exp(sin(x^2))",
]  # fmt: skip


@pytest.fixture
def run(page: Page):
    """`run(program, points)`: the outputs at each point, once point by point and once in columns, which must agree."""
    page.goto(RISE)
    address = page.locator("script[type=module][src*='app.js']").get_attribute("src").replace("app.js", "math/program.js")

    def ran(program: dict, points: list[list[float]]) -> list[list[float]]:
        found = page.evaluate(
            """async ([address, source, points]) => {
                const { Program } = await import(address);
                const number = (v) => (typeof v === 'string' ? { nan: NaN, inf: Infinity, '-inf': -Infinity }[v] : v);
                const text = (v) => (Number.isFinite(v) ? v : Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf');
                const program = new Program(source);
                const rows = points.map((row) => row.map(number));
                const single = rows.map((row) => [...program.at(row)].map(text));
                const columns = program.inputs.map((_, k) => Float64Array.from(rows, (row) => row[k]));
                const out = program.columns(columns, rows.length);
                const together = rows.map((_, i) => out.map((column) => text(column[i])));
                return [single, together];
            }""",
            [address, program, points],
        )
        assert found[0] == found[1], "points and columns disagree"
        return [[float(v) for v in row] for row in found[0]]

    ran.page = page
    ran.address = address
    return ran


def close(ours: float, theirs: float, relative: float = RELATIVE, scale: float = SCALE) -> bool:
    if math.isnan(theirs) or math.isinf(theirs):
        return str(ours) == str(theirs)
    return abs(ours - theirs) <= relative * max(abs(theirs), scale)


def post(page: Page, path: str, body: dict) -> dict:
    return page.evaluate(
        """async ([path, body]) => (await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body) })).json()""",
        [path, body],
    )


@pytest.mark.parametrize("text", FUNCTIONS)
def test_a_typed_function_has_the_values_of_the_engine(run, text: str) -> None:
    page = run.page
    lesson = json.loads(page.locator("#lesson").text_content())
    reply = post(page, "/api/v1/figure", {"part": lesson["id"], "figure": lesson["figure"]["id"], "functions": {"f": text}})
    assert reply["ok"], reply
    curve = next(e for e in reply["figure"]["elements"] if e["kind"] == "curve" and e["id"] == "path")
    rest = [p["value"] for p in reply["figure"]["params"]]
    found = run(curve["program"], [[x, *rest] for x in POINTS])
    asked = post(page, "/api/v1/ask", {"op": "evaluate", "expr": text, "at": [{"x": x} for x in POINTS]})
    assert asked["ok"], asked
    for x, [ours], theirs in zip(POINTS, found, asked["values"], strict=True):
        if math.isfinite(float(theirs)):
            assert close(ours, theirs), f"{text} at {x}: {ours} here, {theirs} there"
        else:  # at a pole the engine says that there is no value, a program that it is infinite; neither is drawn
            assert not math.isfinite(ours), f"{text} at {x}: {ours} here, {theirs} there"
    assert sum(math.isfinite(float(theirs)) for theirs in asked["values"]) >= 5


def test_the_tables_of_instructions_are_the_same(run) -> None:
    ours = run.page.evaluate("async (address) => (await import(address)).OPCODES", run.address)
    theirs = run.page.evaluate("async () => (await fetch('/api/v1/opcodes')).json()")
    assert [row for row in theirs["opcodes"] if row[0] != 0] == ours
    assert theirs["version"] == run.page.evaluate("async (address) => (await import(address)).VERSION", run.address)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_every_instruction(run, case: dict) -> None:
    points = [list(point) for point in zip(*case["inputs"], strict=True)]
    outputs = list(zip(*case["outputs"], strict=True))
    for point, ours, theirs in zip(points, run(case["program"], points), outputs, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert close(a, float(b), case["relative"], case["scale"]), f"{case['name']} at {point}: {a} here, {b} there"


def test_the_golden_file_has_every_instruction(run) -> None:
    ours = run.page.evaluate("async (address) => (await import(address)).OPCODES", run.address)
    assert [row[:2] for row in GOLDEN["opcodes"]] == ours
    used = {number for case in GOLDEN["cases"] for number in case["program"]["code"][::4]}
    assert {number for number, _ in ours} <= used


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "program.version"),
        ({"code": [9999, 1, 0, 0], "registers": 2, "outputs": [1]}, "program.opcode"),
        ({"code": [1, 1, 0]}, "program.shape"),
        ({"outputs": [7]}, "program.register"),
        ({"code": [1, 1, 2, 0], "registers": 3, "outputs": [1]}, "program.order"),
    ],
)
def test_a_program_that_is_not_whole_is_refused(run, change: dict, code: str) -> None:
    program = {"version": 1, "inputs": ["x"], "constants": [], "registers": 1, "code": [], "outputs": [0]} | change
    refused = run.page.evaluate(
        """async ([address, source]) => {
            const { Program } = await import(address);
            try { new Program(source); return null; } catch (error) { return [error.code, error.message]; }
        }""",
        [run.address, program],
    )
    assert refused and refused[0] == code
    assert "reload the page" in refused[1]
