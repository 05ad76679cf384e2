"""A question: read live, marked by the engine, explained, and remembered."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from lesson import RISE, Lesson, until


def question(page: Page) -> Locator:
    return page.locator("form.question").first


def answer(page: Page, text: str) -> Locator:
    form = question(page)
    form.locator("input.formula").fill(text)
    with page.expect_response("**/api/v1/answer"):
        form.get_by_role("button", name="Check").click()
    return form.locator(".feedback")


def right_answer(page: Page) -> str:
    """The question is about k x² + m x: its coefficients are in the formula that is asked about."""
    seed = int(question(page).get_attribute("data-seed"))
    steps = page.evaluate(
        """async ([question, seed]) => {
            const reply = await fetch('/api/v1/steps', { method: 'POST', headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ question, seed }) });
            return (await reply.json()).steps;
        }""",
        [question(page).get_attribute("data-question"), seed],
    )
    return steps[-1]["to"]


def test_the_reading_is_live(page: Page) -> None:
    Lesson(page, RISE)
    form = question(page)
    form.locator("input.formula").fill("(b^2 - a)/2")
    form.locator(".reading math mfrac").wait_for()


def test_a_right_answer_in_another_form(page: Page) -> None:
    Lesson(page, RISE)
    right = right_answer(page)
    feedback = answer(page, f"({right})*(b - a)/(b - a) + a - a")
    assert "right" in feedback.locator(".verdict").inner_text().lower()
    assert question(page).get_attribute("data-verdict").startswith("right")


def test_a_wrong_answer_shows_where_it_differs(page: Page) -> None:
    Lesson(page, RISE)
    feedback = answer(page, "a + b")
    assert "wrong" in feedback.locator(".verdict").inner_text().lower()
    words = feedback.inner_text()
    assert "a = " in words and "b = " in words and "would be right" in words
    picture = feedback.locator(".witness-plot svg")
    picture.locator("path.curve.wrong").wait_for()
    assert picture.locator("path.curve").count() == 2
    until(page, "document.querySelectorAll('.witness-plot .point:not(.gone)').length === 2")
    high, low = (picture.locator(f".point[data-id={name}]").bounding_box()["y"] for name in ("theirs", "ours"))
    assert high != low, "the two points are not at the same height"
    assert question(page).locator("input.formula").get_attribute("aria-invalid") == "true"


def test_a_text_that_cannot_be_read_is_no_attempt(page: Page, expect_problem) -> None:
    expect_problem(page, "status 4")
    Lesson(page, RISE)
    before = question(page).locator("ol.attempts li").count()
    answer(page, "(a + b")
    assert question(page).locator(".reading .message").inner_text() != ""
    assert question(page).locator("input.formula").get_attribute("aria-invalid") == "true"
    assert question(page).locator("ol.attempts li").count() == before


def test_hints_come_one_by_one(page: Page) -> None:
    Lesson(page, RISE)
    form = question(page)
    hints = form.locator("ol.hints li")
    assert hints.count() >= 2
    for seen in range(hints.count()):
        assert form.locator("ol.hints li:visible").count() == seen
        form.get_by_role("button", name="Hint").click()
    assert form.get_by_role("button", name="Hint").is_hidden()


def test_steps_on_request(page: Page) -> None:
    Lesson(page, RISE)
    answer(page, "a + b")
    form = question(page)
    form.get_by_role("button", name="Show the steps").click()
    steps = form.locator("ol.steps li")
    steps.first.wait_for()
    assert steps.count() >= 2
    assert steps.locator("math").count() >= 2
    assert steps.locator(".rule").first.inner_text().strip() != ""


def test_another_variant(page: Page) -> None:
    Lesson(page, RISE)
    form = question(page)
    asked = form.locator(".ask").inner_html()
    answer(page, right_answer(page))
    form.get_by_role("button", name="Another one").click()
    until(page, "document.querySelector('form.question .ask').innerHTML !== argument", asked)
    assert form.locator("input.formula").input_value() == ""
    assert form.locator(".ask math").count() >= 1


def test_an_attempt_is_kept_after_a_reload_and_a_restart(open_page, own_server) -> None:
    page = open_page(own_server)
    Lesson(page, RISE)
    answer(page, "a + b")
    page.reload()
    assert question(page).locator("input.formula").input_value() == "a + b"
    page.close()
    own_server.restart()
    page = open_page(own_server)
    Lesson(page, RISE)
    assert question(page).locator("input.formula").input_value() == "a + b"
    assert question(page).get_attribute("data-verdict") == "wrong"


def test_by_keyboard_alone(page: Page) -> None:
    Lesson(page, RISE)
    question(page).locator("input.formula").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("a + b")
    with page.expect_response("**/api/v1/answer"):
        page.keyboard.press("Enter")
    question(page).locator(".feedback .verdict").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
