"""The figure follows the hand: mouse, finger and keys, at the speed of the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lesson import FIGURE, Lesson, until


def test_a_point_follows_the_mouse(page: Page) -> None:
    lesson = Lesson(page)
    x, _ = lesson.place("A")
    before = lesson.params()
    value = lesson.values()["tangent"]
    lesson.drag("A", -60, 0)
    moved, _ = lesson.place("A")
    assert abs(moved - (x - 60)) < 25  # on the curve, near the hand
    assert lesson.params()["a"] < before["a"]
    assert lesson.values()["tangent"] != value


def test_dragging_changes_only_its_own_parameter(page: Page) -> None:
    lesson = Lesson(page)
    before = lesson.params()
    lesson.drag("B", -50, 20)
    after = lesson.params()
    assert after["h"] < before["h"]
    assert {k: v for k, v in after.items() if k != "h"} == {k: v for k, v in before.items() if k != "h"}


def test_a_drag_stops_at_the_end_of_the_range(page: Page) -> None:
    lesson = Lesson(page)
    lesson.drag("A", -2000, 0)
    assert lesson.params()["a"] == pytest.approx(lesson.limits("a")[0])


def test_a_point_follows_the_finger(phone: Page) -> None:
    lesson = Lesson(phone)
    phone.locator(".screen").scroll_into_view_if_needed()
    x, y = lesson.place("A")
    before = lesson.params()["a"]
    scrolled = phone.evaluate("scrollY")
    touch = phone.context.new_cdp_session(phone)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for k in range(1, 11):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 4 * k, "y": y - k}]})
    lesson.settle()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert lesson.params()["a"] < before
    assert phone.evaluate("scrollY") == scrolled, "the page must not scroll away under the finger"


def test_a_touch_beside_the_point_still_takes_it(phone: Page) -> None:
    lesson = Lesson(phone)
    box = lesson.point("A").locator(".halo").bounding_box()
    assert box["width"] >= 44 and box["height"] >= 44


def test_keys_move_a_point(page: Page) -> None:
    lesson = Lesson(page)
    point = lesson.point("A")
    low, high = lesson.limits("a")
    point.focus()
    start = lesson.params()["a"]
    point.press("ArrowLeft")
    small = start - lesson.params()["a"]
    assert 0 < small < (high - low) / 20
    point.press("Shift+ArrowRight")
    assert lesson.params()["a"] == pytest.approx(start - small + 10 * small)
    point.press("Home")
    assert lesson.params()["a"] == low
    point.press("End")
    assert lesson.params()["a"] == high


def test_a_screen_reader_hears_the_point(page: Page) -> None:
    lesson = Lesson(page)
    slider = page.get_by_role("slider", name="Point A")
    assert float(slider.get_attribute("aria-valuenow")) == pytest.approx(lesson.params()["a"], abs=1e-5)
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    lesson.settle()
    after = slider.get_attribute("aria-valuetext")
    assert after != before
    assert "slope of the tangent" in after


def test_after_a_drag_the_numbers_are_spoken_once(page: Page) -> None:
    lesson = Lesson(page)
    spoken = page.locator("figure.figure > [role=status]")
    assert spoken.inner_text() == ""
    lesson.drag("A", -40, 0)
    until(page, "document.querySelector('figure.figure > [role=status]').textContent !== ''")
    assert "slope of the tangent" in spoken.text_content()


def test_the_text_twin_says_what_the_figure_shows(page: Page) -> None:
    lesson = Lesson(page)
    twin = page.locator(".alt").first
    before = twin.text_content()
    lesson.drag("A", -70, 0)
    assert twin.text_content() != before


@pytest.mark.keep_motion
def test_dragging_keeps_up_with_the_screen(page: Page) -> None:
    lesson = Lesson(page)
    page.evaluate(f"{FIGURE}.work = {{ last: 0, total: 0, frames: 0 }}")
    lesson.drag("A", -120, 30, steps=90)
    work = page.evaluate(f"{FIGURE}.work")
    assert work["frames"] > 20
    assert work["total"] / work["frames"] < 8, f"{work['total'] / work['frames']:.1f} ms of work in a frame"


def test_a_pole_is_not_a_vertical_line(page: Page) -> None:
    lesson = Lesson(page)
    lesson.type_function("1/x")
    path = page.locator(".plot path.curve[data-id='path']").get_attribute("d")
    assert path.count("M") >= 2
    lesson.type_function("tan(x)")
    for piece in page.locator(".plot path.curve[data-id='path']").get_attribute("d").split("M")[1:]:
        ys = [float(pair.split(" ")[1]) for pair in piece.split("L")]
        assert all(b < a + 1 for a, b in zip(ys, ys[1:])), "each branch of tan only climbs"
