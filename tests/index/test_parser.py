"""The parser: what people type becomes a tree, and never an error."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.parser import DEEPEST, LONGEST, parse
from kb.index.syntax import Both, Either, Excluded, Fielded, Quoted, Required, Sequence, Syntax, Wild, Word, walk

A, B, C = Word("a"), Word("b"), Word("c")

CASES: list[tuple[str, Syntax | None]] = [
    ("", None),
    ("  ", None),
    ("Leerstand", Word("Leerstand")),
    ("a b", Sequence((A, B))),
    ("a UND b", Both((A, B))),
    ("a AND b OR c", Either((Both((A, B)), C))),
    ("a ODER b UND c", Either((A, Both((B, C))))),
    ("a (b ODER c)", Sequence((A, Either((B, C))))),
    ("a und b", Sequence((A, Word("und"), B))),
    ("a -b", Sequence((A, Excluded(B)))),
    ("a NICHT b", Sequence((A, Excluded(B)))),
    ("NOT NOT a", Required(A)),
    ("+a b", Sequence((Required(A), B))),
    ('"der Stadt"', Quoted("der Stadt")),
    ("„der Stadt“ a", Sequence((Quoted("der Stadt"), A))),
    ('"alte Zeche"~3', Quoted("alte Zeche", 3)),
    ("leer*", Wild("leer*")),
    ("*förder*", Wild("*förder*")),
    ("b?hnhof", Wild("b?hnhof")),
    ("Wie geht das?", Sequence((Word("Wie"), Word("geht"), Word("das?")))),
    ("Bohcum~", Word("Bohcum", 1)),
    ("Bohcum~2", Word("Bohcum", 2)),
    ("Bohcum~9", Word("Bohcum", 2)),
    ("titel:Zeche", Fielded("title", "Zeche")),
    ('kommune:"Kamp-Lintfort"', Fielded("municipality", "Kamp-Lintfort", quoted=True)),
    ("jahr:2010..2015", Fielded("year", "2010..2015")),
    ("-art:Protokoll", Excluded(Fielded("kind", "Protokoll"))),
    ("https://x.de/a?b=1", Sequence((Word("https"), Word("//x.de/a?b=1")))),
    ("Stadtteilbüro und -management", Sequence((Word("Stadtteilbüro"), Word("und"), Word("management")))),
    ("Kamp-Lintfort", Word("Kamp-Lintfort")),
    ("- + *", None),
    ("14:30", Word("14:30")),
]


@pytest.mark.parametrize(("text", "tree"), [case for case in CASES if not case[0].startswith("https")])
def test_tree(text: str, tree: Syntax | None) -> None:
    assert parse(text).tree == tree


def test_an_address_is_words() -> None:
    assert all(isinstance(node, Word | Sequence) for node in walk(parse("https://x.de/a?b=1").tree))


@pytest.mark.parametrize(
    ("text", "tree", "notice"),
    [
        ('"offen', Quoted("offen"), "Anführungszeichen"),
        ("(a", A, "öffnende Klammer"),
        ("a)", A, "schließende Klammer"),
        ("a UND", A, "fehlt ein Wort"),
        ("ODER a", A, "fehlt ein Wort"),
        ("a UND UND b", Both((A, B)), "fehlt ein Wort"),
        ("a NICHT", A, "fehlt ein Wort"),
        ("*", None, "zu allgemein"),
        ("a*", None, "zu allgemein"),
    ],
)
def test_what_is_not_understood_is_said(text: str, tree: Syntax | None, notice: str) -> None:
    parsed = parse(text)
    assert parsed.tree == tree
    assert notice in " ".join(parsed.notices)


def test_understood_queries_have_no_notice() -> None:
    assert parse('a UND (b ODER c) NICHT d "e f" leer* x~ jahr:2012').notices == ()


def test_limits() -> None:
    start = time.perf_counter()
    assert "10.000" in parse("wort " * 5000).notices[0]
    deep = parse("(" * 2000 + "a" + ")" * 2000)
    assert deep.tree == A
    assert str(DEEPEST) in deep.notices[0]
    assert parse("(" * LONGEST).tree is None
    assert parse("NICHT " * 1600 + "a").tree == Required(A)
    assert len(walk(parse("a " * 5000).tree)) < 500
    assert time.perf_counter() - start < 5


@settings(max_examples=400)
@given(st.text(max_size=60) | st.text('ab ()"„“+-~*?:UNDODERICHT.1', max_size=60))
def test_no_text_fails(text: str) -> None:
    parsed = parse(text)
    for node in walk(parsed.tree):
        assert not isinstance(node, Both | Either | Sequence) or node.nodes


@given(st.lists(st.sampled_from(["UND", "ODER", "NICHT", "(", ")", "a", '"b c"', "+", "-d", "leer*"]), max_size=30))
def test_operators_in_any_order_keep_the_words(parts: list[str]) -> None:
    found = walk(parse(" ".join(parts)).tree)
    assert sum(isinstance(node, Word) and node.text == "a" for node in found) == parts.count("a")
    assert sum(isinstance(node, Wild) for node in found) == parts.count("leer*")
