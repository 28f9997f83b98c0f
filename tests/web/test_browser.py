"""The site in a real browser: by mouse, by keyboard, without JavaScript, on a narrow screen, and by the rules of WCAG."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from kb.settings import Settings
from kb.web.app import create_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
READER = "/suche?q=Leerstand&art=reader"
PROTOCOL = "/suche?q=Abbruch&bis=2010"
PAGES = [
    "/",
    "/suche",
    "/suche?q=Leerstand&thema=zwischennutzung&von=2010&bis=2020",
    "/suche?q=Lehrstand",
    "/suche?q=xyzzy",
    "/ansprechpartner",
    "/ansprechpartner?frage=Wie+gehen+wir+mit+leerstehenden+Ladenlokalen+um%3F",
    "/naechte",
    "/nirgends",
]

Page = Any  # playwright is optional, so its types are not imported
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site(installation: Path) -> Iterator[str]:
    """The address of a running site."""
    app = create_app(Settings(data=str(installation)))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Open]:
    """Opens a page in a fresh window. At the end: no request went elsewhere, nothing broke, no cookie was set."""
    problems: list[str] = []
    contexts: list[Any] = []

    def watch(page: Page) -> None:
        page.on("request", lambda one: problems.append(one.url) if not one.url.startswith(site) else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda one: problems.append(one.text) if _is_defect(one) else None)

    def opened(address: str, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(site + address)
        return page

    yield opened
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert not problems
    assert not cookies


def _is_defect(message: Any) -> bool:
    # A browser puts every answer of 404 down as an error.
    return message.type == "error" and "status of 404" not in message.text


def first_hit(page: Page) -> str:
    """The address of the first document found, with what was searched."""
    return str(page.locator(".hit h2 a").first.get_attribute("href"))


@contextmanager
def loading(page: Page) -> Iterator[None]:
    """Waits until what is done in the block has led to another page."""
    with page.expect_navigation():
        yield


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe has to say, by all rules or those named."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    size = {} if rules else {"target-size": {"enabled": True}}  # left out of its tag unless asked for
    results = axe.Axe().run(page, options={"runOnly": only, "rules": size, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_searching_narrowing_turning_and_reading(visit: Open) -> None:
    page = visit("/")
    page.get_by_role("combobox", name="Wonach suchen Sie?").fill("Leerstand")
    with loading(page):
        page.get_by_role("button", name="Suchen").click()
    total = int(page.locator("h1").inner_text().split()[0])
    facet = page.locator(".facet", has=page.get_by_role("heading", name="Kommune"))
    link = facet.locator(".facet-values a").first
    promised = int(re.search(r"\d+", link.locator(".n").inner_text()).group())  # type: ignore[union-attr]
    with loading(page):
        link.click()
    assert int(page.locator("h1").inner_text().split()[0]) == promised < total
    with loading(page):
        page.locator(".chips a").first.click()
    assert int(page.locator("h1").inner_text().split()[0]) == total
    first = page.locator(".hit h2").first.inner_text()
    with loading(page):
        page.get_by_role("link", name="Weiter").click()
    assert page.locator(".hit h2").first.inner_text() != first
    with loading(page):
        page.get_by_role("link", name="Neueste zuerst").click()
    title = page.locator(".hit h2 a").first.inner_text()
    with loading(page):
        page.locator(".hit h2 a").first.click()
    assert page.locator("h1").inner_text() == title
    with loading(page):
        page.get_by_role("link", name="Zurück zu den Treffern").click()
    assert page.locator(".sort [aria-current]").inner_text() == "Neueste zuerst"


def test_branches_of_the_topic_tree_open_and_stay_open_where_something_is_chosen(visit: Open) -> None:
    page = visit("/suche?q=Leerstand")
    branch = page.locator("details.branch").first
    assert not branch.locator("a").first.is_visible()
    branch.locator("summary").click()
    with loading(page):
        branch.locator("a").nth(1).click()
    assert page.locator("details.branch[open] a.on").count() == 1


def test_jumping_from_hit_to_hit_by_keyboard(visit: Open) -> None:
    page = visit(READER)
    with loading(page):
        page.locator(".hit h2 a").first.click()
    places = page.locator(".jump a").count()
    assert places > 3
    page.locator(".jump a").first.press("Enter")
    seen = [urlsplit(page.url).fragment]
    while page.locator(":target .turn a", has_text="nächste").count():
        page.locator(":target .turn a", has_text="nächste").press("Enter")
        seen.append(urlsplit(page.url).fragment)
        assert page.locator(":target").evaluate("one => one.getBoundingClientRect().top >= 0")
    assert len(set(seen)) == places
    page.locator(":target .turn a", has_text="vorige").press("Enter")
    assert urlsplit(page.url).fragment == seen[-2]


def test_completion_by_keyboard(visit: Open) -> None:
    page = visit("/suche")
    box = page.get_by_role("combobox")
    box.press_sequentially("leers")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert not violations(page)
    box.press("ArrowDown")
    chosen = str(box.get_attribute("aria-activedescendant"))
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert options.count() == 0 or not options.first.is_visible()
    assert box.input_value() == "leers"
    box.press("ArrowDown")
    options.first.wait_for()
    box.press("ArrowUp")  # the last one, a word
    text = page.locator("[aria-selected=true]").inner_text()
    with loading(page):
        box.press("Enter")
    assert page.get_by_role("combobox").input_value() == text


def test_completion_leads_to_a_topic_and_to_a_document(visit: Open) -> None:
    for kind, place in (("Thema", "/suche?thema="), ("Dokument", "/dokument/")):
        page = visit("/suche")
        page.get_by_role("combobox").press_sequentially("leerstandsm" if kind == "Thema" else "leerstandsk")
        with loading(page):
            page.get_by_role("option", name=kind).first.click()
        assert place in page.url


def test_everything_works_without_javascript(visit: Open) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_label("Wonach suchen Sie?").fill("Leerstand")
    with loading(page):
        page.get_by_role("button", name="Suchen").click()
    with loading(page):
        page.get_by_role("link", name="Titel A–Z").click()
    titles = page.locator(".hit h2").all_inner_texts()
    assert titles == sorted(titles, key=lambda title: title.strip("„").casefold())
    page.get_by_label("von", exact=True).fill("2012")
    with loading(page):
        page.get_by_role("button", name="Anwenden").click()
    assert page.locator(".chips a").text_content().startswith("Zeitraum: ab 2012")
    with loading(page):
        page.locator(".hit h2 a").first.click()
    page.locator(".jump a").first.click()
    assert urlsplit(page.url).fragment


def test_a_narrow_screen_has_the_facets_in_a_sheet_without_javascript(visit: Open) -> None:
    page = visit("/suche?q=Leerstand", 360, java_script_enabled=False)
    facet = page.get_by_role("heading", name="Art des Dokuments")
    assert not facet.is_visible()
    page.get_by_role("button", name="Treffer eingrenzen").click()
    assert facet.is_visible()
    page.keyboard.press("Escape")
    assert not facet.is_visible()
    page.get_by_role("button", name="Treffer eingrenzen").press("Enter")
    with loading(page):
        page.get_by_role("link", name="Leitfaden").click()
    assert page.locator(".chips").is_visible()


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast", "link-in-text-block"))])
def test_every_page_keeps_the_rules_of_wcag(visit: Open, scheme: str, rules: Sequence[str]) -> None:
    page = visit(PROTOCOL, color_scheme=scheme)
    start = page.url.removesuffix(PROTOCOL)
    found = {}
    for address in [*PAGES, first_hit(page)]:
        page.goto(start + address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found[address] = violations(page, rules)
    assert not {address: several for address, several in found.items() if several}


def test_a_narrow_screen_never_scrolls_sideways_and_keeps_the_rules(visit: Open) -> None:
    page = visit(READER, 320)
    start = page.url.removesuffix(READER)
    for address in [*PAGES, first_hit(page), "/suche?q=" + "donaudampfschiff" * 20 + "&kommune=" + "x" * 90]:
        page.goto(start + address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert overflow(page) == 0, address
    page.goto(start + "/suche?q=Leerstand")
    page.get_by_role("button", name="Treffer eingrenzen").click()
    assert not violations(page)


SPACING = (
    "document.adoptedStyleSheets = [Object.assign(new CSSStyleSheet(), {})];"
    "document.adoptedStyleSheets[0].replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important } p { margin-bottom: 2em !important }')"
)


def test_wider_spacing_of_text_cuts_nothing_off(visit: Open) -> None:
    page = visit("/suche?q=Leerstand", 640)
    page.evaluate(SPACING)
    assert overflow(page) == 0
    cut = "[...document.querySelectorAll('a, button, h1, h2, p, label')].filter(one => one.offsetParent"
    assert (
        page.evaluate(
            f"{cut} && !one.closest('.unseen') && one.scrollWidth > one.clientWidth + 1"
            " && getComputedStyle(one).overflow === 'hidden').length"
        )
        == 0
    )


def test_every_stop_of_the_keyboard_is_seen_and_named(visit: Open) -> None:
    page = visit("/suche?q=Leerstand&thema=zwischennutzung")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
    look = """() => {
        const one = document.activeElement;
        const box = one.getBoundingClientRect();
        const name = one.textContent.trim() || one.id;
        return [one.matches("body"), name, getComputedStyle(one).outlineStyle, box.bottom > 0 && box.top < innerHeight];
    }"""
    for _ in range(40):
        left, name, outline, inside = page.evaluate(look)
        assert not left
        assert name
        assert outline == "solid", name
        assert inside, name
        page.keyboard.press("Tab")
