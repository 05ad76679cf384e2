"""Every kind of figure: drawn, dragged, turned, read with the keys, in all themes and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from lesson import FIGURE, until

LESSONS = ["map", "hill", "curves", "measured", "network", "area", "newton"]
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


@pytest.fixture
def look(open_page, gallery):
    """`look("map")` opens a figure of the gallery and waits until it is drawn finely."""

    def opened(lesson: str, **options: object) -> Page:
        page = open_page(gallery, color_scheme="light", **options)
        page.goto(f"/lesson/{lesson}")
        until(page, f"{FIGURE} !== undefined && {FIGURE}._rested === false")
        page.wait_for_timeout(400)
        return page

    return opened


def params(page: Page) -> dict[str, float]:
    return page.evaluate(
        f"(() => {{ const f = {FIGURE}; return Object.fromEntries(f.data.params.map((p, k) => [p.name, f.params[k]])) }})()"
    )


def path(page: Page, selector: str) -> str:
    return page.locator(selector).first.get_attribute("d") or ""


def settle(page: Page) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drag(page: Page, name: str, dx: float, dy: float, steps: int = 10) -> None:
    box = page.locator(f".plot .point[data-id='{name}'] .dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=steps)
    settle(page)
    page.mouse.up()


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("dress", ["light", "dark", "phone"])
def test_nothing_serious_for_axe(open_page, gallery, axe, lesson: str, dress: str) -> None:
    options = PHONE if dress == "phone" else {}
    page = open_page(gallery, color_scheme="dark" if dress == "dark" else "light", **options)
    page.goto(f"/lesson/{lesson}")
    until(page, f"{FIGURE} !== undefined")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_still_picture_has_the_same_marks(open_page, gallery, look, lesson: str) -> None:
    """What the server draws has the parts that the page draws, and stands where these stand."""
    still = open_page(gallery, java_script_enabled=False)
    still.watch.expected.append(re.compile(r"request failed: \S+\.js: csp$"))
    still.goto(f"/lesson/{lesson}")
    live = look(lesson)
    live.evaluate(f"{FIGURE}.params.set({FIGURE}.data.params.map((p) => p.value)); {FIGURE}.changed()")
    live.wait_for_timeout(500)

    def marks(page: Page) -> set[str | None]:
        return {mark.get_attribute("data-id") for mark in page.locator(".plot [data-id]:not(.off)").all()}

    assert marks(still) == marks(live)
    told = [span.text_content().strip() for span in still.locator("[data-told]:not([hidden])").all()]
    assert told and told == [span.text_content().strip() for span in live.locator("[data-told]:not([hidden])").all()]


def test_a_contour_plot_has_bands_lines_and_labels(look) -> None:
    page = look("map")
    levels = page.evaluate(f"{FIGURE}.data.elements.find((e) => e.id === 'land').levels.length")
    assert page.locator("[data-id=land] .band").count() == levels + 1
    assert page.locator("[data-id=land] .level").count() == levels
    assert page.locator("[data-id=land] .level-label:not(.gone)").count() >= levels // 2
    first, last = page.locator("[data-id=land] .band").first, page.locator("[data-id=land] .band").last
    assert len(first.get_attribute("d")) > 20 and len(last.get_attribute("d")) > 20
    fill = "(e) => getComputedStyle(e).fill"
    assert first.evaluate(fill) != last.evaluate(fill)


def test_a_level_line_is_where_the_function_has_the_level(look) -> None:
    page = look("curves")
    far = page.evaluate(
        f"""() => {{
            const figure = {FIGURE};
            const panel = figure.panels[0];
            const numbers = document.querySelector('[data-id=ellipse] path').getAttribute('d').match(/[-\\d.]+ [-\\d.]+/g);
            const places = numbers.map((pair) => pair.split(' ').map(Number)).map(([x, y]) => [panel.fromX(x), panel.fromY(y)]);
            return [places.length, Math.max(...places.map(([x, y]) => Math.abs(x * x / 4 + y * y - 1)))];
        }}"""
    )
    assert far[0] > 60 and far[1] < 0.02, far
    # 1/x changes its sign at a pole, where nothing is drawn: two branches.
    assert path(page, "[data-id=hyperbola] path").count("M") == 2


def test_equal_panels_have_one_scale(look) -> None:
    page = look("curves")
    x, y = page.evaluate(f"[{FIGURE}.panels[0].scaleX, {FIGURE}.panels[0].scaleY]")
    assert x == y


def test_a_walk_follows_the_start_and_the_step(look) -> None:
    page = look("map")
    before, cost = path(page, "[data-id=walk] .curve"), path(page, "[data-id=falls] .curve")
    assert before.count("L") == 12
    drag(page, "A", -60, 30)
    assert path(page, "[data-id=walk] .curve") != before
    assert path(page, "[data-id=falls] .curve") != cost, "the other panel follows"
    page.get_by_role("slider", name="steps", exact=True).fill("20")
    settle(page)
    assert path(page, "[data-id=walk] .curve").count("L") == 20


def test_a_trace_has_several_places_and_an_end(look) -> None:
    page = look("newton")
    for a, n in [(1.8, 3), (-2.5, 5), (2.9, 0)]:
        found = page.evaluate(
            f"""([a, n]) => {{
                const figure = {FIGURE};
                figure.params[figure.data.params.findIndex((p) => p.name === 'a')] = a;
                figure.params[figure.data.params.findIndex((p) => p.name === 'n')] = n;
                figure._draw();
                const line = figure.data.elements.find((e) => e.id === 'tangent');
                return [figure.values[figure.data.values[0].output], figure.values[line.from[1]]];
            }}""",
            [a, n],
        )
        x = a
        for _ in range(n):
            x -= (x**3 / 4 - x - 1) / (3 * x**2 / 4 - 1)
        assert found == pytest.approx([x, x**3 / 4 - x - 1], abs=1e-9)
        # Two places for each step, joined however far they lie apart.
        drawn = path(page, "[data-id=newton] .curve")
        assert (drawn.count("M"), drawn.count("L")) == (1, 2 * n + 1)
    assert set(page.evaluate(f"{FIGURE}.moving")) == {True}, "the tangent moves with the guess and the steps"


def test_a_table_follows(look) -> None:
    page = look("map")
    cell = page.locator("table.numbers output").first
    before = cell.inner_text()
    drag(page, "A", -60, 0)
    assert cell.inner_text() != before
    assert page.locator("table.numbers th[scope=row]").count() == 2


@pytest.mark.keep_motion
@pytest.mark.parametrize(("lesson", "point"), [("map", "A"), ("hill", "P"), ("curves", "P")])
def test_dragging_keeps_up_with_the_screen(look, lesson: str, point: str) -> None:
    page = look(lesson)
    page.evaluate(f"{FIGURE}.work = {{ last: 0, total: 0, frames: 0 }}")
    drag(page, point, -80, 30, steps=60)
    work = page.evaluate(f"{FIGURE}.work")
    assert work["frames"] > 10
    assert work["total"] / work["frames"] < 8, f"{work['total'] / work['frames']:.1f} ms of work in a frame"


def test_values_are_read_with_the_keys(look) -> None:
    page = look("map")
    cross = page.get_by_role("slider", name="Read values").first
    cross.focus()
    before = cross.get_attribute("aria-valuetext")
    assert "land" in before and "x = 0, y = 0" in before
    cross.press("ArrowRight")
    after = cross.get_attribute("aria-valuetext")
    assert "x = 0.1" in after and after != before
    cross.press("Shift+ArrowUp")
    assert "y = 0.3" in cross.get_attribute("aria-valuetext")


def test_a_click_on_the_map_reads_a_value(look) -> None:
    page = look("map")
    box = page.locator(".plot[data-panel=main] .cursor .ground").bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.75 * box["height"])
    assert page.locator(".plot[data-panel=main] .cursor text").is_visible()
    assert "): land " in page.locator(".plot[data-panel=main] .cursor text").text_content()
    assert float(page.get_by_role("slider", name="Read values").first.get_attribute("aria-valuenow")) == pytest.approx(1, abs=0.1)


def test_a_space_is_turned_by_pointer_and_keys(look) -> None:
    page = look("hill")
    before, facets = params(page), path(page, "[data-id=land] .facet")
    box = page.locator(".plot.space .ground").bounding_box()
    x, y = box["x"] + 40, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 20, steps=8)
    settle(page)
    page.mouse.up()
    turned = params(page)
    assert turned["hill_turn"] < before["hill_turn"] and turned["hill_tilt"] > before["hill_tilt"]
    assert path(page, "[data-id=land] .facet") != facets
    view = page.get_by_role("slider", name="Turn the view")
    view.focus()
    view.press("ArrowLeft")
    assert params(page)["hill_turn"] == pytest.approx(turned["hill_turn"] + 5)
    assert "degrees" in view.get_attribute("aria-valuetext")
    for _ in range(20):
        view.press("Shift+ArrowLeft")
    assert -180 <= params(page)["hill_turn"] <= 180


def test_a_point_in_a_space_stays_under_the_finger(look) -> None:
    page = look("hill")
    box = page.locator(".plot .point[data-id=P] .dot").bounding_box()
    drag(page, "P", 30, 12)
    moved = page.locator(".plot .point[data-id=P] .dot").bounding_box()
    assert abs(moved["x"] - box["x"] - 30) < 4 and abs(moved["y"] - box["y"] - 12) < 4


def test_facets_behind_are_drawn_first(look) -> None:
    """Seen from the side, the last facet lies nearer than the first: lower on the screen."""
    page = look("hill")
    ys = page.evaluate(
        "[...document.querySelectorAll('[data-id=land] .facet')].map((e) => Number(e.getAttribute('d').match(/ ([-\\d.]+)L/)[1]))"
    )
    assert len(ys) == 32 * 32
    assert sum(ys[-100:]) / 100 > sum(ys[:100]) / 100 + 20


def test_data_is_drawn(look) -> None:
    page = look("measured")
    assert path(page, "[data-id=seen] .dots").count("M") == 8
    assert path(page, "[data-id=seen] .error").count("M") == 24
    bars = path(page, ".bars[data-id=tall]")
    assert 5 <= bars.count("M") <= 8
    figure = page.evaluate(f"{FIGURE}.data.elements.find((e) => e.id === 'tall')")
    assert sum(figure["heights"]) * figure["width"] == pytest.approx(1), "a density has the area 1"


def test_a_network_shows_weights_and_what_neurons_say(look) -> None:
    page = look("network")
    assert page.locator(".network .neuron").count() == 5 and page.locator(".network .link").count() == 6
    line = page.locator(".network .link").first
    page.get_by_role("slider", name="weight from the first").fill("2")
    settle(page)
    assert (line.get_attribute("class"), line.get_attribute("stroke-width")) == ("link", "3.5")
    said = page.locator(".network .said").last.text_content()
    page.get_by_role("slider", name="weight from the first").fill("-4")
    settle(page)
    assert (line.get_attribute("class"), line.get_attribute("stroke-width")) == ("link minus", "6.5")
    assert page.locator(".network .said").last.text_content() != said


def test_a_scene_shows_and_hides_the_larger_kinds(look) -> None:
    page = look("map")
    page.locator("#player").get_by_role("button", name="Next scene", exact=True).click()
    settle(page)
    page.wait_for_timeout(400)
    assert page.locator("[data-id=ring]:not(.off)").count() == 1
    assert page.locator("[data-id=walk].off").count() == 1
    assert page.locator("[data-told=ring]").text_content().strip().startswith("ring lies within")
    assert page.locator("[data-told=walk]").get_attribute("hidden") is not None


def test_another_function_is_drawn_and_told(look) -> None:
    page = look("map")
    field = page.locator("#controls input.formula").first
    field.fill("x y")
    with page.expect_response("**/api/v1/figure"):
        field.press("Enter")
    until(page, "document.querySelector('#controls [aria-busy]') === null")
    until(page, "document.querySelector('[data-told=land]').textContent.includes('lowest, −3')")
