"""Sheets: pages of one's own, kept while they are typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from lesson import until
from server import Server


def new(page: Page) -> None:
    page.goto("/sheet")
    page.get_by_role("button", name="New sheet").click()
    live(page)


def live(page: Page) -> None:
    until(page, "document.getElementById('sheet')?.sheet !== undefined")


def cell(page: Page, k: int) -> Locator:
    return page.locator("section.sheet-cell").nth(k)


def write(page: Page, k: int, text: str) -> None:
    with page.expect_response("**/api/v1/sheet"):
        cell(page, k).locator("textarea").fill(text)


def saved(page: Page) -> None:
    until(page, "document.getElementById('saved').textContent === 'Saved'")


def add(page: Page, kind: str) -> None:
    with page.expect_response("**/api/v1/sheet"):
        page.get_by_role("group", name="Add a cell at the end").get_by_role("button", name=kind).click()


def tool(page: Page, k: int, name: str) -> None:
    """The buttons of a cell are there while one is in it."""
    cell(page, k).evaluate("(cell) => cell.focus()")
    cell(page, k).get_by_role("button", name=name).click()


def kinds(page: Page) -> list[str]:
    return page.locator("section.sheet-cell").evaluate_all("cells => cells.map((c) => c.dataset.kind)")


def test_calls_give_reports(page: Page, axe) -> None:
    new(page)
    write(page, 0, "f(x) = cos(x)\ntaylor(f, x = 0, 4, over = -1..1)\nlimit(1/x, x = 0)\nsolve(f(x) = x, x = 0..2)")
    until(page, "document.querySelector('.sheet-cell .output .status.proven') !== null")
    said = cell(page, 0).locator(".output").inner_text()
    assert "0.739085133215" in said and "there are no others" in said
    assert "off by at most" in said and "no limit: from below" in said
    assert axe(page) == []
    write(page, 0, "taylor(cos(x), x = 0)")
    until(page, "document.querySelector('.sheet-cell .reading').textContent.includes('order')")
    assert "Write taylor" in cell(page, 0).locator(".reading").inner_text()


def test_a_sheet_runs_while_it_is_written(page: Page) -> None:
    new(page)
    write(page, 0, "f(x) = x^2 sin(x)\ndiff(f(x), x)")
    until(page, "document.querySelectorAll('.sheet-cell .output .result math').length === 2")
    add(page, "Request")
    write(page, 1, "taylor(f(x), x = 0, order = 5)")
    until(page, "document.querySelectorAll('.sheet-cell')[1].querySelector('.output math') !== null")
    write(page, 0, "f(x) = cos(x)")
    until(page, "document.querySelectorAll('.sheet-cell')[1].querySelector('.output').textContent.includes('24')")


def test_figures_know_the_names_before_them_and_can_be_dragged(page: Page) -> None:
    new(page)
    write(page, 0, "f(x) = x^2/2")
    add(page, "Figure")
    write(page, 1, 'a = 1 in -2..2 label "place"\npanel p: x = -2..2, y = -1..3\nplot f, x = -2..2 as curve\npoint A = (a, f(a)) drag a label "A"')
    until(page, "document.querySelector('figure.figure')?.figure?.params.length === 1")
    handle = cell(page, 1).locator(".handle")
    handle.focus()
    handle.press("ArrowRight")
    until(page, "document.querySelector('figure.figure').figure.params[0] > 1")
    moved = page.evaluate("document.querySelector('figure.figure').figure.params[0]")
    write(page, 0, "f(x) = sin(x)")
    until(page, f"Math.abs(document.querySelector('figure.figure')?.figure?.params[0] - {moved}) < 1e-9")


def test_a_bad_cell_says_where_and_breaks_no_other(page: Page) -> None:
    new(page)
    write(page, 0, "a = 2\nb = a +* 3")
    until(page, "document.querySelector('.sheet-cell .place mark')?.textContent === '+'")
    assert cell(page, 0).locator("textarea").get_attribute("aria-invalid") == "true"
    assert "Line 2" in cell(page, 0).locator(".reading").inner_text()
    add(page, "Request")
    write(page, 1, "a + 1")
    until(page, "document.querySelectorAll('.sheet-cell')[1].querySelector('.output math')?.textContent === '3'")
    write(page, 0, "}{ \u0000 ((( <script>alert(1)</script>")
    saved(page)
    write(page, 0, "a = 5")
    until(page, "document.querySelectorAll('.sheet-cell')[1].querySelector('.output math')?.textContent === '6'")
    assert cell(page, 0).locator("textarea").get_attribute("aria-invalid") is None


def test_cells_are_moved_copied_and_deleted_by_key_and_by_pointer(page: Page) -> None:
    new(page)
    write(page, 0, "1 + 1")
    add(page, "Prose")
    write(page, 1, "Words and **more**.")
    cell(page, 1).locator("textarea").press("Alt+ArrowUp")
    assert kinds(page) == ["prose", "request"]
    assert page.evaluate("document.activeElement.localName") == "textarea"
    tool(page, 0, "Move down")
    assert kinds(page) == ["request", "prose"]
    tool(page, 0, "Make a second one")
    assert kinds(page) == ["request", "request", "prose"]
    assert cell(page, 1).locator("textarea").input_value() == "1 + 1"
    tool(page, 1, "Delete")
    assert kinds(page) == ["request", "prose"]
    page.get_by_role("button", name="Undo").click()
    assert kinds(page) == ["request", "request", "prose"]
    cell(page, 0).locator("textarea").press("Control+Enter")
    assert page.evaluate("document.activeElement.closest('.sheet-cell').getAttribute('aria-label')").startswith("Cell 2 of 3")
    tool(page, 0, "Add figure below")
    assert kinds(page) == ["request", "figure", "request", "prose"]
    saved(page)
    page.reload()
    live(page)
    assert kinds(page) == ["request", "figure", "request", "prose"]
    assert cell(page, 3).locator("strong").inner_text() == "more"


def test_nothing_is_lost_when_the_server_is_killed(open_page, own_server: Server, expect_problem) -> None:
    page = open_page(own_server)
    new(page)
    write(page, 0, "first = 1")
    saved(page)
    address = page.url.removeprefix(own_server.url)
    own_server.kill()
    expect_problem(page, "ERR_CONNECTION_REFUSED|request failed")
    cell(page, 0).locator("textarea").fill("first = 1\nsecond = 2")
    until(page, "document.getElementById('saved').textContent.startsWith('Not saved')")
    # The same port again: the page sends by itself what it still has.
    port = own_server.url.rsplit(":", 1)[1]
    own_server.start(port)
    until(page, "document.getElementById('saved').textContent === 'Saved'")
    own_server.kill()
    own_server.start(port)
    page.goto(address)
    live(page)
    assert cell(page, 0).locator("textarea").input_value() == "first = 1\nsecond = 2"


def test_what_was_typed_last_is_kept_when_the_page_is_left(page: Page) -> None:
    new(page)
    address = page.url
    cell(page, 0).locator("textarea").fill("typed = 7")
    page.goto("/")  # before the pause is over
    page.goto(address)
    live(page)
    assert cell(page, 0).locator("textarea").input_value() == "typed = 7"
    saved(page)


def test_a_sheet_goes_out_and_comes_in_as_markdown(page: Page) -> None:
    page.goto("/sheet")
    page.get_by_role("button", name="Contours and the gradient").click()
    live(page)
    before = kinds(page)
    text = page.evaluate("async () => (await fetch(location.pathname + '/text')).text()")
    assert "```figure" in text and "```secant" in text and text.startswith("+++")
    page.goto("/sheet")
    page.get_by_label("A sheet or a lesson as text").fill(text)
    page.get_by_role("button", name="Import").click()
    live(page)
    assert kinds(page) == before
    assert page.get_by_label("Title of the sheet").input_value() == "Contours and the gradient"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Slope at a point", "Contours and the gradient", "A neuron and its cost", "Polynomials that pretend", "A line through data"])
def test_examples_are_whole(open_page, server: Server, axe, scheme: str, name: str) -> None:
    page = open_page(server, color_scheme=scheme, viewport={"width": 320, "height": 800})
    page.goto("/sheet")
    assert axe(page) == []
    page.get_by_role("button", name=name).click()
    live(page)
    until(page, "document.querySelector('figure.figure')?.figure !== undefined")
    assert page.locator(".reading.wrong").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe(page) == []


def test_a_sheet_is_deleted_when_asked_twice(page: Page) -> None:
    new(page)
    number = page.locator("#sheet").get_attribute("data-sheet")
    page.get_by_role("button", name="Delete this sheet").click()
    page.get_by_role("button", name="Delete it for good?").click()
    page.wait_for_url("**/sheet")
    assert page.locator(f"li[data-sheet='{number}']").count() == 0


def test_a_sheet_is_bounded(page: Page, expect_problem) -> None:
    new(page)
    expect_problem(page, "status 4")
    cell(page, 0).locator("textarea").fill("x" * 20_001)
    until(page, "document.getElementById('saved').textContent.includes('longer than')")
    write(page, 0, "1")
    saved(page)


def test_without_scripts_a_sheet_can_be_read(open_page, server: Server) -> None:
    page = open_page(server, color_scheme="light", java_script_enabled=False)
    page.watch.expected.append(re.compile(r"request failed: \S+\.js: csp$"))
    page.goto("/sheet")
    page.get_by_role("button", name="Slope at a point").click()
    assert page.locator("h1").first.inner_text() == "Slope at a point"
    assert page.locator("figure.figure svg").count() > 0
    assert page.locator("pre.source").count() >= 3
    assert page.locator(".output math").count() > 3
