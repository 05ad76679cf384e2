"""Every lesson of the course opens on the narrowest phone and can be watched to its end."""

from __future__ import annotations

from playwright.sync_api import Page

from conftest import PHONE
from lesson import Lesson


def lessons(page: Page) -> list[str]:
    page.goto("/")
    links = page.locator("a[href^='/lesson/']").evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")
    return list(dict.fromkeys(links))


def test_every_lesson_plays_on_a_narrow_phone(open_page, server) -> None:
    page = open_page(server, color_scheme="light", **PHONE | {"viewport": {"width": 320, "height": 640}})
    for address in lessons(page):
        lesson = Lesson(page, address)
        lesson.last_scene()
        panels = page.locator(".panels > svg:not(.away)")
        assert panels.count() >= 1, address
        for k in range(panels.count()):
            shown = "path.curve:not(.off), line:not(.off):not(.gone):not(.grid):not(.axis), .surface:not(.off) path"
            assert panels.nth(k).locator(shown).count() >= 1, address
