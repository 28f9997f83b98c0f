"""Renders the sample documents from their sources: `python corpus/render/render.py [--only NAME] [--check]`.

A document is written again when its source, or the code in this folder, has changed; manifest.json remembers both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from source import Source, SourceError, read

RENDER = Path(__file__).resolve().parent
CORPUS = RENDER.parent
MANIFEST = RENDER / "manifest.json"
WRITERS = {
    "pdf": "pdf_file",
    "docx": "docx_file",
    "odt": "odt_file",
    "pptx": "pptx_file",
    "html": "html_file",
    "txt": "plain_file",
    "md": "plain_file",
}
# what each writer's result depends on, beside the source
PARTS = {
    "pdf": ("source.py", "pdf_file.py", "pdf_style.py", "scan.py"),
    "docx": ("source.py", "docx_file.py", "docx_part.py", "package.py"),
    "odt": ("source.py", "odt_file.py", "package.py"),
    "pptx": ("source.py", "pptx_file.py", "package.py"),
    "html": ("source.py", "html_file.py", "page.html"),
    "txt": ("plain_file.py",),
    "md": ("plain_file.py",),
}

Manifest = dict[str, dict[str, str]]


def digest(*paths: Path) -> str:
    """SHA-256 of the files' contents, one after the other."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def key(source: Source) -> str:
    """Changes when the source or the code that renders it does."""
    return digest(source.path, *(RENDER / name for name in PARTS[source.format] if (RENDER / name).exists()))


def _write(source: Source, target: Path) -> None:
    writer: Callable[[Source, Path], None] = import_module(WRITERS[source.format]).write
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"document.{source.format}"
        writer(source, made)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != made.read_bytes():
            shutil.copyfile(made, target)


def _toml(values: dict[str, Any]) -> str:
    lines = (
        f"{name} = {json.dumps(value, ensure_ascii=False) if not hasattr(value, 'isoformat') else value.isoformat()}"
        for name, value in values.items()
    )
    return "\n".join(lines) + "\n"


def render(source: Source, root: Path) -> list[str]:
    """Write the document, its copies and its sidecar; returns the paths of the documents below `root`."""
    target = root / source.output
    _write(source, target)
    for copy in source.copies:
        (root / copy).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, root / copy)
    if source.sidecar:
        sidecar = Path(f"{target}.toml")
        sidecar.write_text(_toml(source.sidecar), encoding="utf-8")
        tomllib.loads(sidecar.read_text(encoding="utf-8"))
    return [source.output, *source.copies]


def sources() -> tuple[list[Source], list[str]]:
    """All sources, in the order of their paths, and what is wrong with those that cannot be read."""
    found: list[Source] = []
    problems: list[str] = []
    for path in sorted((CORPUS / "sources").rglob("*.md")):
        try:
            found.append(read(path))
        except SourceError as error:
            problems.append(str(error))
    outputs = [output for source in found for output in (source.output, *source.copies)]
    problems += [f"{output}: written by two sources" for output in sorted(set(outputs)) if outputs.count(output) > 1]
    return found, problems


def _up_to_date(source: Source, manifest: Manifest) -> bool:
    entries = [manifest.get(output, {}) for output in (source.output, *source.copies)]
    made = all((CORPUS / output).exists() for output in (source.output, *source.copies))
    return made and all(entry.get("key") == key(source) for entry in entries)


def _withdraw(manifest: Manifest, found: list[Source]) -> None:
    """Remove what was rendered from sources that are gone, or now go somewhere else."""
    wanted = {output for source in found for output in (source.output, *source.copies)}
    for output in sorted(set(manifest) - wanted):
        (CORPUS / output).unlink(missing_ok=True)
        (CORPUS / f"{output}.toml").unlink(missing_ok=True)
        del manifest[output]
        print(f"removed  {output}")


def _save(manifest: Manifest) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    MANIFEST.write_text(text + "\n", encoding="utf-8")


def _render_all(stale: list[Source], manifest: Manifest) -> None:
    for source in stale:
        for output in render(source, CORPUS):
            entry = {"source": source.path.relative_to(CORPUS).as_posix(), "key": key(source)}
            manifest[output] = {**entry, "sha256": digest(CORPUS / output)}
        print(f"rendered {source.output}")
        _save(manifest)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Render the sample documents from their sources.")
    parser.add_argument("--only", metavar="NAME", nargs="+", default=[""], help="sources whose path contains a NAME")
    parser.add_argument("--all", action="store_true", help="render those that have not changed, too")
    parser.add_argument("--check", action="store_true", help="write nothing; say what would be rendered")
    parser.add_argument(
        "--into", metavar="DIR", type=Path, help="render into another folder and leave corpus/ as it is"
    )
    return parser.parse_args()


def main() -> int:
    """Render what has changed; the exit code is 1 for a source with problems or, with --check, for a stale document."""
    args = _options()
    manifest: Manifest = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else {}
    found, problems = sources()
    chosen = [source for source in found if any(name in source.path.as_posix() for name in args.only)]
    stale = [source for source in chosen if args.all or args.into or not _up_to_date(source, manifest)]
    if args.check:
        problems += [f"{source.output}: not rendered from its source as it stands" for source in stale]
    elif args.into:
        for source in stale:
            render(source, args.into)
    else:
        _render_all(stale, manifest)
    if not (problems or args.check or args.into):
        _withdraw(manifest, found)
        _save(manifest)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(found)} sources, {len(stale)} to render, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
