"""Turn the annotated sources of the gold set, tune.txt and report.txt, natural-*.txt and mixed-*.txt, into .jsonl files.

The sources hold one record after another; README.md describes their notation. The character offsets are computed here
and nowhere else. Nothing here knows the taggers: it reads the source files and the ids in vocabulary/.
"""

import argparse
import csv
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[2] / "vocabulary"
HALVES = ("tune", "report", "natural-tune", "natural-report", "mixed-tune", "mixed-report")
ROLES = {"o": "owner", "s": "subject", "m": "mention"}

_MARK = re.compile(r"\{([^{}:]+)(?::([^{}]+))?\}")
_TAIL = re.compile(r" \(.*\)$| am .*$| an der .*$|/.*$")
_DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")


class SourceError(ValueError):
    """A record that cannot be turned into a line: which one, and why."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids a record may name: kinds, topics, and the AGS of each municipality by its names."""

    kinds: frozenset[str]
    topics: frozenset[str]
    places: dict[str, str]


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of a document, with the half-open character ranges of its mentions."""

    ags: str
    role: str
    mentions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One line of the gold set."""

    id: str
    title: str
    text: str
    kind: str
    date: str
    topics: tuple[str, ...]
    municipalities: tuple[Municipality, ...]

    def line(self) -> str:
        """The JSON object of the document, without a line end."""
        row = {name: getattr(self, name) for name in ("id", "title", "text", "kind", "date", "topics")}
        row["municipalities"] = [{"ags": m.ags, "role": m.role, "mentions": m.mentions} for m in self.municipalities]
        return json.dumps(row, ensure_ascii=False)


def read_ids(vocabulary: Path) -> Ids:
    """Read the ids from kinds.toml, topics.ttl and municipalities.csv in `vocabulary`."""
    kinds = tomllib.loads((vocabulary / "kinds.toml").read_text(encoding="utf-8"))["kind"]
    topics = re.findall(r"^topic:([\w-]+) a ", (vocabulary / "topics.ttl").read_text(encoding="utf-8"), re.MULTILINE)
    with (vocabulary / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        names = {row["gen"]: row["ags"] for row in csv.DictReader(file)}
    short = Counter(_TAIL.sub("", name) for name in names)
    aliases = {_TAIL.sub("", name): ags for name, ags in names.items() if short[_TAIL.sub("", name)] == 1}
    return Ids(frozenset(kind["id"] for kind in kinds), frozenset(topics), aliases | names)


def split_records(source: str) -> Iterator[list[str]]:
    """The records of a source file: each a header line and its following lines."""
    for block in re.split(r"^=== ", source, flags=re.MULTILINE)[1:]:
        yield block.strip().split("\n")


def parse_record(lines: list[str], ids: Ids) -> Document:
    """Turn a record into a document.

    Raises SourceError on an unknown id, a role without a mention and a mention without a role.
    """
    name, kind, date, topics = (cell.strip() for cell in lines[0].split("|"))
    if len(lines) < 4 or not lines[1].startswith("# ") or not lines[2].startswith("@"):
        raise SourceError(f"{name}: expected a header, a '# ' title, an '@ ' line and a text")
    text, spans = strip_marks("\n".join(lines[3:]).strip(), name, ids)
    document = Document(
        id=name,
        title=lines[1].removeprefix("# "),
        text=text,
        kind=kind,
        date=date,
        topics=tuple(topic.strip() for topic in topics.split(",") if topic.strip()),
        municipalities=tuple(
            Municipality(ags, role, tuple(spans.pop(ags, ()))) for ags, role in read_roles(lines[2], name, ids).items()
        ),
    )
    check_document(document, spans, ids)
    return document


def strip_marks(marked: str, name: str, ids: Ids) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    """The text without its marks, and the ranges of the marked words by AGS."""
    text = ""
    spans: dict[str, list[tuple[int, int]]] = {}
    end = 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        spans.setdefault(find_ags(mark[2] or mark[1], name, ids), []).append((len(text), len(text) + len(mark[1])))
        text += mark[1]
        end = mark.end()
    return text + marked[end:], spans


def read_roles(line: str, name: str, ids: Ids) -> dict[str, str]:
    """The role of each municipality, by AGS, of a line such as `@ o Lemgo; m Essen`."""
    roles: dict[str, str] = {}
    for cell in filter(None, (cell.strip() for cell in line.removeprefix("@").split(";"))):
        role, _, place = cell.partition(" ")
        if role not in ROLES:
            raise SourceError(f"{name}: unknown role {role!r}")
        roles[find_ags(place, name, ids)] = ROLES[role]
    return roles


def find_ags(place: str, name: str, ids: Ids) -> str:
    """The AGS of a municipality's name, with or without its addition."""
    if place not in ids.places:
        raise SourceError(f"{name}: unknown municipality {place!r}")
    return ids.places[place]


def check_document(document: Document, unassigned: dict[str, list[tuple[int, int]]], ids: Ids) -> None:
    """Raise SourceError where the document breaks a rule of README.md."""
    silent = [place.ags for place in document.municipalities if not place.mentions]
    owners = [place.ags for place in document.municipalities if place.role == "owner"]
    problems = {
        "unknown kind": [] if document.kind in ids.kinds else [document.kind],
        "unknown topics": sorted(set(document.topics) - ids.topics),
        "a topic twice": [topic for topic, count in Counter(document.topics).items() if count > 1],
        "not a date": [] if _DATE.fullmatch(document.date) else [document.date],
        "a role without a mention": silent,
        "a mention without a role": sorted(unassigned),
        "more than one owner": owners if len(owners) > 1 else [],
        "a brace in the text": re.findall(r"[{}]", document.text),
    }
    for problem, what in problems.items():
        if what:
            raise SourceError(f"{document.id}: {problem}: {', '.join(what)}")


def read_half(half: str, ids: Ids) -> list[Document]:
    """The documents of a source file, in its order; ids are unique."""
    source = (HERE / f"{half}.txt").read_text(encoding="utf-8")
    documents = [parse_record(lines, ids) for lines in split_records(source)]
    doubled = [name for name, count in Counter(document.id for document in documents).items() if count > 1]
    if doubled:
        raise SourceError(f"ids used twice: {', '.join(doubled)}")
    return documents


def print_counts(halves: dict[str, list[Document]]) -> None:
    """Print what the halves hold, without showing a text."""
    for half, documents in halves.items():
        words = sorted(len(document.text.split()) for document in documents)
        places = [place for document in documents for place in document.municipalities]
        print(f"{half}: {len(documents)} documents, {words[0]} to {words[-1]} words, median {words[len(words) // 2]}")
        print("  kinds   ", dict(Counter(document.kind for document in documents).most_common()))
        print("  roles   ", dict(Counter(place.role for place in places).most_common()))
        print("  mentions", sum(len(place.mentions) for place in places), "of", len({place.ags for place in places}))
        print("  without a municipality", sum(not document.municipalities for document in documents))
        print("  topics  ", dict(Counter(topic for document in documents for topic in document.topics).most_common()))


def main() -> int:
    """Write all halves, or with --check only compare them with their sources."""
    parser = argparse.ArgumentParser(description="Build the .jsonl files from their annotated sources.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs from its source")
    args = parser.parse_args()
    try:
        ids = read_ids(VOCABULARY)
        halves = {half: read_half(half, ids) for half in HALVES}
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for half, documents in halves.items():
        lines = "".join(f"{document.line()}\n" for document in documents)
        target = HERE / f"{half}.jsonl"
        if args.check and (not target.exists() or target.read_text(encoding="utf-8") != lines):
            print(f"error: {target.name} differs from {half}.txt: run build.py", file=sys.stderr)
            return 1
        if not args.check:
            target.write_text(lines, encoding="utf-8")
    print_counts(halves)
    return 0


if __name__ == "__main__":
    sys.exit(main())
