"""Another function: the same lesson goes on about it, and a text that is none is answered kindly."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lesson import Lesson, until


def test_the_lesson_goes_on_about_another_function(page: Page) -> None:
    lesson = Lesson(page)
    curve = page.locator(".plot path.curve[data-id='path']")
    before = curve.get_attribute("d")
    place = lesson.params()
    lesson.type_function("sin(x)")
    assert curve.get_attribute("d") != before
    assert lesson.params() == place
    lesson.point("A").focus()
    lesson.point("A").press("Home")
    lesson.settle()
    assert lesson.values()["tangent"] == pytest.approx(-0.4161468, abs=1e-6)  # cos(-2), not 2 · (-2)
    # Scrolling to a field may have brought another scene to where one reads.
    told = lesson.now()
    lesson.button("Next scene").click()
    assert lesson.now() == told + 1


def test_the_reading_is_shown_while_typing(page: Page) -> None:
    lesson = Lesson(page)
    lesson.function().fill("x^3/2")
    until(page, "document.querySelector('#controls .reading mfrac') !== null")
    assert lesson.reading().locator("math msup").count() == 1


def test_the_reading_knows_the_numbers_of_the_figure(page: Page) -> None:
    lesson = Lesson(page)
    lesson.type_function("a x^2")
    page.wait_for_timeout(900)  # a complaint waits until the reader may be done
    assert lesson.reading().locator("math").count() == 1
    assert lesson.reading().locator(".message").count() == 0


@pytest.mark.parametrize("text", ["sin(x", "2 x)", "y^2", "x +", "1//x", "(" * 300])
def test_a_text_that_is_no_function_is_marked(page: Page, expect_problem, text: str) -> None:
    expect_problem(page, "status 4")
    lesson = Lesson(page)
    curve = page.locator(".plot path.curve[data-id='path']")
    before = curve.get_attribute("d")
    lesson.type_function(text)
    reading = lesson.reading()
    assert reading.locator(".message").inner_text().strip() != ""
    assert lesson.function().get_attribute("aria-invalid") == "true"
    assert curve.get_attribute("d") == before, "the figure that was there stays"
    lesson.type_function("x^2 + 1")
    assert reading.locator(".message").count() == 0
    assert lesson.function().get_attribute("aria-invalid") is None


def test_the_place_of_the_error_is_marked(page: Page, expect_problem) -> None:
    expect_problem(page, "status 4")
    lesson = Lesson(page)
    lesson.type_function("x + y")
    assert lesson.reading().locator("mark").inner_text() == "y"


def test_a_text_is_never_put_into_the_page_as_markup(page: Page, expect_problem) -> None:
    expect_problem(page, "status 4")
    lesson = Lesson(page)
    lesson.type_function("<img src=x onerror=alert(1)>")
    assert lesson.reading().locator("img").count() == 0
    assert lesson.reading().inner_text() != ""


def test_suggestions_and_the_way_back(page: Page) -> None:
    lesson = Lesson(page)
    curve = page.locator(".plot path.curve[data-id='path']")
    before = curve.get_attribute("d")
    with page.expect_response("**/api/v1/figure"):
        page.get_by_role("group", name="Functions to try").get_by_role("button").nth(0).click()
    back = page.get_by_role("button", name="Back to the lesson’s own")
    back.wait_for()
    with page.expect_response("**/api/v1/figure"):
        back.click()
    back.wait_for(state="hidden")
    lesson.idle()
    lesson.settle()
    assert lesson.function().input_value() == lesson.own_function()
    assert curve.get_attribute("d") == before


def test_a_function_of_ones_own_is_kept(open_page, own_server) -> None:
    page = open_page(own_server)
    lesson = Lesson(page)
    lesson.type_function("cos(x)")
    page.close()
    own_server.restart()
    page = open_page(own_server)
    lesson = Lesson(page, kept=True)
    assert lesson.function().input_value() == "cos(x)"
    lesson.point("A").press("Home")
    lesson.settle()
    assert lesson.values()["tangent"] == pytest.approx(0.9092974, abs=1e-6)  # -sin(-2)
