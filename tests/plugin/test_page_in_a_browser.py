"""The page in a real browser: it runs without errors, asks for nothing, can be used by keyboard, and is quick."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_reports import CHARGE, FINDING, case, data_of, made

from pytest_taskfail.explore.tried import Tried, tried
from pytest_taskfail.model.faults import Hold, Raise
from pytest_taskfail.model.points import Point
from pytest_taskfail.report.html.page import page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOADED_WITHIN = 4000
"""Milliseconds for 10,000 experiments, on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; the extra `browser` brings it")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with playwright.sync_playwright() as running:
        if found is None and not Path(running.chromium.executable_path).exists():
            pytest.skip("there is no Chromium: install one, or run `playwright install chromium`")
        browser = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class View:
    """A page that is shown; it notes what goes wrong there and what it asks for."""

    def __init__(self, browser: Any, file: Path, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1100, "height": 800}, **options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def focused(self) -> str:
        """What has the focus, in words."""
        return str(self.page.evaluate("document.activeElement.innerText || document.activeElement.id"))


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Shows a report."""
    views = []

    def show(*tests: dict[str, Any], options: dict[str, Any] | None = None) -> View:
        file = tmp_path / "report.html"
        file.write_text(page({"tests": list(tests)}), encoding="utf-8")
        views.append(View(browser, file, **(options or {})))
        return views[-1]

    yield show
    for view in views:
        view.context.close()


def test_the_page_runs_without_errors_and_asks_for_nothing_else(show: Any) -> None:
    view = show(data_of(made(output="x")))
    assert view.wrong == []
    assert len(view.asked) == 1


def test_a_script_in_a_message_does_not_run(show: Any) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    report = made(output=evil)
    view = show(data_of(report, f"test_a.py::test_b[{evil}]"))
    view.page.locator(".matrix td").first.click()
    assert view.wrong == []
    assert len(view.asked) == 1
    assert evil in view.page.locator("h2").nth(1).inner_text()


def test_enter_on_a_cell_leads_to_its_story_and_escape_back(show: Any) -> None:
    view = show(data_of(made()))
    keys = view.page.keyboard
    view.page.locator(".matrix td[tabindex='0']").focus()
    keys.press("ArrowDown")
    assert view.focused() == "D"
    keys.press("Enter")
    view.page.wait_for_function("document.activeElement.id === 't0-0'")
    assert view.page.url.endswith("#t0-0")
    keys.press("Escape")
    assert view.page.evaluate("document.activeElement.closest('.matrix') !== null")
    assert view.wrong == []


def test_a_cell_says_what_it_stands_for_and_how_to_run_it_again(show: Any) -> None:
    view = show(data_of(made()))
    view.page.locator(".matrix td.ok").click()
    said = view.page.locator("output.cell").inner_text()
    assert "hold @ acquire:Lock@Shop.pay in pay#0" in said
    assert "no finding" in said
    assert "A fault is possible here: it can fail." in said
    assert 'pytest "test_shop.py::test_pay" --taskfail-replay="hold @ acquire:Lock@Shop.pay in pay#0"' in said
    view.page.keyboard.press("Escape")
    assert view.page.locator("output.cell").inner_text() == ""


def test_the_button_copies_the_line_that_replays(show: Any) -> None:
    view = show(data_of(made()), options={"permissions": ["clipboard-read", "clipboard-write"]})
    view.page.locator(".finding button.copy").click()
    view.page.locator(".finding button.copy", has_text="Copied").wait_for()
    line = 'pytest "test_shop.py::test_pay" --taskfail-replay="raise ConnectionError @ call:Fake.charge in pay#0"'
    assert view.page.evaluate("navigator.clipboard.readText()") == line


def test_the_focus_can_be_seen(show: Any) -> None:
    view = show(data_of(made()))
    seen = set()
    for _ in range(12):
        view.page.keyboard.press("Tab")
        seen.add(view.page.evaluate("getComputedStyle(document.activeElement).outlineWidth"))
    assert seen == {"2px"}


def test_the_filter_shows_the_tests_that_are_asked_for(show: Any) -> None:
    fine = made()
    fine.stories = []
    view = show(data_of(made()), data_of(fine, "test_shop.py::test_fine"))
    rows = view.page.locator(".tests tbody tr:visible")
    view.page.locator("#filter").fill("FINE")
    assert (rows.count(), view.page.locator("#hits").inner_text()) == (1, "1 shown")
    view.page.locator("#only").check()
    assert rows.count() == 0
    view.page.locator("#filter").fill("")
    assert rows.count() == 1
    assert "test_pay" in rows.first.inner_text()


def test_without_scripts_everything_can_be_read(show: Any) -> None:
    view = show(data_of(made(output="charging card 7")), options={"java_script_enabled": False})
    assert view.page.locator("button:visible").count() == 0
    assert view.page.locator("#filter:visible").count() == 0
    view.page.locator("summary", has_text="Output of this experiment").click()
    assert view.page.get_by_text("charging card 7").is_visible()
    assert view.page.locator("svg.graph").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(show: Any, scheme: str) -> None:
    late = (Tried(case(CHARGE, Hold()), "not tried"), Tried(case(CHARGE, Raise(OSError)), "unfired"))
    changed = tried(case(CHARGE, Raise(ValueError)), [], True)
    view = show(data_of(made(output="x", tries=(*late, changed))), options={"color_scheme": scheme})
    view.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert view.page.evaluate(CONTRAST) == []


def test_nothing_is_wider_than_a_narrow_window(show: Any) -> None:
    view = show(data_of(made(output="x" * 300)))
    view.page.set_viewport_size({"width": 360, "height": 700})
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_in_print_what_was_folded_in_an_open_test_is_unfolded_and_buttons_are_gone(show: Any) -> None:
    view = show(data_of(made(output="charging card 7")))
    view.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    view.page.emulate_media(media="print")
    assert view.page.get_by_text("charging card 7").is_visible()
    assert view.page.locator("button:visible").count() == 0


def test_ten_thousand_experiments_are_there_at_once(show: Any) -> None:
    many = tuple(
        tried(case(Point("call", f"f{number}", "pay#0"), fault), [FINDING] if number % 500 == 0 else [], False)
        for number in range(2500)
        for fault in (Hold(), Raise(OSError), Raise(ValueError), Raise(OSError, always=True))
    )
    view = show(data_of(made(tries=many)))
    took = view.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < took < LOADED_WITHIN
    assert view.wrong == []


CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.data && !texts.currentNode.data.trim() || element.closest("script, svg, .unseen")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 90));
  }
  return faint;
}"""
