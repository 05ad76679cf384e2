"""A question: read live, marked by the engine, explained, and remembered."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from lesson import DERIVATIVE, RISE, Lesson, until


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


def says(page: Page, words: str) -> None:
    """The feedback comes to say this."""
    until(page, "document.querySelector('form.question .feedback').textContent.includes(argument)", words)


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


def test_a_text_that_cannot_be_read_is_no_attempt(page: Page) -> None:
    Lesson(page, RISE)
    before = question(page).locator("ol.attempts li").count()
    answer(page, "(a + b")
    assert question(page).locator(".reading .message").inner_text() != ""
    field = question(page).locator("input.formula")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "(a + b", "what was typed stays"
    assert question(page).locator(".reading mark").inner_text() == "("
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


def test_steps_one_by_one_and_the_solution_on_request(open_page, own_server) -> None:
    page = open_page(own_server)
    Lesson(page, RISE)
    form = question(page)
    assert form.get_by_role("button", name="Next step").is_hidden(), "hints come first"
    assert form.get_by_role("button", name="Show the solution").is_hidden()
    answer(page, "a + b")
    steps = form.locator("ol.steps li")
    for shown in (1, 2):
        form.get_by_role("button", name="Next step").click()
        until(page, "document.querySelectorAll('form.question ol.steps li').length === argument", shown)
    assert page.evaluate("document.activeElement.closest('ol.steps') !== null"), "the step is read out"
    form.get_by_role("button", name="Show the solution").click()
    until(page, "document.querySelectorAll('form.question ol.steps li').length > 2")
    assert steps.locator("math").count() >= 3
    assert steps.locator(".rule").first.inner_text().strip() != ""
    assert form.get_by_role("button", name="Next step").is_hidden()
    form.get_by_role("button", name="Show the solution").click()
    assert form.locator("ol.steps").is_hidden()


def slipped(page: Page) -> str:
    """The derivative of k x² + m x with a power that was not lowered."""
    return right_answer(page).replace("x", "x^2", 1)


def test_the_tutor_asks_then_names_then_shows(open_page, own_server) -> None:
    page = open_page(own_server)
    Lesson(page, DERIVATIVE)
    wrong = slipped(page)
    first = answer(page, wrong)
    says(page, "What becomes of the power")
    assert "one power less" not in first.inner_text()
    # The place in their own answer, for eyes and for ears.
    marked = first.locator(".yours mark").last
    assert marked.inner_text() in wrong and marked.inner_text() != wrong
    assert "[here:" in first.locator(".yours").text_content()
    assert "Look at" in first.inner_text()
    second = answer(page, wrong)
    says(page, "one power less")
    second = second.inner_text()
    assert "What becomes of the power" not in second
    third = answer(page, wrong)
    third.locator("dl.example math").nth(1).wait_for()
    assert [name.inner_text() for name in third.locator("dl.example dt").all()] == ["The slip gives", "The rule gives"]
    assert question(page).locator("input.formula").input_value() == wrong
    assert third.get_attribute("role") == "status"


def test_one_more_like_this(open_page, own_server, axe) -> None:
    page = open_page(own_server)
    Lesson(page, DERIVATIVE)
    assert question(page).get_by_role("button", name="One more like this").is_hidden()
    answer(page, slipped(page))
    question(page).get_by_role("button", name="One more like this").click()
    follow = page.locator("form.question.follow")
    follow.wait_for()
    assert page.evaluate("document.activeElement.type") == "checkbox"
    boxes = follow.locator("input[type=checkbox]")
    assert boxes.count() == 4
    assert follow.locator("legend").inner_text() == "Choose all that are right"
    # By keyboard alone.
    page.keyboard.press("Space")
    with page.expect_response("**/api/v1/answer"):
        page.keyboard.press("Enter")
    follow.locator(".feedback .verdict").wait_for()
    assert boxes.first.is_checked(), "what was chosen stays"
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    for pair in pairs:
        for k in range(4):
            boxes.nth(k).set_checked(k in pair)
        with page.expect_response("**/api/v1/answer"):
            follow.get_by_role("button", name="Check").click()
        until(page, "document.querySelector('form.follow').getAttribute('aria-busy') === null")
        page.wait_for_timeout(50)
        if follow.get_attribute("data-verdict") == "right":
            break
    assert follow.get_attribute("data-verdict") == "right", "one pair of statements is true"
    assert axe(page) == []
    assert question(page).locator("input.formula").input_value() != "", "the first question is as it was"


def test_what_is_typed_outlives_the_page(open_page, own_server) -> None:
    page = open_page(own_server)
    Lesson(page, RISE)
    page.locator("form.question input.formula").first.fill("(b^2 - a")
    page.reload()
    assert question(page).locator("input.formula").input_value() == "(b^2 - a"
    question(page).locator("input.formula").fill("")
    page.reload()
    assert question(page).locator("input.formula").input_value() == ""


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
