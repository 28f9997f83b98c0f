"""Every page, as the public and as the office get it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from kb.catalog import document
from kb.catalog.catalog import Catalog
from kb.model import Visibility

ADDRESSES = ["/", "/suche", "/suche?q=Leerstand", "/suche?q=xyzzy", "/ansprechpartner", "/naechte", "/nirgends"]


def soup(client: TestClient, address: str) -> LexborHTMLParser:
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/html"), address
    return LexborHTMLParser(answer.text)


def all_documents(installation: Path) -> list[document.Document]:
    catalog = Catalog(f"sqlite:///{installation / 'catalog.sqlite'}")
    with catalog.read() as connection:
        found = document.all_of(connection)
    catalog.close()
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_german_has_one_heading_a_title_and_names(public: TestClient, address: str) -> None:
    page = soup(public, address)
    assert page.css_first("html").attributes["lang"] == "de"
    assert len(page.css("h1")) == 1
    assert page.css_first("title").text().strip()
    assert page.css_first("a.skip").attributes["href"] == "#inhalt"
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.css("input:not([type=hidden]), select"):
        name = field.attributes.get("id")
        assert page.css_first(f"label[for='{name}']") if name else field.parent.tag == "label"  # type: ignore[union-attr]
    for link in page.css("a, button"):
        assert link.text().strip() or link.attributes.get("aria-label"), link.html


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_comes_from_anywhere_else(public: TestClient, address: str) -> None:
    answer = public.get(address)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = LexborHTMLParser(answer.text)
    for node in page.css("[src], link[href]"):
        place = node.attributes.get("src") or node.attributes.get("href") or ""
        assert place.startswith("/") and not place.startswith("//")
        assert public.get(place).status_code == 200
    assert "style=" not in answer.text
    assert not page.css("script:not([src])")


def test_the_first_page_tells_what_is_there(public: TestClient) -> None:
    page = soup(public, "/")
    figures = {node.css_first("dt").text(): node.css_first("dd").text() for node in page.css(".figures > div")}
    assert int(figures["Dokumente"]) >= 60
    assert len(page.css(".cards > li")) >= 4
    assert page.css_first("form[role=search] input[name=q]")


def test_a_search_shows_hits_with_passage_page_and_marks(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand")
    assert re.search(r"\d+ Treffer", page.css_first("h1").text())
    hits = page.css(".hit")
    assert len(hits) == 10
    assert any("leerst" in mark.text().lower() for mark in page.css("mark"))
    assert re.fullmatch(r"Seite \d+", page.css_first(".passage footer a").text())
    assert "original#page=" in page.html  # type: ignore[operator]
    assert len(page.css(".facet")) >= 5


def test_facets_narrow_to_the_count_they_promise_and_chips_take_it_back(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand")
    for title in page.css(".facet"):
        link = title.css_first(".facet-values a")
        if link is None:
            continue
        promised = int(re.sub(r"\D", "", link.css_first(".n").text()))
        narrowed = soup(public, str(link.attributes["href"]))
        assert int(re.sub(r"\D.*", "", narrowed.css_first("h1").text())) == promised
        chip = narrowed.css_first(".chips a")
        back = soup(public, str(chip.attributes["href"]))
        assert back.css_first("h1").text() == page.css_first("h1").text()


def test_two_values_of_a_facet_are_joined_by_or(public: TestClient) -> None:
    both = soup(public, "/suche?q=Leerstand&kommune=05114000&kommune=05962004")
    one = soup(public, "/suche?q=Leerstand&kommune=05114000")
    assert len(both.css(".chips li")) == 3  # two chips and "all"
    count = [int(re.sub(r"\D.*", "", page.css_first("h1").text())) for page in (one, both)]
    assert count[1] > count[0]


def test_years_sorting_and_pages(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand&von=2012&bis=2016&sortierung=aelteste")
    years = [int(found) for found in re.findall(r"<span>(\d{4})</span>", page.html or "")]
    assert years == sorted(years)
    assert set(years) <= set(range(2012, 2017))
    second = soup(public, "/suche?q=Leerstand&seite=2")
    assert second.css_first(".pages [aria-current]").text().endswith("2")
    assert second.css_first("ol.hit-list").attributes["start"] == "11"
    assert "nicht" in soup(public, "/suche?q=Leerstand&seite=999").css_first(".hits .note:last-of-type").text()


@pytest.mark.parametrize(
    "text",
    [
        '"unbalanced',
        "((((",
        "UND ODER NICHT",
        "*",
        "~",
        "a" * 10_000,
        "titel:",
        "jahr:2010..",
        "%",
        "\\",
        "' OR 1=1",
        "🏚",
    ],
)
def test_nothing_that_a_person_types_breaks_the_page(public: TestClient, text: str) -> None:
    answer = public.get(f"/suche?q={quote(text)}")
    assert answer.status_code == 200
    assert unescape(answer.text).count("<h1") == 1


def test_markup_in_a_query_stays_text(public: TestClient) -> None:
    answer = public.get("/suche?q=" + quote("<script>alert(1)</script>"))
    assert "<script>alert" not in answer.text


def test_every_document_has_a_page_and_its_original(office: TestClient, installation: Path) -> None:
    for one in all_documents(installation):
        page = soup(office, f"/dokument/{one.id}")
        assert one.title in page.css_first("h1").text()
        answer = office.get(f"/dokument/{one.id}/original")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith(("inline", "attachment"))
        if "html" in one.media_type:
            assert answer.headers["content-disposition"].startswith("attachment")
            assert answer.headers["content-security-policy"] == "sandbox"


def test_the_document_page_marks_and_links_what_was_searched(public: TestClient) -> None:
    link = soup(public, "/suche?q=Leerstandskataster").css_first(".hit h2 a")
    page = soup(public, str(link.attributes["href"]))
    places = [node.attributes["href"] for node in page.css(".jump a")]
    assert places
    for place in places:
        assert page.css_first(str(place)).css("mark")


def test_nobody_learns_of_what_they_may_not_see(public: TestClient, office: TestClient, installation: Path) -> None:
    hidden = [one for one in all_documents(installation) if one.visibility is not Visibility.PUBLIC]
    assert hidden
    for one in hidden:
        assert public.get(f"/dokument/{one.id}").status_code == 404
        assert public.get(f"/dokument/{one.id}/original").status_code == 404
        assert office.get(f"/dokument/{one.id}").status_code == 200
        assert one.id not in public.get("/suche?q=" + quote(one.title)).text
        assert one.id not in public.get("/ansprechpartner?frage=" + quote(one.title)).text
        assert one.title not in public.get("/").text
    assert "corpus/" not in public.get("/naechte").text


def test_who_to_ask_shows_documents_and_only_willing_contacts(public: TestClient) -> None:
    page = soup(public, "/ansprechpartner?frage=" + quote("Wie gehen wir mit leerstehenden Ladenlokalen um?"))
    assert len(page.css(".referrals > li")) >= 3
    assert all(card.css("a[href^='/dokument/']") for card in page.css(".referrals > li"))
    assert page.css("a[href^='mailto:']")


def test_an_address_that_is_not_there_says_what_to_do(public: TestClient) -> None:
    answer = public.get("/nirgends")
    assert answer.status_code == 404
    assert "Über die Suche" in answer.text
    assert public.post("/suche").status_code == 405
    assert public.get("/dokument/..%2f..%2fetc%2fpasswd").status_code == 404


def test_health(public: TestClient) -> None:
    answer = public.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["documents"] == answer.json()["indexed"] >= 60
