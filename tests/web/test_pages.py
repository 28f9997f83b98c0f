"""Every page, as the public and as the office get it."""

from __future__ import annotations

import itertools
import os
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
from kb.services import Services
from kb.settings import Settings
from kb.web.address import FACETS
from kb.web.app import create_app

ADDRESSES = [
    "/",
    "/suche",
    "/suche?q=Leerstand",
    "/suche?q=Leerstand&thema=zwischennutzung&von=2010&seite=1",
    "/suche?q=xyzzy",
    "/suche?seite=999",
    "/ansprechpartner",
    "/ansprechpartner?frage=Leerstand",
    "/naechte",
    "/nirgends",
]


def soup(client: TestClient, address: str) -> LexborHTMLParser:
    answer = client.get(address)
    assert answer.headers["content-type"].startswith("text/html"), address
    return LexborHTMLParser(answer.text)


def years_of(page: LexborHTMLParser) -> list[int]:
    """The years of the hits, in their order."""
    facts = [span.text() for span in page.css(".hit .facts span")]
    return [int(text) for text in facts if re.fullmatch(r"\d{4}", text)]


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
        assert link.text().strip(), link.html
    levels = [int(str(node.tag)[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_comes_from_anywhere_else(public: TestClient, address: str) -> None:
    answer = public.get(address)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
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
    assert re.match(r"\d+ Treffer", page.css_first("h1").text())
    assert len(page.css(".hit")) == 10
    assert any("leerst" in mark.text().lower() for mark in page.css("mark"))
    assert len(page.css(".facet")) >= 5


def test_hits_for_a_part_of_the_words_stand_apart(public: TestClient) -> None:
    page = soup(public, "/suche?q=Warenhaus+Hamm+Kita")
    assert page.css_first("h1").text().startswith("1 Treffer")
    assert "Nur ein Dokument enthält alle Wörter" in page.css_first(".note").text()
    assert len(page.css("h2 ~ .hit-list .hit h3")) == len(page.css(".further .hit")) == 10
    shown = [str(link.attributes["href"]) for link in page.css(".hit h2 a, .hit h3 a")]
    assert len(set(shown)) == len(shown) == 11
    every = soup(public, str(page.css_first(".all-parts a").attributes["href"]))
    assert int(every.css_first("h1").text().split()[0]) > 11
    assert not soup(public, '/suche?q="Warenhaus"+Hamm+Kita').css(".all-parts")


def test_pages_lead_to_the_original_or_to_the_text(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand&art=reader&art=vortrag&art=leitfaden&sortierung=titel")
    seen = set()
    for hit in page.css(".hit"):
        form = hit.css(".facts span")[-1].text()
        link = hit.css_first(".source a")
        target = str(link.attributes["href"])
        seen.add(form.partition(",")[0])
        if form.startswith("PDF"):
            number = re.match(r"Seite (\d+)", link.text())
            assert number and target.endswith(f"/original#page={number[1]}")
            continue
        assert link.text().startswith("Folie" if form.startswith("Präsentation") else "Zur Stelle")
        address, _, place = target.partition("#")
        assert soup(public, address).css_first(f"#{place}").css("mark")
    assert {"PDF", "Präsentation", "Word"} <= seen


def test_passages_repeat_neither_title_nor_dots(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstandskataster")
    for hit in page.css(".hit"):
        texts = [passage.css_first("p").text() for passage in hit.css(".passage")]
        assert not any(". . ." in text for text in texts)
        assert hit.css_first("h2").text() not in texts[1:]


def test_without_words_all_documents_come_newest_first(public: TestClient) -> None:
    page = soup(public, "/suche")
    assert int(re.sub(r"\D.*", "", page.css_first("h1").text())) >= 60
    years = years_of(page)
    assert years == sorted(years, reverse=True)
    assert page.css_first(".sort [aria-current]").text() == "Neueste zuerst"
    assert "Beste Treffer" not in page.css_first(".sort").text()


def test_what_was_probably_meant_and_what_was_added_can_be_changed(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstandskatastre")
    link = next(note.css_first("a") for note in page.css(".note") if "Meinten Sie" in note.text())
    assert soup(public, str(link.attributes["href"])).css(".hit")
    added = soup(public, "/suche?q=Verkehrsberuhigung+Schrottimmobilien")
    without = next(note.css_first("a") for note in added.css(".expansion") if "Auch gesucht" in note.text())
    page = soup(public, str(without.attributes["href"]))
    assert "Ohne verwandte Begriffe" in page.css_first(".expansion").text()


def test_facets_narrow_to_the_count_they_promise_and_chips_take_it_back(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand")
    for title in page.css(".facet"):
        link = next((one for one in title.css(".facet-values a") if not one.attributes.get("aria-current")), None)
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
    years = years_of(page)
    assert years == sorted(years)
    assert set(years) <= set(range(2012, 2017))
    second = soup(public, "/suche?q=Leerstand&seite=2")
    assert second.css_first(".pages [aria-current]").text().endswith("2")
    assert second.css_first("ol.hit-list").attributes["start"] == "11"
    beyond = soup(public, "/suche?q=Leerstand&seite=999")
    assert any("So viele Seiten hat diese Suche nicht" in note.text() for note in beyond.css(".note"))


NONSENSE = [
    '"unbalanced',
    "((((",
    "UND ODER NICHT",
    "*",
    "~",
    "titel:",
    "jahr:2010..",
    "%",
    "\\",
    "' OR 1=1",
    "🏚",
    "\x00\x01",
    "a" * 10_000,
    "Straße " * 1_400,
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nothing_that_a_person_types_breaks_a_page(any_engine: TestClient, text: str) -> None:
    for address in ("/suche?q=", "/ansprechpartner?frage="):
        answer = any_engine.get(address + quote(text))
        assert answer.status_code == 200
        assert unescape(answer.text).count("<h1") == 1
        assert len(answer.text) < 700_000
    assert "suggestions" in any_engine.get("/vorschlaege?q=" + quote(text)).json()


@pytest.mark.parametrize("value", ["", "%00", "%ff", "nirgends", "-1", "9" * 30, "%F0%9F%8F%9A", "x" * 5_000, "<b>"])
@pytest.mark.parametrize("name", [*FACETS, "von", "bis", "sortierung", "seite", "erweitern", "erklaeren", "unbekannt"])
def test_no_parameter_breaks_the_result_page(public: TestClient, name: str, value: str) -> None:
    answer = public.get(f"/suche?q=Leerstand&{name}={value}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_a_query_that_is_too_long_is_said_to_be_cut(public: TestClient) -> None:
    assert "1.000 Zeichen" in soup(public, "/suche?q=" + "Leerstand+" * 1_000).css_first(".note").text()


def test_both_engines_find_the_same(any_engine: TestClient, public: TestClient) -> None:
    for query in ("Leerstand", "Verf%C3%BCgungsfonds", "Wohnungsleerst%C3%A4nde", "%22Hof-+und+Fassadenprogramm%22"):
        pages = [soup(client, f"/suche?q={query}").css_first("h1").text() for client in (any_engine, public)]
        assert pages[0] == pages[1]


def test_markup_in_a_query_stays_text(public: TestClient) -> None:
    answer = public.get("/suche?q=" + quote("<script>alert(1)</script>"))
    assert "<script>alert" not in answer.text


def test_every_document_has_a_page_and_its_original(office: TestClient, installation: Path) -> None:
    for one in all_documents(installation):
        page = soup(office, f"/dokument/{one.id}")
        assert one.title in page.css_first("h1").text()
        assert one.title not in [node.text() for node in page.css("h2, .passage-text")[:2]]
        answer = office.get(f"/dokument/{one.id}/original")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith(("inline", "attachment"))
        if one.media_type != "application/pdf":
            assert answer.headers["content-security-policy"].startswith("sandbox")
        if "html" in one.media_type:
            assert answer.headers["content-disposition"].startswith("attachment")


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
    assert public.get("/dokument/..%2f..%2fetc%2fpasswd").status_code == 404
    assert public.get("/static/..%2fsite.py").status_code == 404
    posted = public.post("/suche")
    assert posted.status_code == 405
    assert "GET" in posted.headers["allow"]
    assert "<h1>" in posted.text


def test_health(public: TestClient) -> None:
    answer = public.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["documents"] == answer.json()["indexed"] >= 60


def test_suggestions_have_a_kind_and_an_address_where_they_name_something(public: TestClient) -> None:
    offers = public.get("/vorschlaege?q=Leerstandsm").json()["suggestions"]
    assert {one["kind"] for one in offers} >= {"topic", "word"}
    for one in offers:
        assert ("address" in one) == (one["kind"] != "word")
        if "address" in one:
            assert public.get(one["address"]).status_code == 200
    assert public.get("/vorschlaege").json() == {"suggestions": []}


def test_a_document_tells_of_itself(public: TestClient) -> None:
    link = soup(public, "/suche?q=titel:Leerstand&art=reader").css_first(".hit h2 a")
    page = soup(public, str(link.attributes["href"]))
    about = page.css_first(".about").text()
    for part in ("Inhalt", "Themen", "Warum diese Themen?", "Kommunen", "Angaben", "Ähnliche Dokumente"):
        assert part in about
    assert re.search(r"\d+ %", page.css_first(".why dt").text())
    assert "pdfium" not in about
    marks = [str(node.attributes["id"]) for node in page.css(".page-mark")]
    assert marks == [f"seite-{number}" for number in range(1, len(marks) + 1)]
    for one in page.css(".contents a"):
        assert page.css_first(str(one.attributes["href"])).css("h2, h3")


def test_related_topics_lead_on(public: TestClient) -> None:
    page = soup(public, "/suche?q=Leerstand")
    topics = {link.text(): str(link.attributes["href"]) for link in page.css(".related a")}
    assert "Leerstandsmanagement" in topics
    assert "Innenstadt und Zentren" not in topics
    assert all(soup(public, address).css(".hit") for address in topics.values())
    assert not soup(public, "/suche").css(".related")
    assert not soup(public, "/suche?q=Leerstand&seite=2").css(".related")


def test_the_office_alone_sees_why_a_hit_scores(public: TestClient, office: TestClient) -> None:
    assert not soup(public, "/suche?q=Leerstand&erklaeren=1").css(".explain")
    assert "Warum diese Treffer?" not in public.get("/suche?q=Leerstand").text
    assert "Warum diese Treffer?" in office.get("/suche?q=Leerstand").text
    assert len(soup(office, "/suche?q=Leerstand&erklaeren=1").css(".explain")) > 3


def test_static_files_are_kept_for_a_year_under_the_address_of_their_content(public: TestClient) -> None:
    address = str(soup(public, "/").css_first("link[rel=stylesheet]").attributes["href"])
    answer = public.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert public.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    for other in (address.partition("?")[0], address.partition("?")[0] + "?0123"):
        assert public.get(other).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("address", [*ADDRESSES, "/healthz", "/vorschlaege?q=leer", "/static/style.css"])
def test_head_answers_like_get_without_a_body(public: TestClient, address: str) -> None:
    head, full = public.head(address), public.get(address)
    assert (head.status_code, head.content) == (full.status_code, b"")
    assert head.headers["content-type"] == full.headers["content-type"]


def test_what_was_searched_in_vain_is_for_the_office_alone(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path), viewer="internal")
    with TestClient(create_app(settings)) as office:
        (tmp_path / "index" / "missed.tsv").write_text(
            "2026-05-14\tquartiersgarage\n2026-05-15\tquartiersgarage\n2026-05-15\teinmaliges\n", encoding="utf-8"
        )
        page = office.get("/naechte").text
        assert "quartiersgarage" in page
        assert "einmaliges" not in page  # asked once: might be a name
    with TestClient(create_app(Settings(data=str(tmp_path)))) as public:
        assert "quartiersgarage" not in public.get("/naechte").text


def test_what_lies_in_a_documents_place_now_is_not_the_document(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "offen.txt").write_text("Ein öffentlicher Text.", encoding="utf-8")
    settings = Settings(data=str(tmp_path / "data"))
    Services(settings).ingest([corpus])
    with TestClient(create_app(settings)) as public:
        link = soup(public, "/suche?q=%C3%B6ffentlicher").css_first(".hit h2 a").attributes["href"]
        original = str(link).partition("?")[0] + "/original"
        assert public.get(original).status_code == 200
        os.utime(corpus / "offen.txt", ns=(1, 1))  # touched: still the same bytes
        assert public.get(original).status_code == 200
        (corpus / "offen.txt").write_text("Vertraulich, genau so!", encoding="utf-8")
        assert public.get(original).status_code == 404
        (corpus / "offen.txt").unlink()
        (corpus / "offen.txt").symlink_to("/etc/hostname")
        assert public.get(original).status_code == 404
