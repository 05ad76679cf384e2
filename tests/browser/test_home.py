"""The first page opens, in every light and on every screen."""

from playwright.sync_api import Page


def test_home_has_a_title(page: Page) -> None:
    page.goto("/")
    assert "Secant" in page.title()
    assert page.locator("h1").count() == 1


def test_home_reads_without_scripts(no_js: Page) -> None:
    no_js.goto("/")
    assert no_js.locator("a[href^='/lesson/']").count() >= 1
