"""The harness itself: a test that cannot fail proves nothing.

A page that misbehaves in each known way is served from here; the watch must see it.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from conftest import REPORT_VIOLATIONS, Watch

PAGES = {
    "/good": "<!doctype html><html lang=en><title>good</title><main><h1>good</h1></main>",
    "/console": "<!doctype html><title>x</title><script src=/console.js></script>",
    "/throws": "<!doctype html><title>x</title><script src=/throws.js></script>",
    "/inline": "<!doctype html><title>x</title><script>1</script>",
    "/missing": "<!doctype html><title>x</title><img src=/not-there.png alt=''>",
    "/stranger": "<!doctype html><title>x</title><script src=/stranger.js></script>",
    "/unlabelled": "<!doctype html><html lang=en><title>x</title><main><h1>x</h1><input></main>",
    "/console.js": "console.error('spoken')",
    "/throws.js": "undefined.property",
    "/stranger.js": "fetch('http://127.0.0.1:9/').catch(() => {})",
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path)
        self.send_response(200 if body is not None or self.path == "/favicon.ico" else 404)
        self.send_header("content-type", "text/javascript" if self.path.endswith(".js") else "text/html")
        self.send_header("content-security-policy", "script-src 'self'; img-src 'self'")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def raw(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.add_init_script(REPORT_VIOLATIONS)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/console", "spoken"),
        ("/throws", "error on the page"),
        ("/inline", "content security policy"),
        ("/missing", "status 404"),
        ("/stranger", "request to somebody else"),
    ],
)
def test_watch_sees(raw: Page, address: str, path: str, seen: str) -> None:
    watch = Watch(raw, address)
    raw.goto(address + path)
    raw.wait_for_load_state("networkidle")
    assert any(seen in problem for problem in watch.unexpected()), watch.problems


def test_watch_is_silent_on_a_good_page(raw: Page, address: str) -> None:
    watch = Watch(raw, address)
    raw.goto(address + "/good")
    raw.wait_for_load_state("networkidle")
    assert watch.unexpected() == []


def test_axe_sees_a_field_without_a_label(raw: Page, address: str, axe) -> None:
    raw.goto(address + "/good")
    assert axe(raw) == []
    raw.goto(address + "/unlabelled")
    assert any("label" in finding for finding in axe(raw))
