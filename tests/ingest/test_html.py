"""Web pages: what is read, what never is, and which part of a page full of links is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction

PARAGRAPH = (
    "Die Stadt Hamm hat den Leerstand in der Weststraße über drei Jahre beobachtet und eine Zwischennutzung erprobt. "
    * 3
)


def read(folder: Path, markup: str | bytes, name: str = "a.html") -> Extraction:
    (folder / name).write_bytes(markup.encode() if isinstance(markup, str) else markup)
    return extract_file(folder / name, Limits())[1]


def text(folder: Path, body: str) -> str:
    return read(folder, f"<!DOCTYPE html><html><body>{body}</body></html>").pages[0].text


@pytest.mark.parametrize(
    "hidden",
    [
        *(
            "<script>nie</script>",
            "<style>nie</style>",
            "<noscript>nie</noscript>",
            "<template>nie</template>",
            "<!-- nie -->",
        ),
        *(
            "<svg><text>nie</text></svg>",
            "<p hidden>nie</p>",
            "<p style='Display: none'>nie</p>",
            "<iframe>nie</iframe>",
        ),
        *("<div style='visibility:hidden'><p>nie</p></div>", "<select><option>nie</select>", "<button>nie</button>"),
    ],
)
def test_what_nobody_sees_is_no_text(hidden: str, tmp_path: Path) -> None:
    assert text(tmp_path, f"<p>vorn</p>{hidden}<p>hinten</p>") == "vorn\n\nhinten"


def test_blocks_and_inline_elements(tmp_path: Path) -> None:
    body = "<div>Eins <b>zwei</b><i>drei</i><div>vier</div>fünf</div>sechs<br>sieben<hr><blockquote>acht</blockquote>"
    assert text(tmp_path, body) == "Eins zweidrei\n\nvier\n\nfünf\n\nsechs\nsieben\n\nacht"


def test_blanks_collapse_except_where_they_are_meant(tmp_path: Path) -> None:
    assert text(tmp_path, "<p>a\n   b&nbsp;c&shy;d</p><pre>e\nf</pre>") == "a b cd\n\ne\nf"


def test_lists(tmp_path: Path) -> None:
    body = (
        "<ul><li>eins<ul><li>innen</ul><li><p>zwei</p></ul><ol start=3><li>drei<li>vier</ol><dl><dt>Wort<dd>Sinn</dl>"
    )
    assert text(tmp_path, body) == "• eins\n• innen\n• zwei\n3. drei\n4. vier\n\nWort\n\nSinn"


def test_tables_of_data_and_of_layout(tmp_path: Path) -> None:
    data = "<table><caption>Zahlen</caption><thead><tr><th>Stadt<th>Läden</thead><tr><td><p>Hamm</p><p>Mitte</p><td>7</table>"
    layout = f"<table><tr><td>Rand<td><h2>Kapitel</h2><p>{PARAGRAPH}</p>{data}</table>"
    assert text(tmp_path, data) == "Zahlen\n\nStadt | Läden\nHamm Mitte | 7"
    assert text(tmp_path, layout).startswith(f"Rand\n\nKapitel\n\n{PARAGRAPH.strip()}\n\nZahlen\n\nStadt | Läden")


def test_text_after_a_table_is_not_lost(tmp_path: Path) -> None:
    assert text(tmp_path, "<table><tr><td>a<td>b</table>danach<p>und</p>") == "a | b\n\ndanach\n\nund"


def test_headings_in_any_wrapping(tmp_path: Path) -> None:
    extraction = read(tmp_path, "<html><h1><a href='/'>Erster</a> <small>Teil</small></h1><div><h3>Dritter</h3></div>")
    assert [(section.title, section.level) for section in extraction.sections] == [("Erster Teil", 1), ("Dritter", 3)]


def test_the_main_part_is_taken_where_the_page_names_it(tmp_path: Path) -> None:
    body = f"<nav>Start</nav><div id=x>Werbung</div><main><h1>Titel</h1><p>{PARAGRAPH}</p></main><footer>Impressum</footer>"
    assert text(tmp_path, body) == f"Titel\n\n{PARAGRAPH.strip()}"


def test_navigation_and_footer_are_left_out_elsewhere(tmp_path: Path) -> None:
    assert text(tmp_path, f"<nav>Start</nav><h1>Titel</h1><p>{PARAGRAPH}</p><footer>Impressum</footer>") == (
        f"Titel\n\n{PARAGRAPH.strip()}"
    )


def test_a_page_that_is_only_furniture_is_read_all_the_same(tmp_path: Path) -> None:
    assert text(tmp_path, "<nav>Start</nav><footer>Impressum</footer>") == "Start\n\nImpressum"


def test_a_teaser_is_not_the_main_part(tmp_path: Path) -> None:
    assert PARAGRAPH.strip() in text(tmp_path, f"<article>Kurz</article><p>{PARAGRAPH}</p>")


def test_links_around_an_article_without_a_main_element(tmp_path: Path) -> None:
    menu = "".join(f"<li><a href='/s{number}'>Seite der Verwaltung Nummer {number}</a></li>" for number in range(60))
    article = "".join(f"<p>{PARAGRAPH}{number}</p>" for number in range(4))
    body = f"<div class='menu'><ul>{menu}</ul></div><div class='inhalt'><h1>Leerstand in Hamm</h1>{article}</div>"
    extracted = text(tmp_path, body)
    assert "Nummer 17" not in extracted
    for number in range(4):
        assert f"{PARAGRAPH}{number}" in extracted


def test_a_page_that_is_a_list_of_links_keeps_them(tmp_path: Path) -> None:
    menu = "".join(f"<li><a href='/s{number}'>Protokoll Nummer {number}</a></li>" for number in range(60))
    assert "Protokoll Nummer 17" in text(tmp_path, f"<ul>{menu}</ul>")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset='iso-8859-1'>", "cp1252"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>", "cp1252"),
        ("<meta charset='utf-8'>", "utf-8"),
        ("<meta charset='utf-8'>", "cp1252"),  # it lies
        ("", "utf-8"),
        ("", "cp1252"),
        ("<meta charset='unsinn'>", "cp1252"),
        ("", "utf-16"),
        ("<meta charset='iso-8859-15'>", "iso-8859-15"),
    ],
)
def test_encodings(head: str, encoding: str, tmp_path: Path) -> None:
    words = "Größe und Übermaß der Straßen, Öl und Äpfel für die Bürger"
    markup = f"<!DOCTYPE html><html><head>{head}</head><body><p>{words}</p></body></html>"
    assert read(tmp_path, markup.encode(encoding)).pages[0].text == words


def test_properties_and_links(tmp_path: Path) -> None:
    head = (
        "<title> Leerstand\n in Hamm </title><meta name=Author content='Ä. B.'><meta property='article:published_time' "
        "content='2014-05-06'><meta name=keywords content='a, b'>"
    )
    targets = ("https://example.org/x", "#oben", "javascript:z()", "/akte.pdf")
    body = "<p>" + "".join(f"<a href='{target}'>x</a>" for target in targets)
    extraction = read(tmp_path, f"<html lang=de><head>{head}</head><body>{body}")
    assert extraction.title == "Leerstand in Hamm"
    assert extraction.metadata == {"author": "Ä. B.", "created": "2014-05-06", "keywords": "a, b", "language": "de"}
    assert extraction.links == ("https://example.org/x", "/akte.pdf")


def test_a_page_without_text(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(tmp_path, "<!DOCTYPE html><html><body><img src=x></body></html>")
    assert caught.value.reason is Reason.NO_TEXT
