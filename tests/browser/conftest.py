"""Fixtures of the browser tests.

`page`, `dark_page`, `phone` and `no_js` are pages of the system's Chromium with the real server behind
them: `page.goto("/")` opens the course. A message in the console, an error on the page, a violation of
the content security policy, a failed request and a request to anybody but the server each fail the test
that saw it; a test that provokes one says so first, with `expect_problem(page, "pattern")`.
`axe(page)` gives what axe-core holds to be serious or critical.
Pictures of failures are kept under target/browser.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from server import ROOT, Server

KEEP = Path(os.environ.get("SECANT_KEEP", ROOT / "target" / "browser"))
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("SECANT_BROWSER") or shutil.which("chromium")
    if not path:
        pytest.exit("no browser: install chromium, or name one in SECANT_BROWSER", returncode=4)
    # Chromium refuses its sandbox to root, which is who runs the tests in a container.
    started = playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
    yield started
    started.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not restart it; `own_server` is for the others."""
    running = Server(tmp_path_factory.mktemp("data")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one figure of every kind, in place of the course."""
    course = Path(__file__).parent / "fixtures" / "figures"
    running = Server(tmp_path_factory.mktemp("gallery"), course).start()
    yield running
    running.stop()


@pytest.fixture
def entries_server(tmp_path: Path) -> Iterator[Server]:
    """A server with a question of every kind that is not typed in one line, in place of the course."""
    course = Path(__file__).parent / "fixtures" / "entries"
    running = Server(tmp_path, course).start()
    yield running
    running.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server with a fresh data folder, for tests of restarts and of what is kept."""
    running = Server(tmp_path).start()
    yield running
    running.stop()


class Watch:
    """What went wrong on a page, and what was allowed to."""

    def __init__(self, page: Page, url: str, scripts: bool = True) -> None:
        self.page = page
        self.url = url
        self.scripts = scripts
        self.problems: list[str] = []
        self.expected: list[re.Pattern[str]] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"error on the page: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda response: self._answered(response.url, response.status))
        page.on("request", lambda request: self._asked(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        # The status of a failed request is reported by `_answered`, with its address.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left cancels what it was still asking for; without scripts none is fetched.
        left = request.failure == "net::ERR_ABORTED"
        unwanted = not self.scripts and request.resource_type == "script"
        if not left and not unwanted:
            self.problems.append(f"request failed: {request.url}: {request.failure}")

    def _answered(self, url: str, status: int) -> None:
        if status >= 400:
            self.problems.append(f"status {status}: {url}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:", "about:")):
            self.problems.append(f"request to somebody else: {url}")

    def unexpected(self) -> list[str]:
        return [text for text in self.problems if not any(known.search(text) for known in self.expected)]


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[object]:
    """`open_page(server, **options)` opens a watched page; for tests that need more than the usual four."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def opened(running: Server, **options: object) -> Page:
        motion = "no-preference" if request.node.get_closest_marker("keep_motion") else "reduce"
        settings: dict = {"base_url": running.url, "reduced_motion": motion, "locale": "en-GB"}
        settings |= DESKTOP | options
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if settings.get("java_script_enabled", True):
            context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        watch = Watch(page, running.url, scripts=settings.get("java_script_enabled", True))
        page.watch = watch  # type: ignore[attr-defined]
        watches.append(watch)
        return page

    yield opened

    problems = [problem for watch in watches for problem in watch.unexpected()]
    report = getattr(request.node, "report_of_call", None)
    if problems or (report is not None and report.failed):
        KEEP.mkdir(parents=True, exist_ok=True)
        for number, watch in enumerate(watches):
            name = re.sub(r"[^\w.-]+", "-", request.node.name)
            path = KEEP / f"{name}-{number}.png"
            try:
                watch.page.screenshot(path=path, full_page=True)
                print(f"picture of the page: {path}")
            except Exception as error:  # a page that has crashed has no picture
                print(f"no picture of the page: {error}")
    for context in contexts:
        context.close()
    assert not problems, "the page had problems:\n  " + "\n  ".join(problems)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    report = yield
    if report.when == "call":
        item.report_of_call = report  # type: ignore[attr-defined]
    return report


@pytest.fixture
def page(open_page, server: Server) -> Page:
    """A desktop, light."""
    return open_page(server, color_scheme="light")


@pytest.fixture
def dark_page(open_page, server: Server) -> Page:
    return open_page(server, color_scheme="dark")


@pytest.fixture
def phone(open_page, server: Server) -> Page:
    return open_page(server, color_scheme="light", **PHONE)


@pytest.fixture
def no_js(open_page, server: Server) -> Page:
    without = open_page(server, color_scheme="light", java_script_enabled=False)
    # Chromium reports a modulepreload that it will not follow.
    without.watch.expected.append(re.compile(r"request failed: \S+\.js: csp$"))
    return without


@pytest.fixture
def expect_problem():
    """`expect_problem(page, "status 400")`: this test provokes it; the pattern is searched for."""

    def expected(page: Page, pattern: str) -> None:
        page.watch.expected.append(re.compile(pattern))  # type: ignore[attr-defined]

    return expected


@pytest.fixture
def axe():
    """`axe(page)`: the serious and critical findings of axe-core, one readable line each; wants to be empty."""

    def found(page: Page, context: str | None = None) -> list[str]:
        page.evaluate(AXE_SCRIPT + "; null")
        results = page.evaluate("(context) => axe.run(context ?? document)", context)
        assert results["passes"], "axe-core looked at nothing"
        return [
            f"{rule['impact']}: {rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in results["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return found
