"""Old and new spelling: the reform of 1996 and the words that have two spellings since. Umlauts live in folding.py."""

from __future__ import annotations

import re

# (old or rare, new): on the lower-case stem, after ß = ss; the parts of a word that the reform touched
_PAIRS = (
    ("photo", "foto"), ("graphi", "grafi"), ("graphe", "grafe"), ("telephon", "telefon"), ("phantas", "fantas"),
    ("delphin", "delfin"), ("stengel", "stängel"), ("aufwendig", "aufwändig"), ("plazier", "platzier"),
    ("numerier", "nummerier"), ("potential", "potenzial"), ("potentiell", "potenziell"),
    ("substantiell", "substanziell"), ("existentiell", "existenziell"), ("differential", "differenzial"),
    ("essentiell", "essenziell"), ("tolpatsch", "tollpatsch"), ("gemse", "gämse"), ("behende", "behände"),
    ("überschwenglich", "überschwänglich"), ("quentchen", "quäntchen"), ("känguruh", "känguru"),
    ("panther", "panter"), ("roheit", "rohheit"), ("zäheit", "zähheit"), ("selbständig", "selbstständig"),
    ("jogurt", "joghurt"), ("greuel", "gräuel"), ("bendel", "bändel"), ("schneuz", "schnäuz"),
    ("mikrophon", "mikrofon"), ("saxophon", "saxofon"), ("megaphon", "megafon"), ("biographie", "biografie"),
    ("exposee", "exposé"), ("placier", "platzier"),
)  # fmt: skip
_WHOLE = {"rauh": "rau", "tip": "tipp", "tips": "tipp", "stop": "stopp", "as": "ass", "mop": "mopp", "step": "stepp"}
_TABLE = dict(_PAIRS)
_OLD = re.compile("|".join(sorted(_TABLE, key=len, reverse=True)))
_TRIPLE = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1\1")


def modernize(stem: str) -> str:
    """The stem in one spelling: ß = ss, "photo" = "foto", three equal consonants = two ("Schiffahrt")."""
    stem = stem.replace("ß", "ss")
    stem = _OLD.sub(lambda match: _TABLE[match.group()], _WHOLE.get(stem, stem))
    return _TRIPLE.sub(r"\1\1", stem)
