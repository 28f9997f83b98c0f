"""What is odd, broken or dangerous: files that cannot be read, strangers' markup, mails, and a site that is not ready."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from kb.catalog import document
from kb.errors import CatalogError, InputError
from kb.services import Services
from kb.settings import Settings
from kb.web.app import create_app
from kb.web.download import disposition
from kb.web.errors import HANDLERS
from kb.web.site import Site

EVIL = "<title>Böse Seite</title><h1>Böse Seite</h1><p>Leerstand<script>alert(1)</script></p>"
NAMES = {
    "kaputt.pdf": b"%PDF-1.7\nnichts weiter",
    "Fußgängerzone & „Übergang“ – Entwurf 100%.txt": "Die Fußgängerzone in Straßburg, Größe: 1.000 m².\n".encode(
        "cp1252"
    ),
    "böse.html": EVIL.encode(),
    "ursprung.md": b"# <img src=x onerror=alert(1)>\n\nLeerstand <script>alert(2)</script> und Brache.\n\n"
    b"## Teil `<script>alert(3)</script>`\n\nEine Gartenschau.\n",
}


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"] = "Einladung zum Erfahrungsaustausch"
    message["From"] = "buero@beispiel.example"
    message.set_content("Anbei die Tagesordnung zum Thema Zwischennutzung.")
    message.add_attachment(
        "Tagesordnung: Zwischennutzung in Läden.\n".encode(), "text", "plain", filename="Tagesordnung.txt"
    )
    return message.as_bytes()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has taken in odd files."""
    folder = tmp_path_factory.mktemp("odd")
    for name, content in {**NAMES, "einladung.eml": mail()}.items():
        (folder / "files" / name).parent.mkdir(exist_ok=True)
        (folder / "files" / name).write_bytes(content)
    services = Services(Settings(data=str(folder / "data")))
    services.ingest([folder / "files"])
    services.catalog.close()
    return folder / "data"


@pytest.fixture(scope="module")
def odd(data: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data=str(data))), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def ids(data: Path) -> dict[str, str]:
    """Documents by the end of their file's name."""
    services = Services(Settings(data=str(data)))
    with services.catalog.read() as connection:
        views = [document.view(connection, one.id) for one in document.all_of(connection)]
    services.catalog.close()
    return {Path(view.sources[0].path).name: view.document.id for view in views if view}


def soup(client: TestClient, address: str) -> LexborHTMLParser:
    return LexborHTMLParser(client.get(address).text)


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(odd: TestClient, ids: dict[str, str]) -> None:
    page = soup(odd, "/suche?q=kaputt")
    assert "beschädigt" in page.css_first(".hit .problem").text()
    page = soup(odd, f"/dokument/{ids['kaputt.pdf']}")
    assert "beschädigt" in page.css_first(".note.warn").text()
    assert odd.get(f"/dokument/{ids['kaputt.pdf']}/original").content == NAMES["kaputt.pdf"]


def test_markup_of_strangers_stays_text(odd: TestClient, ids: dict[str, str]) -> None:
    addresses = [f"/dokument/{one}?q=Leerstand" for one in ids.values()] + ["/suche?q=Leerstand", "/suche", "/"]
    for address in addresses:
        page = soup(odd, address)
        assert not page.css("script:not([src]), img, [onerror]"), address
    answer = odd.get(f"/dokument/{ids['böse.html']}/original")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    answer = odd.get(f"/dokument/{ids['ursprung.md']}/original")
    assert answer.headers["content-type"].startswith("text/plain")


def test_markup_in_a_section_a_title_and_a_query_is_shown_as_it_stands(odd: TestClient) -> None:
    page = soup(odd, "/suche?q=Gartenschau+%3Cscript%3E")
    assert not page.css("script:not([src]), img, [onerror]")
    assert page.css_first("h1").text().endswith("„Gartenschau <script>“")
    hit = next(one for one in page.css(".hit") if "Gartenschau" in one.text())
    assert "<img src=x onerror=alert(1)>" in hit.css_first("h2").text()
    assert "<script>alert(3)</script>" in hit.css_first(".in").text()


def test_an_original_keeps_its_name_and_its_letters(odd: TestClient, ids: dict[str, str]) -> None:
    name = next(name for name in ids if name.startswith("Fuß"))
    answer = odd.get(f"/dokument/{ids[name]}/original")
    assert answer.text == NAMES[name].decode("cp1252")
    header = answer.headers["content-disposition"]
    assert unquote(header.partition("UTF-8''")[2]) == name
    assert 'filename="Fussgaengerzone' in header
    part = odd.get(f"/dokument/{ids[name]}/original", headers={"range": "bytes=0-2"})
    assert (part.status_code, part.text) == (206, "Die")


@pytest.mark.parametrize(
    ("name", "plain"), [("Ärger.pdf", "Aerger.pdf"), ('a"b\\c.pdf', "abc.pdf"), ("日本", "dokument"), ("a\r\nb", "ab")]
)
def test_names_are_written_so_that_no_header_breaks(name: str, plain: str) -> None:
    header = disposition(name, "inline")
    assert header.startswith(f'inline; filename="{plain}"; ')
    assert header.isascii()
    assert header.isprintable()


def test_a_mail_and_what_came_with_it_know_each_other(odd: TestClient, ids: dict[str, str]) -> None:
    inside = next(one for name, one in ids.items() if name.endswith("Tagesordnung.txt"))
    outside = ids["einladung.eml"]
    assert inside in {
        str(link.attributes["href"]).rpartition("/")[2] for link in soup(odd, f"/dokument/{outside}").css(".about a")
    }
    assert soup(odd, f"/dokument/{inside}").css_first(f"article a[href='/dokument/{outside}']")
    assert "Zwischennutzung in Läden" in odd.get(f"/dokument/{inside}/original").text


def test_an_original_that_is_gone_is_not_found(data: Path, ids: dict[str, str], odd: TestClient) -> None:
    path = data.parent / "files" / "ursprung.md"
    path.rename(path.with_suffix(".weg"))
    try:
        assert odd.get(f"/dokument/{ids['ursprung.md']}/original").status_code == 404
    finally:
        path.with_suffix(".weg").rename(path)


def test_a_site_whose_index_is_gone_says_so_and_is_watched(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(data, copy)
    with TestClient(create_app(Settings(data=str(copy))), raise_server_exceptions=False) as client:
        shutil.rmtree(copy / "index")
        answer = client.get("/suche?q=Leerstand")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "nicht verloren" in answer.text
        assert client.get("/healthz").status_code == 503
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [(ZeroDivisionError("geheim"), 500), (InputError("geheim"), 500), (CatalogError("geheim"), 503)],
)
def test_a_defect_is_a_page_that_gives_nothing_away(data: Path, error: Exception, status: int) -> None:
    def fail(_request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", fail)], exception_handlers=HANDLERS)
    app.state.site = Site(Services(Settings(data=str(data))))
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert "<h1>" in answer.text
    assert "geheim" not in answer.text


@pytest.mark.parametrize(
    "address", ["/", "/suche", "/suche?q=Leerstand", "/ansprechpartner?frage=Leerstand", "/naechte"]
)
def test_a_site_without_a_single_document_is_whole(tmp_path: Path, address: str) -> None:
    with TestClient(create_app(Settings(data=str(tmp_path / "data")))) as client:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1
        assert client.get("/vorschlaege?q=leer").json() == {"suggestions": []}
        assert client.get("/healthz").json()["documents"] == 0
