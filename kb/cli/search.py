"""`kb search`: searches the index and prints hits, or the JSON that programs read (docs/search.md)."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kb.errors import InputError
from kb.index.query import Filters, Hit, Query, Results
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.search.missed import Missed


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options to its parser."""
    parser.add_argument("query", nargs="*", help="what to search for; several words need no quotes")
    parser.add_argument(
        "--missed", action="store_true", help="list words that were searched for on several days in vain"
    )
    for name, meaning in (
        ("topic", "a topic's id or name"),
        ("municipality", "a name or AGS"),
        ("kind", "a kind's id or name"),
    ):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="X", help=f"only {meaning}; may be repeated"
        )
    parser.add_argument("--year", metavar="A..B", help="only these years: 2012, 2010..2015, 2010.. or ..2015")
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="hits a page (default: 10)")
    parser.add_argument("--page", type=int, default=1, metavar="N", help="which page of hits, from 1 (default: 1)")
    parser.add_argument("--engine", choices=("tantivy", "whoosh"), help="search engine (default: that of the settings)")
    parser.add_argument("--explain", action="store_true", help="show how the query was understood and why a hit scores")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Search and print. Raises InputError for values that are not known."""
    from kb.services import Services

    services = Services(settings)
    if args.missed:
        return _print_missed(services.search.missed.often(), as_rows=args.json)
    if not args.query:
        raise InputError("say what to search for, or --missed")
    services.prepare_search()
    query = Query(
        text=" ".join(args.query),
        filters=_filters(args, services.search.names),
        viewer=services.viewer,
        page=_positive("page", args.page),
        size=_positive("limit", args.limit),
        explain=args.explain,
    )
    results = services.search.search(query)
    print(json.dumps(as_json(results), ensure_ascii=False, indent=2) if args.json else "\n".join(_lines(results)))
    return 0


def _print_missed(missed: list[Missed], *, as_rows: bool) -> int:
    if as_rows:
        print(json.dumps([asdict(one) for one in missed], ensure_ascii=False, indent=2))
    else:
        print("\n".join(f"{one.days:>4} days, last {one.last}: {one.words}" for one in missed))
    return 0


def _positive(option: str, number: int) -> int:
    if not 1 <= number <= 10_000:
        raise InputError(f"--{option} {number} is not between 1 and 10000")
    return number


def _filters(args: argparse.Namespace, names: Any) -> Filters:
    chosen = {}
    for facet in ("topic", "municipality", "kind"):
        values: list[str] = []
        for text in getattr(args, facet):
            found = names.resolve(facet, text)
            if not found:
                raise InputError(f"--{facet} {text}: no {facet} is called that")
            values += found
        chosen[facet] = tuple(values)
    return Filters(chosen["topic"], chosen["municipality"], chosen["kind"], years=_years(args.year))


def _years(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    first, dots, last = text.partition("..")
    if not (first or last) or not all(part.isdecimal() and len(part) == 4 for part in (first, last) if part):
        raise InputError(f"--year {text} is no year and no range such as 2010..2015")
    return (int(first) if first else None), (int(last) if last else None) if dots else int(first)


def as_json(results: Results) -> dict[str, Any]:
    """The results as programs read them; keys are only ever added."""
    found: dict[str, Any] = {
        "total": results.total,
        "milliseconds": round(results.milliseconds, 3),
        "hits": [_hit(hit) for hit in results.hits],
        "further": [_hit(hit) for hit in results.further],
        "facets": {
            name: [{"value": row.value, "label": row.label, "count": row.count} for row in rows]
            for name, rows in results.facets.items()
        },
        "notices": list(results.notices),
        "suggestion": results.suggestion,
        "expansions": [{"word": one.word, "term": one.term, "topic": one.topic} for one in results.expansions],
    }
    if results.query.explain:
        found["explanation"] = results.explanation
        for row, hit in zip(found["hits"] + found["further"], results.hits + results.further, strict=True):
            row["explanation"] = hit.explanation
    return found


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "document": hit.document,
        "title": hit.title,
        "kind": hit.kind,
        "municipalities": list(hit.municipalities),
        "year": hit.year,
        "score": hit.score,
        "passages": [
            {
                "page": passage.page,
                "text": passage.text,
                "highlights": [list(span) for span in passage.highlights],
                "section": passage.section,
            }
            for passage in hit.passages
        ],
    }


def _lines(results: Results) -> list[str]:
    lines = [*results.notices]
    if results.explanation:
        lines += ["understood as:", *(f"  {line}" for line in results.explanation.splitlines())]
    if results.suggestion:
        lines.append(f"Meinten Sie: {results.suggestion}")
    lines.append(f"{results.total} document{'' if results.total == 1 else 's'} in {results.milliseconds:.1f} ms")
    first = (results.query.page - 1) * results.query.size + 1
    for number, hit in enumerate(results.hits, start=first):
        lines += _hit_lines(number, hit)
    if results.further:
        lines += ["", "With a part of the words:"]
    for number, hit in enumerate(results.further, start=results.total + 1):
        lines += _hit_lines(number, hit)
    return lines


def _hit_lines(number: int, hit: Hit) -> list[str]:
    about = " · ".join(part for part in (hit.kind, str(hit.year or ""), hit.document, f"{hit.score:.3f}") if part)
    lines = ["", f"{number}. {hit.title or hit.document}", f"   {about}"]
    lines += [f"   Seite {passage.page}: {_marked(passage.text, passage.highlights)}" for passage in hit.passages]
    if hit.explanation:
        lines += [f"   {line}" for line in hit.explanation.splitlines()]
    return lines


def _marked(text: str, highlights: tuple[tuple[int, int], ...]) -> str:
    marks, last = [], 0
    for start, end in highlights:
        marks += [text[last:start], "[", text[start:end], "]"]
        last = end
    return " ".join("".join([*marks, text[last:]]).split())
