"""`kb vocabulary`: check vocabulary files, show the vocabulary as a tree."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from kb import resource
from kb.cli.main import EXIT_FAILED
from kb.settings import Settings
from kb.vocabulary import Topic, Vocabulary
from kb.vocabulary.concept import Content, Problem
from kb.vocabulary.tree import FILES


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check", help="find circles, doubled labels, topics without labels; exit code 1 if there are any"
    )
    check.add_argument(
        "files", nargs="*", metavar="FILE", help="files to check as one vocabulary (default: those of the installation)"
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")
    listing = actions.add_parser("list", help="show topics as a tree, programmes and kinds")
    listing.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check or list."""
    del settings  # the vocabulary belongs to the installation
    return _check(args.files, args.json) if args.action == "check" else _list(args.json)


def _check(files: list[str], as_json: bool) -> int:
    from kb.vocabulary.check import check  # here, because rdflib takes a third of a second

    folder = resource.folder("vocabulary")
    paths = [Path(file) for file in files] or [folder / name for name in FILES]
    content, problems = check(paths)
    errors = [problem for problem in problems if not problem.warning]
    if as_json:
        print(
            json.dumps({**_counts(content), "problems": [asdict(problem) for problem in problems]}, ensure_ascii=False)
        )
    else:
        _report(content, problems, len(errors))
    return EXIT_FAILED if errors else 0


def _counts(content: Content) -> dict[str, int]:
    return {"topics": len(content.topics), "programmes": len(content.programmes), "kinds": len(content.kinds)}


def _report(content: Content, problems: list[Problem], errors: int) -> None:
    for problem in problems:
        print(problem)
    counts = ", ".join(f"{count} {name}" for name, count in _counts(content).items())
    verdict = f"{errors} error{'s' if errors != 1 else ''}" if errors else "no errors"
    print(f"{counts}: {verdict}", file=sys.stderr)


def _list(as_json: bool) -> int:
    vocabulary = Vocabulary.load()
    if as_json:
        concepts = {
            "topics": [asdict(topic) for topic in vocabulary.topics()],
            "programmes": [asdict(programme) for programme in vocabulary.programmes()],
            "kinds": [asdict(kind) for kind in vocabulary.kinds()],
        }
        print(json.dumps({"version": vocabulary.version, **concepts}, ensure_ascii=False))
        return 0
    for root in vocabulary.roots():
        _print_branch(vocabulary, root, 0)
    for programme in vocabulary.programmes():
        print(f"{programme.label} ({programme.years})  {programme.id}")
    for kind in vocabulary.kinds():
        print(f"{kind.singular}  {kind.id}")
    return 0


def _print_branch(vocabulary: Vocabulary, topic: Topic, depth: int) -> None:
    print(f"{'  ' * depth}{topic.label}  {topic.id}")
    for narrower in vocabulary.narrower(topic.id):
        _print_branch(vocabulary, narrower, depth + 1)
