"""Answers that are no line of text: a graph drawn by hand, a matrix in its cells."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page

from lesson import until
from server import Server

LESSON = "/lesson/drawn"


@pytest.fixture
def entries(open_page, entries_server: Server) -> Page:
    page = open_page(entries_server, color_scheme="light")
    page.goto(LESSON)
    until(page, "document.querySelectorAll('input.entry-cell').length === 8 && document.querySelector('.drawing .plot')")
    return page


def form(page: Page, name: str) -> Locator:
    return page.locator(f"#question-{name}")


def check(page: Page, name: str) -> Locator:
    feedback = form(page, name).locator(".feedback")
    feedback.evaluate("(element) => { element.className = 'feedback'; }")
    with page.expect_response("**/api/v1/answer"):
        form(page, name).get_by_role("button", name="Check").click()
    until(page, f"document.querySelector('#question-{name} .feedback').className !== 'feedback'")
    return feedback


def heights(page: Page) -> list[float | None]:
    return json.loads(form(page, "slope").locator("input.formula").input_value() or "[]")


def canvas(page: Page) -> dict[str, float]:
    """The drawing's ground on the screen; its window is x = -3..3, y = -4..8."""
    ground = form(page, "slope").locator(".drawing rect.ground")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    assert box is not None
    return box


def draw(page: Page, curve: list[tuple[float, float]]) -> None:
    box = canvas(page)

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + 0.5 + (x + 3) / 6 * (box["width"] - 1), box["y"] + 0.5 + (8 - y) / 12 * (box["height"] - 1)

    page.mouse.move(*at(*curve[0]))
    page.mouse.down()
    for place in curve[1:]:
        page.mouse.move(*at(*place))
    page.mouse.up()


def slope(page: Page) -> list[float | None]:
    """What is right, as the worked solution draws it."""
    question = form(page, "slope")
    return page.evaluate(
        """async ([question, seed]) => (await (await fetch('/api/v1/steps', { method: 'POST',
            headers: { 'content-type': 'application/json' }, body: JSON.stringify({ question, seed }) })).json()).curve""",
        [question.get_attribute("data-question"), int(question.get_attribute("data-seed"))],
    )


def curve(page: Page, of) -> list[tuple[float, float]]:
    right = slope(page)
    return [(-3 + k / 8, of(y)) for k, y in enumerate(right) if y is not None]


def test_a_graph_is_drawn_with_the_pointer(entries: Page) -> None:
    draw(entries, curve(entries, lambda y: y))
    assert all(h is not None for h in heights(entries))
    feedback = check(entries, "slope")
    assert feedback.locator(".verdict").inner_text() == "Right."


def test_a_slip_has_a_graph_of_its_own_and_its_place_is_shown(entries: Page) -> None:
    draw(entries, curve(entries, lambda y: max(-4, -y)))
    first = check(entries, "slope")
    assert "wrong" in first.get_attribute("class")
    assert "Take one place where the given graph rises." in first.inner_text()
    assert form(entries, "slope").locator(".wrong-places rect").count() > 0
    second = check(entries, "slope")
    assert "upside down" in second.inner_text() and "it should be" in second.inner_text()
    form(entries, "slope").get_by_role("button", name="Show the solution").click()
    until(entries, "document.querySelector('#question-slope .curve.main').getAttribute('d').length > 50")
    assert "Where the graph is flat" in form(entries, "slope").locator("ol.steps").inner_text()


def test_a_stroke_overwrites_and_can_be_undone(entries: Page) -> None:
    draw(entries, [(-3, 1), (3, 1)])
    before = heights(entries)
    assert all(abs(h - 1) < 0.2 for h in before)
    draw(entries, [(0, -2), (1, -2)])
    after = heights(entries)
    assert after[:24] == before[:24] and all(abs(h + 2) < 0.2 for h in after[24:33])
    form(entries, "slope").get_by_role("button", name="Undo").click()
    assert heights(entries) == before
    form(entries, "slope").get_by_role("button", name="Clear").click()
    assert heights(entries) == []
    form(entries, "slope").get_by_role("button", name="Undo").click()
    assert heights(entries) == before


def test_a_graph_is_drawn_with_the_keys(entries: Page) -> None:
    column = form(entries, "slope").get_by_role("slider", name="Your curve")
    column.focus()
    assert column.get_attribute("aria-valuetext") == "x = 0: nothing drawn"
    column.press("Home")
    column.press("ArrowUp")
    assert column.get_attribute("aria-valuetext") == "x = minus 3: height 0.3"
    column.press("End")
    column.press("Shift+ArrowUp")
    told = [h for h in heights(entries) if h is not None]
    assert len(told) == 49, "what lies between two places that are set by key is joined"
    assert told == sorted(told) and told[0] == 0.3 and told[-1] == 1.5
    column.press("ArrowLeft")
    column.press("Delete")
    assert heights(entries)[47] is None
    column.press("Control+z")
    assert heights(entries)[47] is not None


def test_the_text_is_the_same_answer(entries: Page) -> None:
    question = form(entries, "slope")
    question.locator("summary").click()
    right = slope(entries)
    question.locator("input.formula").fill(json.dumps(right))
    assert question.locator(".drawing path.second").get_attribute("d").count("L") >= 40
    assert check(entries, "slope").locator(".verdict").inner_text() == "Right."


def test_nonsense_in_the_text_costs_nothing(entries: Page) -> None:
    question = form(entries, "slope")
    question.locator("summary").click()
    question.locator("input.formula").fill("sin(x)")
    assert "unread" in check(entries, "slope").get_attribute("class")
    assert question.locator("ol.attempts li").count() == 0 or "graph" in question.locator("ol.attempts").inner_text()


def cells(page: Page, name: str) -> Locator:
    return form(page, name).locator("input.entry-cell")


def number(page: Page, name: str) -> str:
    """The number of this variant, from what is asked."""
    text = form(page, name).locator(".ask").inner_text()
    return re.search(r"[−-]\s*(\d)", text)[1] if name == "lowest" else next(c for c in text if c in "2345")


def test_a_matrix_is_typed_cell_by_cell(entries: Page) -> None:
    k = number(entries, "jacobian")
    grid = cells(entries, "jacobian")
    assert grid.count() == 4
    grid.first.focus()
    entries.keyboard.type(f"{k} y")
    form(entries, "jacobian").locator(".entry-reading math").first.wait_for()
    entries.keyboard.press("Tab")
    entries.keyboard.type("0")
    entries.keyboard.press("ArrowDown")
    entries.keyboard.type("1")
    entries.keyboard.press("ArrowLeft")  # inside the text
    entries.keyboard.press("ArrowLeft")  # to the cell on the left
    entries.keyboard.type("1")
    assert form(entries, "jacobian").locator("input.formula[name=answer]").input_value() == f"[{k} y, 0; 1, 1]"
    feedback = check(entries, "jacobian")
    assert "wrong" in feedback.get_attribute("class")
    invalid = grid.evaluate_all("cells => cells.map((c) => c.getAttribute('aria-invalid'))")
    assert invalid == [None, "true", None, None]
    grid.nth(1).fill(f"{k} x")
    assert check(entries, "jacobian").locator(".verdict").inner_text() == "Right."
    entries.reload()
    until(entries, "document.querySelectorAll('#question-jacobian input.entry-cell').length === 4")
    values = cells(entries, "jacobian").evaluate_all("cells => cells.map((c) => c.value)")
    assert values == [f"{k} y", f"{k} x", "1", "1"], "what was answered stands in the cells again"


def test_a_pasted_matrix_fills_the_cells(entries: Page) -> None:
    paste = """(cell, text) => {
        const data = new DataTransfer();
        data.setData('text', text);
        cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    grid = cells(entries, "jacobian")
    for text in ("[a + 1, (2, 3)[1]; 3, 4]", "[[a + 1, (2, 3)[1]], [3, 4]]", "a + 1\t(2, 3)[1]\n3\t4\n"):
        grid.first.evaluate(paste, text)
        assert grid.evaluate_all("cells => cells.map((c) => c.value)") == ["a + 1", "(2, 3)[1]", "3", "4"], text
    grid.nth(3).evaluate(paste, "7, 8")
    assert grid.evaluate_all("cells => cells.map((c) => c.value)") == ["a + 1", "(2, 3)[1]", "3", "7"]


def test_an_entry_that_cannot_be_read_is_the_one_that_is_marked(entries: Page) -> None:
    grid = cells(entries, "gradient")
    grid.nth(0).fill("2 x")
    form(entries, "gradient").get_by_role("button", name="Check").click()
    assert "still empty" in form(entries, "gradient").locator(".feedback").inner_text()
    grid.nth(1).fill("2 * (")
    feedback = check(entries, "gradient")
    assert "unread" in feedback.get_attribute("class")
    assert grid.nth(1).get_attribute("aria-invalid") == "true" and grid.nth(0).get_attribute("aria-invalid") is None


def test_vectors_and_points_have_their_brackets(entries: Page) -> None:
    k = number(entries, "gradient")
    for at, text in enumerate([f"{k}*2 x", "1"]):
        cells(entries, "gradient").nth(at).fill(text)
    assert check(entries, "gradient").locator(".verdict").inner_text() == "Right."
    k = number(entries, "lowest")
    for at, text in enumerate([k, "0"]):
        cells(entries, "lowest").nth(at).fill(text)
    assert form(entries, "lowest").locator("input.formula[name=answer]").input_value() == f"({k}, 0)"
    assert check(entries, "lowest").locator(".verdict").inner_text() == "Right."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_and_narrow_screens(open_page, entries_server: Server, axe, scheme: str) -> None:
    page = open_page(entries_server, color_scheme=scheme, viewport={"width": 320, "height": 700})
    page.goto(LESSON)
    until(page, "document.querySelectorAll('input.entry-cell').length === 8 && document.querySelector('.drawing .plot')")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_scripts_there_is_the_text(open_page, entries_server: Server) -> None:
    page = open_page(entries_server, color_scheme="light", java_script_enabled=False)
    page.watch.expected.append(re.compile(r"request failed: \S+\.js: csp$"))
    page.goto(LESSON)
    assert form(page, "slope").locator("input.formula").is_visible()
    assert form(page, "jacobian").locator("input.formula").is_visible()
