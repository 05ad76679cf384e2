"""The pictures of docs/images, and the promise that they show what they should.

Taken only when asked for (`cargo xtask screenshots`): a picture in the repository changes when somebody looks at it.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from server import ROOT

pytestmark = pytest.mark.screenshots

IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000


def keep(page: Page, name: str) -> None:
    """Takes the picture and makes it small: flat pages need few colours."""
    # A first visit does not wait for fonts; the second has them.
    page.wait_for_load_state("networkidle")
    page.reload(wait_until="networkidle")
    page.wait_for_function("[...document.fonts].some((font) => font.status === 'loaded')")
    full = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert len(full.getcolors(1 << 24) or []) > 16, f"{name}: an empty page"
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    for colours in (256, 128, 64):
        full.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise AssertionError(f"{path} has {path.stat().st_size} bytes")


def open_lesson(page: Page, lesson: str) -> None:
    page.goto(f"/lesson/{lesson}")
    page.locator("svg, canvas").first.wait_for()


def test_home(page: Page) -> None:
    page.goto("/")
    keep(page, "home")


def test_lesson_light(page: Page) -> None:
    open_lesson(page, "definition-of-a-derivative")
    keep(page, "lesson-light")


def test_lesson_dark(dark_page: Page) -> None:
    open_lesson(dark_page, "definition-of-a-derivative")
    keep(dark_page, "lesson-dark")


def test_lesson_on_a_phone(phone: Page) -> None:
    open_lesson(phone, "rise-over-run")
    keep(phone, "lesson-phone")
