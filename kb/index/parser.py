"""What people type → syntax tree. Never fails: what cannot be understood is left out or read as words, and said so.

    Leerstand Innenstadt     words in a row          "Wortfolge"  "Wortfolge"~3    exact sequence, or nearly
    UND ODER NICHT, AND OR NOT, + -                  ( )                           operators (capitals), brackets
    leer*  *förder*  b?hnhof                         Bohcum~  Bochum~2             wildcards, similar spelling
    titel: thema: kommune: art: jahr:2010..2015 programm: seite:                   fields, with or without quotes

What words mean is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kb.index.syntax import (
    FIELDS,
    Both,
    Either,
    Excluded,
    Fielded,
    Parsed,
    Quoted,
    Required,
    Sequence,
    Syntax,
    Wild,
    Word,
)

LONGEST = 10_000  # characters of a query
DEEPEST = 40  # brackets within brackets
LONGEST_PATTERN = 60  # characters of a word with wildcards or of similar spelling
MOST_WILDCARDS = 4
MOST = 400  # words of a query

_AND, _OR, _NOT = {"UND", "AND", "&&"}, {"ODER", "OR", "||", "|"}, {"NICHT", "NOT"}

_JOINERS = {"und", "oder", "bzw.", "sowie"}

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<open>\() | (?P<close>\))
  | (?P<field>[A-Za-zÄÖÜäöüß]+):(?=[^\s:/()])
  | (?P<phrase>["„“”«»](?P<inside>[^"„“”«»]*)["„“”«»]?)(?P<slop>~\d*)?
  | (?P<sign>[+\-−](?=[\w"„“”«»(*?]))
  | (?P<word>[^\s()"„“”«»]+)
    """,
    re.VERBOSE,
)
_QUOTES = '"„“”«»'
_WILD = re.compile(r"(?P<pattern>[\w*?-]*(?:\*[\w*?-]*|\w\?\w[\w*?-]*))[.,;:!]*$")
_FUZZY = re.compile(r"(?P<word>.*?\w)~(?P<distance>\d*)$")


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str = ""
    slop: int = 0


@dataclass(slots=True)
class _Notices:
    found: dict[str, None] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        self.found.setdefault(sentence)


def _shortened(text: str, notices: _Notices) -> str:
    if len(text) <= LONGEST:
        return text
    notices.add(f"Die Anfrage ist sehr lang; gesucht wurde mit den ersten {LONGEST:,} Zeichen.".replace(",", "."))
    return text[:LONGEST]


def _slop(text: str | None) -> int:
    return 0 if not text else min(int(text[1:] or 2), 20)


def _word_lexeme(text: str) -> _Lexeme:
    if text in _AND:
        return _Lexeme("and", text)
    if text in _OR:
        return _Lexeme("or", text)
    return _Lexeme("not" if text in _NOT else "word", text)


def _elliptic(kind: str, before: list[_Lexeme]) -> bool:
    """Whether a hyphen stands for a word's first half and excludes nothing: "Stadtteilbüro und -management"."""
    return kind == "sign" and bool(before) and before[-1].text in _JOINERS


def _lexemes(text: str, notices: _Notices) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    if sum(text.count(quote) for quote in _QUOTES) % 2:
        notices.add("Ein Anführungszeichen ohne Gegenstück wurde bis zum Ende der Anfrage gelesen.")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if match["phrase"] is not None:
            found.append(_Lexeme("phrase", match["inside"].strip(), _slop(match["slop"])))
        elif match["field"] is not None:
            found.append(_Lexeme("field", match["field"]))
        elif kind == "word" or _elliptic(kind, found):
            found.append(_word_lexeme(match.group()))
        elif kind != "space":
            found.append(_Lexeme(kind, match.group()))
    return _limited(found, notices)


def _limited(lexemes: list[_Lexeme], notices: _Notices) -> list[_Lexeme]:
    """No more words than MOST, no deeper brackets than DEEPEST, no bracket without its partner."""
    kept: list[_Lexeme] = []
    depth = words = 0
    for lexeme in lexemes:
        if lexeme.kind == "open":
            depth += 1
            if depth > DEEPEST:
                notices.add(f"Mehr als {DEEPEST} Klammern ineinander werden nicht gelesen.")
                continue
        elif lexeme.kind == "close":
            if depth == 0:
                notices.add("Eine schließende Klammer ohne Gegenstück wurde überlesen.")
                continue
            depth -= 1
            if depth >= DEEPEST:
                continue
        elif lexeme.kind in ("word", "phrase"):
            words += 1
            if words > MOST:
                notices.add(f"Gesucht wurde mit den ersten {MOST} Wörtern.")
                break
        kept.append(lexeme)
    if depth > 0:
        notices.add("Eine öffnende Klammer ohne Gegenstück wurde am Ende geschlossen.")
    return kept


class _Parser:
    """Recursive descent over lexemes; the depth is bounded by `_limited`."""

    def __init__(self, lexemes: list[_Lexeme], notices: _Notices) -> None:
        self._lexemes = lexemes
        self._place = 0
        self._notices = notices
        self.operators = False

    def _peek(self) -> str:
        return self._lexemes[self._place].kind if self._place < len(self._lexemes) else "end"

    def _take(self) -> _Lexeme:
        self._place += 1
        return self._lexemes[self._place - 1]

    def either(self) -> Syntax | None:
        """a ODER b"""
        nodes: list[Syntax] = []
        while True:
            node = self._both()
            if node is not None:
                nodes.append(node)
            if self._peek() != "or":
                break
            self._operator(self._take(), node is not None)
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes)) if nodes else None

    def _operator(self, lexeme: _Lexeme, has_left: bool) -> None:
        self.operators = True
        if not has_left or self._peek() in ("end", "close", "and", "or"):
            self._notices.add(f"Zu „{lexeme.text}“ fehlt ein Wort; der Operator wurde überlesen.")

    def _both(self) -> Syntax | None:
        """a UND b, where a and b are sequences: UND binds tighter than ODER, looser than standing side by side."""
        nodes: list[Syntax] = []
        while True:
            node = self._sequence()
            if node is not None:
                nodes.append(node)
            if self._peek() != "and":
                break
            self._operator(self._take(), node is not None)
        return nodes[0] if len(nodes) == 1 else Both(tuple(nodes)) if nodes else None

    def _sequence(self) -> Syntax | None:
        nodes: list[Syntax] = []
        while self._peek() not in ("end", "close", "and", "or"):
            node = self._signed()
            if node is not None:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes)) if nodes else None

    def _signed(self) -> Syntax | None:
        signs: list[_Lexeme] = []
        while self._peek() in ("not", "sign"):
            signs.append(self._take())
        if not signs:
            return self._primary()
        self.operators = True
        node = None if self._peek() in ("end", "close", "and", "or") else self._primary()
        if node is None:
            self._notices.add(f"Zu „{signs[-1].text}“ fehlt ein Wort; der Operator wurde überlesen.")
            return None
        negative = sum(sign.text != "+" for sign in signs) % 2
        return Excluded(node) if negative else Required(node)

    def _primary(self) -> Syntax | None:
        lexeme = self._take()
        if lexeme.kind == "open":
            self.operators = True
            node = self.either()
            if self._peek() == "close":
                self._take()
            return node
        if lexeme.kind == "phrase":
            return Quoted(lexeme.text, lexeme.slop) if lexeme.text else None
        if lexeme.kind == "field":
            return self._fielded(lexeme.text)
        return self._word(lexeme.text)

    def _fielded(self, name: str) -> Syntax | None:
        field_name = FIELDS.get(name.lower())
        following = self._take() if self._peek() in ("word", "phrase") else None
        if following is None:
            return self._word(name)
        if field_name is None:
            both = [
                self._word(name),
                Quoted(following.text) if following.kind == "phrase" else self._word(following.text),
            ]
            return Sequence(tuple(node for node in both if node is not None))
        self.operators = True
        return Fielded(field_name, following.text, following.kind == "phrase") if following.text else None

    def _word(self, text: str) -> Syntax | None:
        fuzzy = _FUZZY.match(text)
        if fuzzy and len(fuzzy["word"]) <= LONGEST_PATTERN:
            self.operators = True
            return Word(fuzzy["word"], max(1, min(int(fuzzy["distance"] or 1), 2)))
        wild = _WILD.match(text)
        if wild:
            return self._wild(wild["pattern"])
        return Word(text) if re.search(r"\w", text) else None

    def _wild(self, text: str) -> Syntax | None:
        if len(re.sub(r"[\W_]", "", text)) < 2:
            self._notices.add(f"„{text}“ ist zu allgemein: Vor oder nach dem Stern braucht es zwei Buchstaben.")
            return None
        if len(text) > LONGEST_PATTERN or text.count("*") + text.count("?") > MOST_WILDCARDS:
            self._notices.add(
                f"„{text[:20]}…“ ist zu lang oder hat mehr als {MOST_WILDCARDS} Platzhalter und wurde überlesen."
            )
            return None
        self.operators = True
        return Wild(text)


def parse(text: str) -> Parsed:
    """The query as a tree, with notices in German. Never raises for any text."""
    notices = _Notices()
    parser = _Parser(_lexemes(_shortened(text.replace("\x00", " "), notices), notices), notices)
    tree = parser.either()
    return Parsed(tree, tuple(notices.found), parser.operators)
