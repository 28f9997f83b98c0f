"""Reads vocabulary files: SKOS in Turtle with rdflib, kinds in TOML. Says what it cannot read, with the line.

rdflib is imported here at the top, so import this module only when a file has to be read (kb/vocabulary/tree.py does).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.exceptions import ParserError
from rdflib.namespace import DCTERMS
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kb.errors import InputError
from kb.vocabulary.concept import Content, Kind, Problem, Programme, Topic

_KB = Namespace("urn:kb:vocabulary:")
_MEANINGFUL = (
    SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.broader, SKOS.narrower, SKOS.related, SKOS.definition,
)  # fmt: skip
_LOCAL = re.compile(r"[^#/:]+$")
_LINE = re.compile(r"at line (\d+)|\(at line (\d+)")
_BAD = re.compile(r"Bad syntax \((.*?)\) at \^ in:", re.DOTALL)
_YEAR = re.compile(r"\d{4}")


@dataclass(slots=True)
class Reading:
    """What was read from files so far, and what was wrong. `lines` says where an id is described."""

    topics: list[Topic] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    inverse: list[tuple[str, str]] = field(default_factory=list)  # skos:narrower, (broader, narrower)

    @property
    def content(self) -> Content:
        """What was read, with narrower turned into broader."""
        below = {(narrow, broad) for broad, narrow in self.inverse}
        topics = [
            _with_broader(topic, sorted(broad for narrow, broad in below if narrow == topic.id))
            for topic in self.topics
        ]
        return Content(tuple(topics), tuple(self.programmes), tuple(self.kinds))

    def report(self, code: str, concept: str, message: str, *, warning: bool = False) -> None:
        """Note a problem at the place where a concept is described."""
        file, line = self.lines.get(concept, ("", 0))
        self.problems.append(Problem(file, line, code, message, warning))


def read(files: Iterable[Path]) -> Reading:
    """Read Turtle and TOML files. Syntax errors are problems in the result; raises InputError for a file that is not there."""
    reading = Reading()
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            reading.problems.append(Problem(str(file), 0, "syntax", f"is not UTF-8 text: {error.reason}"))
            continue
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}") from error
        (_read_kinds if file.suffix == ".toml" else _read_turtle)(reading, file, text)
    return reading


def _read_turtle(reading: Reading, file: Path, text: str) -> None:
    graph = Graph()
    try:
        graph.parse(data=text, format="turtle")
    except BadSyntax as error:
        reading.problems.append(Problem(str(file), error.lines + 1, "syntax", f"is not valid Turtle: {_reason(error)}"))
        return
    except (ParserError, ValueError, RecursionError) as error:
        reading.problems.append(Problem(str(file), 0, "syntax", f"is not valid Turtle: {error}"))
        return
    known: dict[str, Node] = {}
    concepts = _concepts(graph)
    if not concepts:
        reading.problems.append(Problem(str(file), 0, "empty", "describes no concept"))
    for subject in concepts:
        concept = _id(subject)
        if known.setdefault(concept, subject) != subject or concept in reading.lines:
            reading.report("doubled id", concept, f"two concepts have the id {concept!r}")
            continue
        reading.lines[concept] = (str(file), _line_of(text, concept))
        _add_concept(reading, graph, subject, concept)


def _add_concept(reading: Reading, graph: Graph, subject: Node, concept: str) -> None:
    preferred = _german(graph, subject, SKOS.prefLabel)
    if len(preferred) > 1:
        reading.report("preferred labels", concept, f"{concept!r} has more than one preferred label")
    label = preferred[0] if preferred else ""
    if (subject, SKOS.inScheme, _KB.programmes) in graph or (subject, _KB.firstYear, None) in graph:
        _add_programme(reading, graph, subject, concept, label)
        return
    reading.topics.append(
        Topic(
            id=concept,
            label=label,
            alternatives=_german(graph, subject, SKOS.altLabel),
            hidden=_german(graph, subject, SKOS.hiddenLabel),
            definition=" ".join(_german(graph, subject, SKOS.definition)),
            scope_note=" ".join(_german(graph, subject, SKOS.scopeNote)),
            broader=_ids(graph, subject, SKOS.broader),
            related=_ids(graph, subject, SKOS.related),
            phrases=_german(graph, subject, _KB.phrase),
            indicators=_german(graph, subject, _KB.indicator),
            exclusions=_german(graph, subject, _KB.exclude),
        )
    )
    reading.inverse += [(concept, narrower) for narrower in _ids(graph, subject, SKOS.narrower)]


def _add_programme(reading: Reading, graph: Graph, subject: Node, concept: str, label: str) -> None:
    first, last = (_year(graph, subject, name) for name in (_KB.firstYear, _KB.lastYear))
    if first is None:
        reading.report("years", concept, f"the programme {concept!r} has no first year (kb:firstYear)")
    reading.programmes.append(
        Programme(
            id=concept,
            label=label,
            first_year=first or 0,
            last_year=last,
            alternatives=_german(graph, subject, SKOS.altLabel),
            hidden=_german(graph, subject, SKOS.hiddenLabel),
            definition=" ".join(_german(graph, subject, SKOS.definition)),
            scope_note=" ".join(_german(graph, subject, SKOS.scopeNote)),
            replaced_by=_ids(graph, subject, DCTERMS.isReplacedBy),
            exclusions=_german(graph, subject, _KB.exclude),
        )
    )


def _with_broader(topic: Topic, more: list[str]) -> Topic:
    new = tuple(broad for broad in more if broad not in topic.broader)
    if not new:
        return topic
    values = {name: getattr(topic, name) for name in Topic.__slots__}
    return Topic(**values | {"broader": topic.broader + new})


def _concepts(graph: Graph) -> list[Node]:
    """Every subject that is a concept, said or not, in the order of the file."""
    found = dict.fromkeys(graph.subjects(RDF.type, SKOS.Concept))
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    for predicate in _MEANINGFUL:
        found.update(dict.fromkeys(graph.subjects(predicate)))
    return [subject for subject in found if isinstance(subject, URIRef) and subject not in schemes]


def _id(node: Node) -> str:
    match = _LOCAL.search(str(node))
    return match.group() if match else str(node)


def _ids(graph: Graph, subject: Node, predicate: URIRef) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_id(node) for node in graph.objects(subject, predicate)))


def _german(graph: Graph, subject: Node, predicate: URIRef) -> tuple[str, ...]:
    """The German literals and those without a language; where there are none, those of any language."""
    literals = [node for node in graph.objects(subject, predicate) if isinstance(node, Literal)]
    german = [node for node in literals if (node.language or "de").startswith("de")]
    texts = (" ".join(str(node).split()) for node in german or literals)
    return tuple(dict.fromkeys(text for text in texts if text))


def _year(graph: Graph, subject: Node, predicate: URIRef) -> int | None:
    match = _YEAR.match(str(graph.value(subject, predicate)))
    return int(match.group()) if match else None


def _reason(error: BadSyntax) -> str:
    match = _BAD.search(str(error))
    return match.group(1) if match else error.message


def _line_of(text: str, concept: str) -> int:
    """Where a concept is described: the first line that begins with its name, 0 where none does."""
    match = re.search(rf"^\s*<?\S*[#/:]{re.escape(concept)}>?\s", text, re.MULTILINE)
    return text.count("\n", 0, match.start() + len(match.group()) - len(match.group().lstrip())) + 1 if match else 0


def _read_kinds(reading: Reading, file: Path, text: str) -> None:
    try:
        rows = tomllib.loads(text).get("kind", [])
    except tomllib.TOMLDecodeError as error:
        match = _LINE.search(str(error))
        line = int(match.group(1) or match.group(2)) if match else 0
        reading.problems.append(Problem(str(file), line, "syntax", f"is not valid TOML: {error}"))
        return
    if not (isinstance(rows, list) and rows):
        reading.problems.append(Problem(str(file), 0, "empty", "describes no kind ([[kind]])"))
        return
    for position, row in enumerate(_tables(rows)):
        missing = [name for name in ("id", "singular", "plural") if not isinstance(row.get(name), str) or not row[name]]
        if missing:
            message = f"kind {row.get('id') or position + 1} has no {', '.join(missing)}"
            reading.problems.append(Problem(str(file), 0, "no label", message))
            continue
        words = {name: _strings(row.get(name)) for name in ("names", "cues", "hints")}
        reading.kinds.append(
            Kind(str(row["id"]), str(row["singular"]), str(row["plural"]), str(row.get("definition", "")), **words)
        )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _tables(rows: list[object]) -> Iterator[dict[str, object]]:
    for row in rows:
        if isinstance(row, dict):
            yield row
