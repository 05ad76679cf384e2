"""Assignments, readings, discussions, labs and the home of a course with all of them: in every light, with the keyboard,
without scripts, and after the server was killed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from lesson import until
from server import Server

COURSE = Path(__file__).parent / "fixtures" / "parts"
QUIZ = "/assignment/lines-quiz"
PAGES = ["/", "/lesson/lines", QUIZ, "/discussion/why-lines", "/lab/line-lab", "/reading/how-to-read"]
PHONE = {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("parts"), COURSE).start()
    yield running
    running.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A learner who has done nothing yet."""
    running = Server(tmp_path, COURSE).start()
    yield running
    running.stop()


class Quiz:
    """The open assignment."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto(QUIZ)
        self.ready()

    def ready(self) -> None:
        until(self.page, "document.querySelector('button.again')?.hidden === false")
        until(self.page, "document.querySelector('.own figure.figure')?.figure !== undefined")

    def form(self, name: str) -> Locator:
        return self.page.locator(f"form[data-question='lines-quiz/{name}']")

    def ask(self, name: str) -> str:
        """What is asked, as the server says it in plain signs."""
        return plain(self.form(name).locator(".ask").inner_text())

    def state(self, name: str) -> str:
        row = self.page.locator(f".states li[data-question='lines-quiz/{name}']")
        assert row.locator(".state").inner_text() == self.form(name).locator("h3 .state").inner_text()
        return row.get_attribute("data-state") or ""

    def percent(self) -> str:
        return self.page.locator(".sitting .score strong").inner_text()

    def check(self, name: str) -> str:
        with self.page.expect_response("**/api/v1/answer") as reply:
            self.form(name).get_by_role("button", name="Check").click()
        self.form(name).locator(".feedback .verdict").wait_for()
        return reply.value.json()["verdict"]

    def answer(self, name: str, text: str) -> str:
        self.form(name).locator(".formula").first.fill(text)
        return self.check(name)

    def right(self, name: str) -> str:
        """Answers correctly, from what is asked alone."""
        numbers = [int(n) for n in re.findall(r"-?\d+", self.ask(name))]
        if name == "slope":
            mathml = self.form(name).locator(".ask").inner_html()
            square, single = re.search(r"<mn>(\d+)</mn>.*?<msup>", mathml), re.search(r"</msup>.*?<mo>\+</mo>(.*?)<mi>", mathml)
            assert square and single, mathml
            factor = re.search(r"<mn>(\d+)</mn>", single[1])
            return self.answer(name, f"{2 * int(square[1])} x + {factor[1] if factor else 1}")
        if name == "at":
            return self.answer(name, str(3 * numbers[0]))
        if name == "which":
            labels = self.form(name).locator("label")
            falling = next(k for k in range(3) if plain(labels.nth(k).inner_text()).startswith("1-"))
            labels.nth(falling).click()
            return self.check(name)
        raise AssertionError(name)


def plain(text: str) -> str:
    """Without spaces, and with the minus of the keyboard."""
    return re.sub(r"\s", "", text).replace("\u2212", "-")


def lay(quiz: Quiz) -> None:
    """Drags the point, and moves the slope with the keys, until the line lies on the grey one."""
    alt = quiz.form("lay").locator(".alt").text_content() or ""
    begins, climbs = (int(n) for n in re.findall(r"grey line that begins at (-?\d+) and climbs by (-?\d+)", alt.replace("\u2212", "-"))[0])
    figure = quiz.form("lay").locator("figure.figure")
    figure.scroll_into_view_if_needed()
    dot = figure.locator(".point[data-id='A'] .dot").bounding_box()
    panel = figure.evaluate("(f) => { const { y } = f.figure.panels[0].view; return y }")
    height = figure.locator("svg").first.evaluate(
        "(svg) => { const grid = [...svg.querySelectorAll('.axis')].map((a) => a.getBoundingClientRect().height); return Math.max(...grid) }"
    )
    assert dot and height > 50
    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    page = quiz.page
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - begins * height / (panel[1] - panel[0]), steps=8)
    page.mouse.up()
    slider = quiz.form("lay").get_by_role("slider", name="slope")
    slider.focus()
    for _ in range(400):
        now = figure.evaluate("(f) => f.figure.params[f.figure.data.params.findIndex((p) => p.name === 'm')]")
        if abs(now - climbs) < 0.05:
            break
        page.keyboard.press("ArrowRight" if now < climbs else "ArrowLeft")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_serious_for_axe_and_nothing_sticks_out(open_page, parts: Server, axe, address: str, scheme: str) -> None:
    for options in ({}, PHONE):
        page = open_page(parts, color_scheme=scheme, **options)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("address", PAGES)
def test_it_reads_without_scripts(open_page, parts: Server, address: str) -> None:
    page = open_page(parts, java_script_enabled=False)
    page.watch.expected.append(re.compile(r"request failed: \S+\.js: csp$"))
    page.goto(address)
    assert page.locator("h1").is_visible()
    # Nothing is offered that does nothing.
    for button in page.locator("button:visible").all():
        assert button.is_disabled()
    if address == QUIZ:
        assert page.locator("form.question").count() == 5
        assert page.locator(".own svg.plot").is_visible() and page.locator(".own .alt").is_visible()
        assert page.locator(".sitting .score strong").inner_text() == "0 %"


def test_an_assignment_is_passed_and_survives_the_power(open_page, fresh: Server, axe) -> None:
    page = open_page(fresh)
    quiz = Quiz(page)
    assert quiz.answer("slope", "1") == "wrong"
    assert (quiz.state("slope"), quiz.percent()) == ("wrong", "0 %")
    lay(quiz)
    assert quiz.check("lay") == "right"
    for name in ("slope", "at"):
        assert quiz.right(name) == "right", name
    assert quiz.percent() == "60 %"
    assert "80 % passes" in page.locator(".sitting .said").inner_text()
    assert quiz.right("which") == "right"
    assert quiz.percent() == "80 %"
    assert page.locator(".sitting .said").inner_text().startswith("Passed.")
    assert page.locator(".sitting").get_attribute("data-passed") is not None
    # A question of an attempt is asked in one variant only.
    assert quiz.form("slope").get_by_role("button", name="Another one").count() == 0
    assert axe(page) == []
    fresh.kill()
    fresh.start()
    page = open_page(fresh)
    quiz = Quiz(page)
    assert quiz.percent() == "80 %"
    assert [quiz.state(name) for name in ("lay", "slope", "at", "which", "meets")] == ["right"] * 4 + ["not tried"]
    page.goto("/")
    row = page.locator("li[data-part='lines-quiz']")
    assert row.get_attribute("class") == "done" and "best 80 %" in row.inner_text()


def test_new_numbers_everywhere_and_the_best_is_kept(open_page, fresh: Server, expect_problem) -> None:
    page = open_page(fresh)
    quiz = Quiz(page)
    assert quiz.right("at") == "right"
    before = [quiz.ask(name) for name in ("slope", "at", "meets")]
    old = open_page(fresh)
    late = Quiz(old)
    with page.expect_navigation():
        page.get_by_role("button", name="New variant of everything").click()
    quiz.ready()
    assert page.locator("#sitting-title").inner_text() == "Attempt 2"
    assert (quiz.percent(), page.locator(".best-percent").inner_text()) == ("0 %", "20")
    assert all(now != then for now, then in zip([quiz.ask(name) for name in ("slope", "at", "meets")], before))
    # The page of the attempt before is told so, and keeps what was typed.
    expect_problem(old, "status 409")
    late.form("slope").locator(".formula").first.fill("2 x")
    late.form("slope").get_by_role("button", name="Check").click()
    until(old, "document.body.innerText.includes('newer attempt')")
    assert late.form("slope").locator(".formula").first.input_value() == "2 x"


def test_help_is_counted_and_the_solution_ends_a_question(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    quiz = Quiz(page)
    form = quiz.form("slope")
    form.get_by_role("button", name="Hint").click()
    until(page, "document.querySelector(\"form[data-question='lines-quiz/slope'] .help\").textContent === '1 hint'")
    assert quiz.answer("slope", "1") == "wrong"
    form.get_by_role("button", name="Show the solution").click()
    form.locator("ol.steps li").first.wait_for()
    until(page, "document.querySelector(\"form[data-question='lines-quiz/slope'] .help\").textContent.includes('solution shown')")
    assert quiz.right("slope") == "right"
    assert (quiz.state("slope"), quiz.percent()) == ("wrong", "0 %")


def test_an_assignment_by_keyboard_alone(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    quiz = Quiz(page)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('form')?.dataset.question") == "lines-quiz/at":
            break
    numbers = re.findall(r"\d+", quiz.ask("at"))
    page.keyboard.type(str(3 * int(numbers[0])))
    page.keyboard.press("Enter")
    until(page, "document.querySelector(\"form[data-question='lines-quiz/at']\").dataset.state === 'right'")
    assert quiz.percent() == "20 %"


def test_every_variant_of_a_lesson_question_draws_its_own_figure(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    quiz = Quiz(page)
    seen = set()
    for _ in range(3):
        data = json.loads(quiz.form("lay").locator("script").text_content() or "")
        live = page.evaluate("document.querySelector('.own figure.figure').figure.data.alt")
        assert live == data["alt"]
        seen.add(quiz.form("lay").locator(".alt").text_content())
        with page.expect_navigation():
            page.get_by_role("button", name="New variant of everything").click()
        quiz.ready()
    assert len(seen) > 1


def test_a_reading_is_read(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    page.goto("/reading/how-to-read")
    assert page.locator(".cell").is_visible() and page.locator("#player").count() == 0
    page.get_by_role("button", name="I have read this").click()
    page.get_by_text("Noted.").wait_for()
    fresh.kill()
    fresh.start()
    page = open_page(fresh)
    page.goto("/reading/how-to-read")
    assert page.get_by_text("You have read this.").is_visible()
    page.goto("/")
    assert "read" in page.locator("li[data-part='how-to-read'] .state").inner_text()


def test_an_answer_of_ones_own_is_kept_and_rendered_as_text(open_page, fresh: Server, axe) -> None:
    page = open_page(fresh)
    page.goto("/discussion/why-lines")
    box = page.get_by_label("In your own words")
    until(page, "!document.querySelector('#own-text').readOnly")
    box.fill("My <img src=x onerror=alert(1)> tap: $y = 3 x$.\n\nIt drips.")
    assert page.get_by_text("Not kept yet.").is_visible()
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Kept on this machine.", exact=True).wait_for()
    kept = page.locator(".own-answer .kept")
    assert kept.locator("math").count() == 1 and kept.locator("p").count() == 2 and kept.locator("img").count() == 0
    assert page.get_by_text("Nothing is sent to anyone").is_visible()
    assert axe(page) == []
    fresh.kill()
    fresh.start()
    page = open_page(fresh)
    page.goto("/discussion/why-lines")
    assert "It drips." in page.locator(".own-answer .kept").inner_text()
    until(page, "!document.querySelector('#own-text').readOnly")
    page.get_by_label("In your own words").fill("Shorter.")
    page.get_by_role("button", name="Keep").click()
    until(page, "document.querySelector('.kept').innerText.trim() === 'Shorter.'")


def test_a_lab_is_played_and_noted(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    page.goto("/lab/line-lab")
    until(page, "document.querySelector('#stage figure.figure')?.figure !== undefined")
    point = page.get_by_role("slider", name=re.compile("^Point A"))
    point.focus()
    before = page.evaluate("document.querySelector('#stage figure.figure').figure.params[0]")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('#stage figure.figure').figure.params[0] > argument", before)
    page.get_by_role("button", name="I am done with this").click()
    page.get_by_text("Noted.").wait_for()
    page.goto("/")
    assert page.locator("li[data-part='line-lab']").get_attribute("class") == "done"


def test_home_folds_its_modules_and_says_what_is_next(open_page, fresh: Server) -> None:
    page = open_page(fresh)
    page.goto("/")
    assert page.locator("details.module").count() == 2
    assert [one.get_attribute("open") is not None for one in page.locator("details.module").all()] == [True, False]
    assert page.locator("#next-title").inner_text() == "Begin"
    assert page.locator(".why").inner_text() == "The course begins here."
    assert page.locator("#module-1 .tally").inner_text() == "0 of 3 done"
    # By keyboard.
    page.locator("#module-2 summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("li[data-part='line-lab'] a").is_visible()
    assert "Lab" in page.locator("li[data-part='line-lab']").inner_text()
    page.locator(".next a.button").click()
    page.wait_for_url("**/lesson/lines")
