"""A lesson page as the tests touch it: the one place that knows its elements.

Not here: fixtures (`conftest.py`), what a lesson teaches (`course/`).
"""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page

RISE = "/lesson/rise-over-run"
DERIVATIVE = "/lesson/definition-of-a-derivative"
FIGURE = "document.querySelector('figure.figure').figure"


class Lesson:
    """An open lesson; `figure` numbers are read from the page itself, not from what it says about them."""

    def __init__(self, page: Page, address: str = DERIVATIVE, kept: bool = False) -> None:
        """`kept`: with the function that was typed on an earlier visit, if any; otherwise with the author's."""
        self.page = page
        page.goto(address)
        until(page, f"{FIGURE} !== undefined")
        self.idle()
        # A lesson about data has no function to be typed.
        if not kept and page.locator("#controls input.formula").count() and self.function().input_value() != self.own_function():
            page.get_by_role("button", name="Back to the lesson’s own").click()
            self.idle()
            self.settle()
        page.evaluate("document.fonts.ready")

    def params(self) -> dict[str, float]:
        return self.page.evaluate(
            f"(() => {{ const f = {FIGURE}; return Object.fromEntries(f.data.params.map((p, k) => [p.name, f.params[k]])) }})()"
        )

    def limits(self, name: str) -> tuple[float, float]:
        return tuple(self.page.evaluate(f"(n) => {{ const p = {FIGURE}.data.params.find((p) => p.name === n); return [p.min, p.max] }}", name))

    def values(self) -> dict[str, float]:
        return self.page.evaluate(
            f"(() => {{ const f = {FIGURE}; return Object.fromEntries(f.data.values.map((v) => [v.id, f.values[v.output]])) }})()"
        )

    def shown_value(self, name: str) -> str:
        return self.page.locator(f"output[data-value='{name}']").inner_text()

    def point(self, name: str) -> Locator:
        return self.page.locator(f".plot .point[data-id='{name}']")

    def place(self, name: str) -> tuple[float, float]:
        box = self.point(name).locator(".dot").bounding_box()
        assert box, f"point {name} is not on the page"
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, name: str, dx: float, dy: float, steps: int = 12) -> None:
        x, y = self.place(name)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=steps)
        self.settle()
        self.page.mouse.up()

    def settle(self) -> None:
        """Two frames: what was asked for has been drawn."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def idle(self) -> None:
        """Nothing is being asked of the server about the function."""
        until(self.page, "document.querySelector('#controls [aria-busy]') === null")

    # The player.

    def button(self, name: str) -> Locator:
        return self.page.locator("#player").get_by_role("button", name=name, exact=True)

    def clock(self) -> str:
        return self.page.locator("#player .clock span").first.inner_text()

    def place_in_lesson(self) -> float:
        return float(self.page.locator("#player input.bar").input_value())

    def scrub(self, seconds: float) -> None:
        self.page.locator("#player input.bar").fill(f"{seconds:.2f}")

    def now(self) -> int:
        """The scene that is told."""
        return int(self.page.locator(".scene.now").get_attribute("data-scene"))

    def scenes(self) -> int:
        return self.page.locator(".scene").count()

    def last_scene(self) -> None:
        for _ in range(self.scenes()):
            self.button("Next scene").click()
        assert self.now() == self.scenes() - 1
        self.settle()

    # Typing.

    def function(self) -> Locator:
        return self.page.locator("#controls input.formula").first

    def type_function(self, text: str) -> None:
        """Types it, sends it, and waits until the figure has it or says why not."""
        self.function().fill(text)
        with self.page.expect_response("**/api/v1/figure"):
            self.function().press("Enter")
        self.idle()
        self.settle()

    def own_function(self) -> str:
        lesson = json.loads(self.page.locator("#lesson").text_content())
        return next(f["text"] for f in lesson["figure"]["functions"] if f["editable"])

    def reading(self) -> Locator:
        return self.page.locator("#controls .reading").first


def seconds(clock: str) -> int:
    minutes, rest = clock.split(":")
    return 60 * int(minutes) + int(rest)


def until(page: Page, condition: str, argument: object = None) -> None:
    """Waits for a JavaScript expression to hold. (Playwright's own waiting makes code from text, which the page forbids.)"""
    for _ in range(200):
        if page.evaluate(f"(argument) => Boolean({condition})", argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came true: {condition}")
