"""The sandpit: played by pointer, by keys and by ear, to its end and beyond.

Where a pit is lowest is learnt from another server, which gives a game in the same pit up: the one that is played on is
never asked.
"""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
from playwright.sync_api import Locator, Page

from lesson import until
from server import Server

LAB = "/lab/sandpit"
LAB_2 = "/lab/sandpit-2"
PIT = "document.querySelector('[data-plugin=sandpit]').pit"
SEED = 4711


def ask(server: Server, what: str, **body: object) -> dict:
    request = urllib.request.Request(
        f"{server.url}/api/v1/sandpit/{what}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


def lowest(stranger: Server, level: str, seed: int = SEED) -> tuple[float, float]:
    game = ask(stranger, "start", level=level, seed=seed)["game"]["id"]
    told = ask(stranger, "give-up", game=game)["told"]
    return told["x"], told["y"]


class Sandpit:
    """The game on a page: the one place that knows its elements."""

    def __init__(self, page: Page, level: str = "bowl", seed: int | None = SEED, lab: str = LAB) -> None:
        self.page = page
        self.visit(f"{lab}?level={level}" + (f"&seed={seed}" if seed is not None else ""))

    def visit(self, address: str) -> None:
        self.page.goto(address)
        until(self.page, f"{PIT}?._board !== undefined && !{PIT}._busy")
        self.page.wait_for_load_state("networkidle")

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        self.page.locator(".pit-canvas").scroll_into_view_if_needed()
        return tuple(
            self.page.evaluate(
                f"([x, y]) => {{ const p = {PIT}._board._panel; const b = p.svg.getBoundingClientRect();"
                " return [b.left + p.toX(x), b.top + p.toY(y)] }",
                [x, y],
            )
        )

    def tap(self, x: float, y: float) -> None:
        before = self.count()
        self.page.mouse.click(*self.pixel(x, y))
        self.probed(before)

    def probed(self, before: int) -> None:
        until(self.page, f"({PIT}._game?.probes.length ?? 0) > argument && !{PIT}._busy", before)

    def count(self) -> int:
        return self.page.evaluate(f"{PIT}._game?.probes.length ?? 0")

    def stick(self) -> Locator:
        return self.page.locator(".stick")

    def walk_to(self, x: float, y: float) -> None:
        """By the arrow keys, from wherever the stick is."""
        self.stick().focus()
        for name, to, forth, back in (("x", x, "ArrowRight", "ArrowLeft"), ("y", y, "ArrowUp", "ArrowDown")):
            while abs(gap := to - self.page.evaluate(f"{PIT}._board.{name}")) > 0.05 + 1e-9:
                key = forth if gap > 0 else back
                self.page.keyboard.press(f"Shift+{key}" if abs(gap) > 0.9 else key)

    def said(self) -> str:
        return self.page.locator(".pit-said").inner_text()

    def marks(self) -> Locator:
        return self.page.locator(".pit-canvas .probe")


def test_played_by_pointer_to_a_win(page: Page, own_server: Server) -> None:
    x, y = lowest(own_server, "bowl")
    pit = Sandpit(page)
    pit.tap(1, 1)
    pit.tap(5, 1.5)
    assert pit.marks().count() == 2
    assert re.match(r"Probe 2 at \((4\.99|5|5\.0\d), 1\.(49|5|5\d)\): depth \d+\.\d\d\. The floor falls to the [a-z ]+ with slope \d\.\d\d\.", pit.said()), pit.said()
    assert page.locator(".pit-canvas .band").count() == 0, "the floor is under the sand"
    rows = page.locator(".pit-list tbody tr")
    assert rows.count() == 2 and rows.last.locator("td").count() == 6
    pit.tap(x, y)
    page.get_by_role("heading", name="Found, with 3 probes.").wait_for()
    assert "Par is" in pit.said() and "Your best on this level" in pit.said()
    page.locator(".pit-canvas .band").first.wait_for(state="attached")
    page.locator(".pit-over .facet").first.wait_for(state="attached")
    methods = page.locator(".pit-methods tbody th").all_inner_texts()
    assert len(methods) == 4 and any(text == "you" for text in methods)
    scores = page.locator(".pit-scores")
    assert "Best: 3 probes" in scores.inner_text()
    assert scores.locator("tbody tr").first.get_by_text("(best)").count() == 1
    # The board takes no more.
    page.mouse.click(*pit.pixel(3, 3))
    page.wait_for_timeout(200)
    assert pit.count() == 3


def test_played_by_keys_to_a_win(page: Page, own_server: Server) -> None:
    x, y = lowest(own_server, "depth-only", 4712)
    pit = Sandpit(page, "depth-only", 4712)
    pit.stick().focus()
    assert pit.stick().get_attribute("aria-valuetext") == "x 3, y 3"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert pit.stick().get_attribute("aria-valuetext") == "x 3.1, y 2"
    page.keyboard.press("Enter")
    pit.probed(0)
    assert pit.said().startswith("Probe 1 at (3.1, 2): depth ") and "falls" not in pit.said()
    for _ in range(9):
        page.keyboard.press("Shift+ArrowLeft")
    assert pit.stick().get_attribute("aria-valuenow") == "0", "the edge is the edge"
    pit.walk_to(x, y)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Found, with 2 probes.").wait_for()


def test_every_level_is_won_and_the_lab_is_done(page: Page, own_server: Server) -> None:
    done = "window.done = 0; addEventListener('secant:done', () => { window.done += 1 })"
    page.add_init_script(done)
    for level in ("many-minima", "noise", "narrow-well"):
        x, y = lowest(own_server, level, 99)
        pit = Sandpit(page, level, 99, LAB_2)
        assert page.evaluate("window.done") == 0
        pit.tap(0.5, 0.5)
        pit.tap(x, y)
        page.get_by_role("heading", name="Found, with 2 probes.").wait_for()
    assert page.evaluate("window.done") == 1
    page.goto("/")
    assert page.locator("[data-part='sandpit-2'].done, [data-lesson='sandpit-2'].done").count() == 1


def test_by_ear_deeper_is_lower(page: Page) -> None:
    pit = Sandpit(page)
    ear = page.get_by_role("button", name="Sound: off")
    assert ear.get_attribute("aria-pressed") == "false"
    pit.tap(0.5, 0.5)
    assert page.evaluate(f"{PIT}._sound?.last ?? null") is None, "silent until it is switched on"
    ear.click()
    assert page.get_by_role("button", name="Sound: on").get_attribute("aria-pressed") == "true"
    heard = []
    for place in ((0.5, 5), (3, 3), (5.5, 3), (5, 5)):
        pit.tap(*place)
        heard.append(page.evaluate(f"[{PIT}._game.probes.at(-1).depth, {PIT}._sound.last.pitch, {PIT}._sound.last.pan]"))
    by_depth = sorted(heard)
    assert [pitch for _, pitch, _ in by_depth] == sorted((pitch for _, pitch, _ in heard), reverse=True)
    assert heard[0][2] < -0.5 and abs(heard[1][2]) < 0.05 and heard[2][2] > 0.5
    page.get_by_role("button", name="Sound: on").click()
    page.evaluate(f"delete {PIT}._sound.last")
    pit.tap(2, 2)
    assert page.evaluate(f"{PIT}._sound?.last ?? null") is None


def test_a_link_begins_the_same_pit_and_a_replay_shows_the_same_game(page: Page, open_page, server: Server) -> None:
    pit = Sandpit(page, "wall", 31)
    for place in ((1, 1), (2, 5), (4, 2)):
        pit.tap(*place)
    words = pit.said()
    page.get_by_role("button", name="Give up").click()
    assert pit.count() == 3 and not page.evaluate(f"Boolean({PIT}._told)"), "it asks once more"
    page.get_by_role("button", name="Give up: sure?").click()
    page.get_by_role("heading", name="Given up after 3 probes.").wait_for()
    replay = page.get_by_role("link", name="this replay")
    again = open_page(server)
    other = Sandpit(again, "wall", 31)
    for place in ((1, 1), (2, 5), (4, 2)):
        other.tap(*place)
    assert other.said() == words, "the same probes say the same"
    assert "seen before" in again.locator(".pit-tally").inner_text()
    other.visit(replay.get_attribute("href"))
    again.get_by_role("heading", name="Given up after 3 probes.").wait_for()
    assert other.marks().count() == 3
    bar = again.get_by_role("slider", name="Probes shown")
    bar.fill("1")
    assert other.marks().count() == 1
    again.get_by_role("button", name="Replay", exact=True).click()
    until(again, "document.querySelectorAll('.pit-canvas .probe').length === 3")


def test_nothing_is_lost_when_the_server_is_killed(open_page, own_server: Server, server: Server, expect_problem) -> None:
    page = open_page(own_server)
    pit = Sandpit(page, "wall", 8)
    pit.tap(1, 5)
    words = pit.said()
    own_server.kill()
    expect_problem(page, "request failed|ERR_CONNECTION_REFUSED")
    page.mouse.click(*pit.pixel(4, 4))
    until(page, "document.querySelector('.pit-said').textContent.includes('does not answer')")
    assert pit.count() == 1
    own_server.start()
    x, y = lowest(server, "wall", 8)
    fresh = open_page(own_server)
    other = Sandpit(fresh, "wall", 8)
    assert other.count() == 1 and other.said() == words
    other.tap(x, y)
    fresh.get_by_role("heading", name="Found, with 2 probes.").wait_for()


def test_the_page_never_holds_the_lowest_point_too_early(page: Page, own_server: Server) -> None:
    x, y = lowest(own_server, "bowl", 77)
    seen: list[str] = []
    page.on("response", lambda r: seen.append(r.text()) if r.request.resource_type in ("fetch", "document", "xhr") else None)
    pit = Sandpit(page, "bowl", 77)
    for place in ((0.1, 0.1), (5.9, 0.1), (0.1, 5.9)):
        pit.tap(*place)
    seen.append(page.content())
    seen.append(page.evaluate(f"JSON.stringify([{PIT}._game, {PIT}._told])"))
    assert len(seen) > 5
    for text in seen:
        assert not (f"{x:.3f}".rstrip("0") in text and f"{y:.3f}".rstrip("0") in text)
        assert "exp(" not in text


@pytest.fixture(params=["page", "dark_page", "phone"])
def any_page(request: pytest.FixtureRequest) -> Page:
    return request.getfixturevalue(request.param)


def test_nothing_serious_for_axe(any_page: Page, own_server: Server, axe) -> None:
    x, y = lowest(own_server, "wall", 55)
    pit = Sandpit(any_page, "wall", 55)
    assert axe(any_page) == []
    pit.tap(1, 1)
    pit.tap(5, 5)
    any_page.locator(".pit-list summary").click()
    assert axe(any_page) == []
    pit.tap(x, y)
    any_page.locator(".pit-over .facet").first.wait_for(state="attached")
    assert axe(any_page) == []


def test_a_narrow_phone_holds_it(open_page, server: Server, own_server: Server) -> None:
    page = open_page(server, viewport={"width": 320, "height": 640}, device_scale_factor=2, has_touch=True, is_mobile=True)
    x, y = lowest(own_server, "bowl", 56)
    pit = Sandpit(page, "bowl", 56)
    page.touchscreen.tap(*pit.pixel(4, 4))
    pit.probed(0)
    px, py = page.evaluate(f"(() => {{ const p = {PIT}._game.probes[0]; return [p.x, p.y] }})()")
    assert abs(px - 4) < 0.03 and abs(py - 4) < 0.03, "the finger hits what it means"
    page.locator(".pit-list summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.touchscreen.tap(*pit.pixel(x, y))
    page.get_by_role("heading", name="Found, with 2 probes.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_says_what_it_is_without_scripts(no_js: Page) -> None:
    for address, word in ((LAB, "wall"), (LAB_2, "noise")):
        no_js.goto(address)
        text = no_js.locator("main").inner_text()
        assert "probe" in text and word in text and "JavaScript" in no_js.content()
