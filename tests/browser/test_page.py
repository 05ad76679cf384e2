"""What holds for every page: light and dark, small and large, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lesson import DERIVATIVE, RISE, Lesson

PAGES = ["/", RISE, DERIVATIVE, "/lab/sandpit"]
KILOBYTES = 150
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(params=["page", "dark_page", "phone"])
def any_page(request: pytest.FixtureRequest) -> Page:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_serious_for_axe(any_page: Page, axe, address: str) -> None:
    any_page.goto(address)
    any_page.wait_for_load_state("networkidle")
    assert axe(any_page) == []


def test_nothing_serious_for_axe_in_the_middle_of_work(any_page: Page, axe, expect_problem) -> None:
    expect_problem(any_page, "status 4")
    lesson = Lesson(any_page, RISE)
    lesson.last_scene()
    lesson.type_function("x + ")
    form = any_page.locator("form.question").first
    form.locator("input.formula").fill("a + b")
    form.get_by_role("button", name="Check").click()
    form.locator(".feedback .verdict").wait_for()
    hint = form.get_by_role("button", name="Hint")
    while hint.is_visible():
        hint.click()
    form.get_by_role("button", name="Next step").click()
    form.locator("ol.steps li").first.wait_for()
    assert axe(any_page) == []


@pytest.mark.parametrize("address", PAGES)
def test_nothing_moves_while_the_page_loads(any_page: Page, address: str) -> None:
    any_page.add_init_script(SHIFTS)
    any_page.goto(address)
    any_page.wait_for_load_state("networkidle")
    any_page.wait_for_timeout(300)
    assert any_page.evaluate("window.shifted") < 0.02


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_small(page: Page, address: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 5, "nothing was measured"
    assert sum(sizes) < KILOBYTES * 1000, f"{sum(sizes) / 1000:.0f} kB"


@pytest.mark.parametrize("address", PAGES)
def test_nothing_sticks_out_at_the_side(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("address", [RISE, DERIVATIVE])
def test_a_lesson_reads_without_scripts(no_js: Page, address: str) -> None:
    no_js.goto(address)
    assert no_js.locator(".scene").count() >= 5
    assert no_js.locator(".scene h2").first.is_visible()
    assert no_js.locator("figure svg.plot").first.is_visible()
    assert no_js.locator(".alt").first.is_visible()
    assert no_js.locator("math").count() >= 3
    assert "{" not in no_js.locator("#scenes").inner_text()
    assert no_js.locator("#player").is_hidden()


def test_the_theme_is_chosen_and_kept_without_a_flash(page: Page) -> None:
    page.goto("/")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    switch = page.get_by_role("button", name="Dark theme")
    switch.click()
    dark = page.evaluate(paper)
    assert dark != light
    assert switch.get_attribute("aria-pressed") == "true"
    page.add_init_script(
        "requestAnimationFrame(() => { window.first = getComputedStyle(document.body ?? document.documentElement).backgroundColor })"
    )
    page.goto(RISE)
    assert page.evaluate(paper) == dark
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(paper) == light


def test_formulas_have_a_mathematics_font(page: Page) -> None:
    page.goto(DERIVATIVE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.fonts.check('20px \"Secant Math\"')")
    # Only a font with a MATH table gives a fraction bar and its parts their proper places: taller than one line.
    fraction = page.locator("math[display=block] mfrac").first.bounding_box()
    assert fraction["height"] > 30


def test_the_keyboard_reaches_everything_in_order(page: Page) -> None:
    Lesson(page)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.id || e.textContent.trim().slice(0, 30) })()"
            )
        )
    for name in ("Skip to the content", "Secant", "Dark theme", "Point A", "Point B", "Place in the lesson", "Play", "Speed"):
        assert any(name in text for text in reached), f"{name} is not reached: {reached}"
    assert reached.index("Point B") < reached.index("Play") or reached.index("Point A") < reached.index("Play")


@pytest.mark.parametrize("address", PAGES)
def test_it_prints(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if address != "/":
        assert page.locator("#player").is_hidden()
        assert page.locator("#controls").is_hidden()
    assert page.locator("h1").is_visible()
