"""Writing a course: the page follows the files, keeps its place, and shows mistakes. What the author's figures add."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from lesson import FIGURE, until
from server import Server, binary

LESSON = "1-first-steps/first-lesson.md"


class Watched(Server):
    """A server that follows the files of its course."""

    words = ["--watch"]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    subprocess.run([str(binary()), "new", "course", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture
def writing(tmp_path: Path, course: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    data.mkdir()
    running = Watched(data, course).start()
    yield running
    running.stop()


def test_the_page_follows_the_file_and_shows_mistakes(open_page, writing, course: Path, axe) -> None:
    page: Page = open_page(writing, color_scheme="light")
    page.goto("/lesson/first-lesson")
    until(page, f"{FIGURE} !== undefined")
    page.locator("h2", has_text="Closer").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 200)")
    top = page.evaluate("scrollY")
    file = course / LESSON
    text = file.read_text()

    file.write_text(text.replace("Let B come nearer.", "Let B come much nearer."))
    page.get_by_text("Let B come much nearer.").first.wait_for()
    until(page, f"Math.abs(scrollY - {top}) < 40")

    file.write_text(text.replace("f(x) = x^2/4 + 1", "f(x) = x^2/4 + q"))
    told = page.locator("aside.mistakes pre")
    told.wait_for()
    assert re.search(r"first-lesson\.md:11:16: name\.unknown: .*\n +11 \| f\(x\) = x\^2/4 \+ q\n +\| +\^", told.text_content())
    assert page.get_by_text("Let B come much nearer.", exact=True).is_visible(), "the last good version stays"
    assert axe(page) == []

    file.write_text(text)
    page.get_by_text("Let B come nearer.").first.wait_for()
    assert not page.locator("aside.mistakes").is_visible()


def test_an_area_follows_its_ends_and_tells_itself(open_page, gallery) -> None:
    page = open_page(gallery, color_scheme="light")
    page.goto("/lesson/area")
    until(page, f"{FIGURE} !== undefined && {FIGURE}._rested === false")
    plus = lambda: page.locator(".area[data-id='whole'] .plus").get_attribute("d")  # noqa: E731
    hatch = lambda: page.locator(".area[data-id='whole'] .hatch").get_attribute("d")  # noqa: E731
    before = plus()
    assert before and hatch(), "it crosses the axis"
    page.evaluate(f"{FIGURE}.params.set([1, 2]); {FIGURE}.changed()")
    until(page, "document.querySelector(\".area[data-id='whole'] .hatch\").getAttribute('d') === ''")
    assert plus() and plus() != before
    told = page.locator("[data-told='whole']")
    until(page, "document.querySelector(\"[data-told='whole']\").textContent.includes('comes to 1.33.')")
    assert told.text_content().strip() == "whole, from x = 1 to 2, comes to 1.33."
    page.evaluate(f"{FIGURE}.params.set([2, 1]); {FIGURE}.changed()")
    until(page, "document.querySelector(\"[data-told='whole']\").textContent.includes('comes to −1.33.')")
    assert plus() == "" and hatch(), "the other way round it counts minus"


def test_dust_is_nought_and_a_still_point_is_told(open_page, tmp_path: Path, course: Path) -> None:
    lesson = course / LESSON
    text = lesson.read_text()
    text = text.replace(
        "edit f\n",
        'edit f\ntry f: "sin(x)", "h x"\nvalue dust = sin(pi a) label "dust"\npoint S = (0, f(1) h) drag h label "S"\n',
    ).replace("f(x) = x^2/4 + 1", "f(x) = h x^2/4 + 1")
    lesson.write_text(text)
    data = tmp_path / "data"
    data.mkdir()
    server = Server(data, course).start()
    try:
        page = open_page(server, color_scheme="light")
        page.goto("/lesson/first-lesson")
        until(page, f"{FIGURE} !== undefined")
        assert page.locator("output[data-value='dust']").text_content() == "0"
        chips = page.locator(".function-input .chip:not(.reset)")
        assert [chip.get_attribute("aria-label") for chip in chips.all()] == ["sin(x)", "h x"]
        page.locator(".function-input input").fill("0")
        page.locator(".function-input .go").click()
        note = page.locator(".function-input .note")
        until(page, "document.querySelector('.function-input .note').textContent !== ''")
        assert note.text_content() == "The point S stays where it is: with this function it does not depend on h."
        assert page.locator(".point[data-id='S']").get_attribute("role") is None
    finally:
        server.stop()
