"""What can be wrong with a vocabulary: circles, doubled labels, missing labels, pointers into the void."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from kb.language.folding import fold
from kb.vocabulary.concept import Content, Problem, Programme, Topic
from kb.vocabulary.reader import Reading, read


def check(files: Iterable[Path]) -> tuple[Content, list[Problem]]:
    """Read files as one vocabulary; what they hold and everything that is wrong, syntax first, then in their order.

    Raises InputError for a file that is not there.
    """
    reading = read(files)
    content = reading.content
    concepts: list[Topic | Programme] = [*content.topics, *content.programmes]
    for concept in concepts:
        _check_label(reading, concept)
    _check_pointers(reading, content)
    _check_circles(reading, {topic.id: topic.broader for topic in content.topics}, "broader")
    _check_circles(reading, {programme.id: programme.replaced_by for programme in content.programmes}, "replaced by")
    _check_doubled(reading, content.topics)
    _check_doubled(reading, content.programmes)
    _check_years(reading, content.programmes)
    _check_kinds(reading, content)
    return content, reading.problems


def _check_label(reading: Reading, concept: Topic | Programme) -> None:
    if not concept.label:
        reading.report("no label", concept.id, f"{concept.id!r} has no preferred label")
    if not concept.definition:
        reading.report("no definition", concept.id, f"{concept.id!r} has no definition", warning=True)


def _check_pointers(reading: Reading, content: Content) -> None:
    topics = {topic.id for topic in content.topics}
    programmes = {programme.id for programme in content.programmes}
    for topic in content.topics:
        for name, targets in (("broader", topic.broader), ("related", topic.related)):
            _report_dangling(reading, topic.id, name, set(targets) - topics)
    for programme in content.programmes:
        _report_dangling(reading, programme.id, "replaced by", set(programme.replaced_by) - programmes)
    for broad, narrow in reading.inverse:
        _report_dangling(reading, broad, "narrower", {narrow} - topics)


def _report_dangling(reading: Reading, concept: str, relation: str, missing: set[str]) -> None:
    for target in sorted(missing):
        reading.report("dangling", concept, f"{concept!r} is {relation} {target!r}, which does not exist")


def _check_circles(reading: Reading, above: Mapping[str, tuple[str, ...]], relation: str) -> None:
    """Report each circle once, from the first concept in it that comes in the file."""
    done: set[str] = set()
    for start in above:
        path: list[str] = []
        _walk(start, above, path, done, reading, relation)


def _walk(
    start: str, above: Mapping[str, tuple[str, ...]], path: list[str], done: set[str], reading: Reading, relation: str
) -> None:
    """Depth first without recursion: a chain of any length must not end in a RecursionError."""
    todo: list[tuple[str, bool]] = [(start, False)]
    while todo:
        concept, leaving = todo.pop()
        if leaving:
            path.pop()
            done.add(concept)
        elif concept in path:
            circle = [*path[path.index(concept) :], concept]
            reading.report("circle", concept, f"circle ({relation}): {' → '.join(circle)}")
        elif concept not in done:
            path.append(concept)
            todo.append((concept, True))
            todo += [(target, False) for target in reversed(above.get(concept, ()))]


def _check_doubled(reading: Reading, concepts: Iterable[Topic | Programme]) -> None:
    owners: dict[str, dict[str, str]] = defaultdict(dict)  # folded label -> concept -> label as written
    for concept in concepts:
        for name in concept.names:
            if name:
                owners[fold(name)].setdefault(concept.id, name)
    for written in owners.values():
        first, *others = written
        for other in others:
            message = f"the label {written[other]!r} of {other!r} is also a label of {first!r}"
            reading.report("doubled label", other, message)


def _check_years(reading: Reading, programmes: Iterable[Programme]) -> None:
    for programme in programmes:
        if programme.last_year and programme.last_year < programme.first_year:
            reading.report("years", programme.id, f"the programme {programme.id!r} ends before it begins")


def _check_kinds(reading: Reading, content: Content) -> None:
    seen: set[str] = set()
    for kind in content.kinds:
        for name in {kind.id, fold(kind.singular)}:
            if name in seen:
                reading.report("doubled label", kind.id, f"two kinds are called {name!r}")
            seen.add(name)
