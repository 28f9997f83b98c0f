"""Small vocabulary files for tests."""

from __future__ import annotations

from pathlib import Path

HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kb: <urn:kb:vocabulary:> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix : <urn:example:> .
"""
KIND = '[[kind]]\nid = "protokoll"\nsingular = "Protokoll"\nplural = "Protokolle"\n'


def write(folder: Path, topics: str, programmes: str = "", kinds: str = KIND) -> Path:
    """A vocabulary folder with these topics; line 5 of topics.ttl is the first line of `topics`."""
    default = ':soziale-stadt kb:firstYear "1999" ; skos:prefLabel "Soziale Stadt"@de ; skos:definition "x"@de .\n'
    (folder / "topics.ttl").write_text(HEAD + topics, encoding="utf-8")
    (folder / "programmes.ttl").write_text(HEAD + (programmes or default), encoding="utf-8")
    (folder / "kinds.toml").write_text(kinds, encoding="utf-8")
    return folder


def topic(name: str, label: str, *more: str) -> str:
    """One topic in Turtle, on one line, with a definition."""
    rest = "".join(f" ; {triple}" for triple in more)
    return f':{name} a skos:Concept ; skos:prefLabel "{label}"@de ; skos:definition "x"@de{rest} .\n'
