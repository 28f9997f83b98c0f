"""The contract of every engine: what kb/index/engine.py promises, on both engines, and that both match the same."""

import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import EngineError, LockedError
from kb.index import schema, tree
from kb.index.engine import ENGINES, Engine, Reader, Scope, open_engine
from kb.index.query import Sort
from kb.index.schema import PART, STEM, SURFACE, WORD, Entry
from kb.model import Visibility

ALL = Scope(frozenset(Visibility))
PUBLIC = Scope(frozenset({Visibility.PUBLIC}))


def entry(identifier: str, text: str = "", key: str = "1", year: int = 2012, **values: tuple[str, ...]) -> Entry:
    texts = dict.fromkeys((*schema.POSITIONS, *schema.FREQUENCIES), text)
    surfaces = " ".join(f"{word}{schema.SEPARATOR}{word.title()}" for word in dict.fromkeys(text.split()))
    return Entry(
        id=identifier,
        key=key,
        texts=texts | {SURFACE: surfaces},
        values=dict.fromkeys(schema.VALUES, ()) | {"visibility": ("public",)} | values,
        year=year,
        newest=year * 10_000,
        oldest=year * 10_000 or schema.UNKNOWN_DATE,
        title_key=text,
        stored=json.dumps({"id": identifier}).encode(),
    )


def fill(engine: Engine, *entries: Entry) -> Reader:
    with engine.writer() as writer:
        for one in entries:
            writer.add(one)
        writer.commit()
    return engine.reader()


def ids(reader: Reader, node: tree.Node, scope: Scope = ALL, limit: int = 100, **options: object) -> list[str]:
    found = reader.search(node, scope, limit, **options)  # type: ignore[arg-type]
    return [json.loads(reader.stored(one))["id"] for one in found]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return open_engine(request.param, tmp_path / "index")


TOWN = (
    entry("a", "leerstand in der innenstadt", topic=("leer", "stadt"), kind=("reader",), regbez=("Arnsberg",)),
    entry(
        "b",
        "der leerstand der alten zeche",
        year=2015,
        topic=("leer",),
        kind=("protokoll",),
        regbez=("Arnsberg", "Köln"),
    ),
    entry("c", "alte zeche wird umgebaut", year=0, topic=("zeche",), kind=("reader",)),
    entry("d", "leerstandsmanagement", visibility=("internal",), year=2020, topic=("leer",), kind=("reader",)),
)

# node -> the documents of TOWN that it matches
FORMS: list[tuple[tree.Node, str]] = [
    (tree.Term(WORD, "leerstand"), "ab"),
    (tree.Term(WORD, "nichtda"), ""),
    (tree.OneOf("topic", ("zeche", "stadt")), "ac"),
    (tree.OneOf("regbez", ("Köln",)), "b"),
    (tree.Phrase(WORD, ("alten", "zeche")), "b"),
    (tree.Phrase(WORD, ("zeche", "alten")), ""),
    (tree.Phrase(WORD, ("leerstand", "innenstadt")), ""),
    (tree.Phrase(WORD, ("leerstand", "innenstadt"), slop=2), "a"),
    (tree.Phrase(WORD, ("zeche", "alten"), slop=3), ""),
    (tree.Phrase(WORD, ("der", "leerstand", "zeche"), slop=1), ""),
    (tree.Phrase(WORD, ("der", "leerstand", "zeche"), slop=2), "b"),
    (tree.Pattern(WORD, "leer*"), "abd"),
    (tree.Pattern(WORD, "*stand"), "ab"),
    (tree.Pattern(WORD, "l?erstand"), "ab"),
    (tree.Pattern(WORD, "*stand*"), "abd"),
    (tree.Fuzzy(WORD, "leerstnad"), "ab"),
    (tree.Fuzzy(WORD, "zehe"), "bc"),
    (tree.Fuzzy(WORD, "zee"), ""),
    (tree.Fuzzy(WORD, "zee", 2), "abc"),
    (tree.Years(2012, 2015), "ab"),
    (tree.Years(2015, None), "bd"),
    (tree.Years(None, 2014), "a"),
    (tree.Years(2016, 2015), ""),
    (tree.All((tree.Term(WORD, "leerstand"), tree.Term(WORD, "zeche"))), "b"),
    (tree.Some((tree.Term(WORD, "leerstand"), tree.Term(WORD, "zeche"))), "abc"),
    (tree.Without(tree.Term(WORD, "leerstand"), tree.Term(WORD, "zeche")), "a"),
    (tree.Without(tree.Everything(), tree.Term(WORD, "leerstand")), "cd"),
    (tree.Preferably(tree.Term(WORD, "leerstand"), tree.Term(WORD, "umgebaut")), "ab"),
    (tree.Scored(tree.Term(WORD, "zeche")), "bc"),
    (tree.Everything(), "abcd"),
    (tree.Nothing(), ""),
    (tree.All((tree.Scored(tree.Everything()), tree.Some((tree.Nothing(), tree.Term(PART, "wird"))))), "c"),
]


@pytest.mark.parametrize(("node", "expected"), FORMS, ids=lambda value: str(value)[:60])
def test_form_matches(engine: Engine, node: tree.Node, expected: str) -> None:
    reader = fill(engine, *TOWN)
    assert sorted(ids(reader, node)) == list(expected)
    assert reader.count(node, ALL)[0] == len(expected)


def test_visibility_narrows_everything(engine: Engine) -> None:
    reader = fill(engine, *TOWN)
    assert "d" not in ids(reader, tree.Everything(), PUBLIC)
    assert reader.count(tree.Everything(), PUBLIC, ("topic",)) == (3, {"topic": {"leer": 2, "stadt": 1, "zeche": 1}})
    assert reader.terms(SURFACE, "leerstandsm", PUBLIC, 10) == []
    assert reader.terms(SURFACE, "leerstandsm", ALL, 10) == [
        (f"leerstandsmanagement{schema.SEPARATOR}Leerstandsmanagement", 1)
    ]
    assert ids(reader, tree.Everything(), Scope(PUBLIC.sees, ids=("d",))) == []


def test_counts_are_exact_for_every_facet(engine: Engine) -> None:
    total, counts = fill(engine, *TOWN).count(tree.Everything(), ALL, ("topic", "kind", "regbez", "municipality"))
    assert total == 4
    assert counts == {
        "topic": {"leer": 3, "stadt": 1, "zeche": 1},
        "kind": {"reader": 3, "protokoll": 1},
        "regbez": {"Arnsberg": 2, "Köln": 1},
        "municipality": {},
    }


def test_scope_joins_by_and_across_and_or_within(engine: Engine) -> None:
    reader = fill(engine, *TOWN)
    scope = Scope(ALL.sees, {"topic": ("leer", "zeche"), "kind": ("reader",)})
    assert sorted(ids(reader, tree.Everything(), scope)) == ["a", "c", "d"]
    assert sorted(ids(reader, tree.Everything(), scope.without("kind"))) == ["a", "b", "c", "d"]
    assert ids(reader, tree.Everything(), Scope(ALL.sees, {"kind": ("reader",)}, (2012, 2013))) == ["a"]


def test_best_comes_first_and_paging_loses_nothing(engine: Engine) -> None:
    entries = [entry(f"{number:02}", "wort " * (number + 1) + "lang " * (30 - number)) for number in range(25)]
    reader = fill(engine, *entries)
    node = tree.Term(WORD, "wort")
    everything = ids(reader, node)
    assert everything[0] == "24"
    scores = [one.score for one in reader.search(node, ALL, 25)]
    assert scores == sorted(scores, reverse=True)
    assert [one for offset in range(0, 25, 10) for one in ids(reader, node, limit=10, offset=offset)] == everything
    assert ids(reader, node, offset=25) == []
    assert ids(reader, node, offset=1000) == []
    assert ids(reader, node, limit=0) == []


def test_weight_multiplies_the_score(engine: Engine) -> None:
    reader = fill(engine, *TOWN)
    [plain, *_] = reader.search(tree.Term(WORD, "leerstand"), ALL, 1)
    [heavy, *_] = reader.search(tree.Term(WORD, "leerstand", 3.0), ALL, 1)
    assert heavy.score == pytest.approx(3 * plain.score)
    [none] = reader.search(tree.Scored(tree.Term(WORD, "umgebaut"), 0.0), ALL, 1)
    assert none.score == 0


@pytest.mark.parametrize(
    ("sort", "expected"),
    [(Sort.NEWEST, "dbac"), (Sort.OLDEST, "abdc"), (Sort.TITLE, "cbad")],
    ids=["newest", "oldest", "title"],
)
def test_sorting(engine: Engine, sort: Sort, expected: str) -> None:
    assert ids(fill(engine, *TOWN), tree.Everything(), sort=sort) == list(expected)


def test_replacing_and_removing(engine: Engine) -> None:
    fill(engine, *TOWN)
    with engine.writer() as writer:
        writer.add(entry("a", "ganz neu", key="2"))
        writer.add(entry("a", "noch neuer", key="3"))
        writer.remove("b")
        writer.remove("unknown")
        writer.commit()
    reader = engine.reader()
    assert reader.known() == {"a": "3", "c": "1", "d": "1"}
    assert ids(reader, tree.Term(WORD, "leerstand")) == []
    assert ids(reader, tree.Term(WORD, "neuer")) == ["a"]
    assert reader.size == 3
    assert [term for term, _ in reader.terms(SURFACE, "inn", ALL, 10)] == []


def test_what_is_not_committed_does_not_exist(engine: Engine) -> None:
    before = fill(engine, *TOWN)
    with pytest.raises(RuntimeError, match="stop"), engine.writer() as writer:
        writer.add(entry("e", "leerstand"))
        raise RuntimeError("stop")
    assert "e" not in engine.reader().known()
    with engine.writer() as writer:
        writer.add(entry("f", "leerstand"))
        assert "f" not in engine.reader().known()
        writer.commit()
    assert "f" in engine.reader().known()
    assert "f" not in before.known(), "a reader shows one commit"


def test_second_writer_is_told(engine: Engine) -> None:
    with engine.writer(), pytest.raises(LockedError, match="another kb process"):
        engine.writer()


def test_another_opening_sees_commits(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    name = request.node.callspec.params["engine"]
    other = open_engine(name, tmp_path / "index")
    assert other.reader().known() == {}
    fill(engine, *TOWN)
    assert set(other.reader().known()) == {"a", "b", "c", "d"}


def test_empty_index_answers(engine: Engine) -> None:
    reader = engine.reader()
    assert reader.count(tree.Everything(), ALL, ("topic", "regbez")) == (0, {"topic": {}, "regbez": {}})
    assert ids(reader, tree.Term(WORD, "x")) == []
    assert reader.terms(SURFACE, "", ALL, 10) == []
    assert reader.frequency(PART, "x") == 0


def test_frequency_and_terms(engine: Engine) -> None:
    reader = fill(engine, *TOWN)
    assert reader.frequency(PART, "leerstand") == 2
    assert [term.split(schema.SEPARATOR)[0] for term, _ in reader.terms(SURFACE, "", ALL, 2)] == ["der", "leerstand"]


def test_stored_bytes_come_back(engine: Engine) -> None:
    block = bytes(range(256)) * 300
    reader = fill(engine, Entry("x", "k", TOWN[0].texts, TOWN[0].values, 0, 0, 0, "", block))
    assert reader.stored(reader.search(tree.Everything(), ALL, 1)[0]) == block


def test_unknown_engine_is_named() -> None:
    with pytest.raises(EngineError, match="tantivy, whoosh"):
        open_engine("lucene", Path("nowhere"))


def test_long_words_are_not_cut(engine: Engine) -> None:
    long = "stadtebauforderungsrichtlinie" * 8
    reader = fill(engine, entry("a", long), entry("b", long[:-1]))
    assert ids(reader, tree.Term(WORD, long)) == ["a"]


# The same corpus, the same tree, the same documents: on both engines, for any tree.

WORDS = ["haus", "hausen", "maus", "stadt", "stadte", "leer", "leerer", "und"]
word = st.sampled_from(WORDS) | st.text(string.ascii_lowercase[:4], min_size=1, max_size=5)
field = st.sampled_from([WORD, STEM])
leaf = st.one_of(
    st.builds(tree.Term, field, word),
    st.builds(tree.Phrase, field, st.lists(word, min_size=2, max_size=3, unique=True).map(tuple), st.integers(0, 2)),
    st.builds(tree.Pattern, field, st.tuples(word, st.sampled_from(["*", "?", "*?"]), st.just("") | word).map("".join)),
    st.builds(tree.Fuzzy, field, word, st.sampled_from([1, 2])),
    st.builds(tree.Years, st.none() | st.integers(1998, 2006), st.none() | st.integers(1998, 2006)),
    st.builds(tree.OneOf, st.just("topic"), st.lists(st.sampled_from("xyz"), min_size=1, max_size=2).map(tuple)),
    st.just(tree.Everything()),
    st.just(tree.Nothing()),
)
nodes = st.recursive(
    leaf,
    lambda below: st.one_of(
        st.builds(tree.All, st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Some, st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Without, below, below),
        st.builds(tree.Preferably, below, below),
        st.builds(tree.Scored, below),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reader]]:
    """The same forty documents, with removals, in both engines."""
    folder = tmp_path_factory.mktemp("pair")
    readers = []
    for name in ENGINES:
        engine = open_engine(name, folder / name)
        documents = [
            entry(
                f"{number:02}",
                " ".join(WORDS[(number * step + step) % len(WORDS)] for step in range(1, 2 + number % 6))
                + " abc"[: number % 5],
                year=(0, 1999, 2001, 2005)[number % 4],
                topic=tuple("xyz"[: number % 4]),
                visibility=(list(Visibility)[number % 3].value,),
            )
            for number in range(40)
        ]
        fill(engine, *documents[:25])
        fill(engine, *documents[25:])
        with engine.writer() as writer:
            writer.remove("07")
            writer.add(entry("08", "maus haus", topic=("x",)))
            writer.commit()
        readers.append(engine.reader())
    yield readers


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=nodes, level=st.sampled_from(list(Visibility)), topic=st.sampled_from(["", "x", "y"]))
def test_both_engines_match_the_same(pair: list[Reader], node: tree.Node, level: Visibility, topic: str) -> None:
    scope = Scope(
        frozenset(list(Visibility)[: list(Visibility).index(level) + 1]), {"topic": (topic,)} if topic else {}
    )
    found = [sorted(ids(reader, node, scope)) for reader in pair]
    counted = [reader.count(node, scope, ("topic", "year")) for reader in pair]
    assert found[0] == found[1]
    assert counted[0] == counted[1]
    assert counted[0][0] == len(found[0])


def test_both_engines_score_alike(pair: list[Reader]) -> None:
    node = tree.Some((tree.Term(WORD, "haus"), tree.Term(STEM, "leer", 0.5), tree.Phrase(WORD, ("stadt", "leer"))))
    first, second = (
        {json.loads(reader.stored(one))["id"]: one.score for one in reader.search(node, ALL, 100)} for reader in pair
    )
    assert first.keys() == second.keys()
    ranks = [sorted(scores, key=lambda one: -scores[one])[:5] for scores in (first, second)]
    assert len(set(ranks[0]) & set(ranks[1])) >= 3
