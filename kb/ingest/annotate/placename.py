"""Mentions of municipalities in a document: candidates by an automaton, judged one by one, then as lists, then together.

A homograph between towns of a list is a town ("Bochum, Essen und Hagen"); a list takes over what stands before it ("die
Kreise Unna und Soest"); and one name has one sense in a document once something strong has told it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import ahocorasick

from kb.gazetteer import FormKind, Gazetteer, NameForm
from kb.ingest.annotate.context import Candidate, Context, WordLists
from kb.ingest.annotate.sense import BARE_ADJECTIVE, judge
from kb.ingest.annotate.verdict import Court, Sense, Verdict

# What may stand between two towns of one list; a county or a town from elsewhere may stand in it too.
_BETWEEN = re.compile(
    r"\s*(?:\([^()\n]{1,40}\)\s*)?(?:,|;|/|–|-|&|und|oder|sowie|bzw\.|bis|wie|•|·|\|)\s*"
    r"(?:(?:[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)?)(?: \([^)]{1,20}\))?\s*(?:,|/|und|oder|sowie)\s*)?"
    r"(?:(?:auch|der Stadt|in|aus|die Stadt)\s+)?"
)
_LONGEST_JOINT, _LONGEST_ROW = 60, 120  # characters from one town of a list to the next; the same in a table
_ROW_SIGNS = " \t-•·*–|0123456789.)"  # what a row or an item begins with
_TELLING = ("full name", "own addition", "postcode", "title")  # rules that leave no doubt which town is meant
_PERSON = ("person", "office", "first name")
_BARE = (
    "name",
    "plain homograph",
    "capital letter",
    "town verb",
)  # rules that a person of that name in the document beats
_AUTHORITY_SEATS = frozenset(("Arnsberg", "Detmold", "Düsseldorf", "Köln", "Münster"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a municipality is named: `page` is an index into the texts that were searched.

    `in_prose`: it stands in a sentence, not in a table, a list or brackets.
    """

    page: int
    start: int
    end: int
    ags: str
    kind: FormKind
    verdict: Verdict
    in_prose: bool = True


class Finder:
    """Finds the mentions in the texts of one document."""

    def __init__(self, gazetteer: Gazetteer, words: WordLists) -> None:
        self._court = Court(gazetteer, words)
        self._words = words
        self._homographs = {town.ags: gazetteer.homograph(town.ags) for town in gazetteer}
        self._mostly_elsewhere = {
            town.ags: re.compile(rf"\b(?:{'|'.join(known)})\b")
            for town in gazetteer
            if (known := gazetteer.mostly_elsewhere(town.ags))
        }
        self._short = {town.ags: town.short for town in gazetteer}
        self._automaton = ahocorasick.Automaton()
        for text, form in gazetteer.forms().items():
            self._automaton.add_word(text, form)
        self._automaton.make_automaton()

    def find(self, texts: Sequence[str]) -> list[Mention]:
        """The mentions in order; `texts` are the pages of one document."""
        judged = [mention for number, text in enumerate(texts) for mention in self._judge_page(number, text)]
        settled = _one_sense(judged, self._better_known(texts, judged))
        return [mention for mention in settled if mention.verdict.sense is Sense.YES]

    def _better_known(self, texts: Sequence[str], mentions: Sequence[Mention]) -> set[str]:
        """Towns whose better known namesake the document seems to mean."""
        named = {mention.ags for mention in mentions} & self._mostly_elsewhere.keys()
        return {ags for ags in named if any(self._mostly_elsewhere[ags].search(text) for text in texts)}

    def _candidates(self, text: str) -> Iterator[Candidate]:
        for last, form in self._automaton.iter_long(text):
            start, end = last - len(form.text) + 1, last + 1
            if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
                continue
            yield Candidate(form, start, end, self._homograph(form))

    def _homograph(self, form: NameForm) -> str | None:
        return None if form.kind is FormKind.FULL else self._homographs[form.ags]

    def _judge_page(self, number: int, text: str) -> list[Mention]:
        contexts = [Context(text, candidate) for candidate in self._candidates(text)]
        mentions = [
            Mention(
                number,
                context.candidate.start,
                context.candidate.end,
                context.candidate.form.ags,
                context.candidate.form.kind,
                judge(self._court, context),
                _in_prose(context),
            )
            for context in contexts
        ]
        for first, last in _runs(text, mentions):
            mentions[first:last] = self._judge_run(contexts[first], mentions[first:last])
        return mentions

    def _judge_run(self, head: Context, run: list[Mention]) -> list[Mention]:
        """A list of towns: what stands before it counts for all, and towns vouch for their neighbours."""
        before = head.left(1) if head.left() == ":" else head.left()
        if before in self._words.county_plural and (before.endswith(("e", "n")) or self._are_seats(run)):
            return _counties(run)
        told = before in self._words.trigger_plural
        sure = any(mention.verdict.sense is Sense.YES for mention in run)
        return [
            _with(mention, Verdict(Sense.YES, 0.95 if told else 0.92, "list", told))
            if mention.verdict.sense is Sense.MAYBE and (told or sure)
            else mention
            for mention in run
        ]

    def _are_seats(self, run: list[Mention]) -> bool:
        return all(self._short[mention.ags] in _AUTHORITY_SEATS for mention in run)


def _in_prose(context: Context) -> bool:
    before = context.left()
    return not (before and before in "|,(/:;–-•") and not (context.opens_line and context.ends_line)


def _counties(run: list[Mention]) -> list[Mention]:
    """The list up to where "sowie die Stadt X" leaves it."""
    end = next((place for place, mention in enumerate(run) if mention.verdict.rule == "title"), len(run))
    return [_with(mention, Verdict(Sense.NO, 0.97, "list of counties")) for mention in run[:end]] + run[end:]


def _with(mention: Mention, verdict: Verdict) -> Mention:
    return replace(mention, verdict=verdict)


def _runs(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Index ranges of mentions that form a list of two or more."""
    first = 0
    for index in range(1, len(mentions) + 1):
        if index < len(mentions) and _joined(text, mentions[index - 1], mentions[index]):
            continue
        if index - first > 1:
            yield first, index
        first = index


def _joined(text: str, left: Mention, right: Mention) -> bool:
    if FormKind.ADJECTIVE in (left.kind, right.kind) or right.start - left.end > _LONGEST_ROW:
        return False
    near = right.start - left.end <= _LONGEST_JOINT
    return bool(near and _BETWEEN.fullmatch(text, left.end, right.start)) or _in_column(text, left, right)


def _in_column(text: str, left: Mention, right: Mention) -> bool:
    """Whether both open neighbouring lines of a list or a table, and go on with the same kind of sign."""
    between = text[left.end : right.start]  # at most _LONGEST_ROW characters, see above
    if between.count("\n") != 1 or between[between.index("\n") + 1 :].strip(_ROW_SIGNS):
        return False
    line = text[max(0, left.start - 20) : left.start].rpartition("\n")[2]
    return not line.strip(_ROW_SIGNS) and _sort(text, left.end) == _sort(text, right.end)


def _sort(text: str, end: int) -> str:
    rest = text[end : end + 3].replace("\n", "¶").lstrip(" \t") or "¶"
    return "0" if rest[0].isdigit() else "a" if rest[0].isalpha() else rest[0]


def _one_sense(mentions: Sequence[Mention], better_known: set[str]) -> list[Mention]:
    """Let the document decide where the surroundings could not, and overrule weak signs where it speaks of another."""
    accepted = [mention for mention in mentions if mention.verdict.sense is Sense.YES]
    named = {mention.ags for mention in accepted}
    strong = {mention.ags for mention in accepted if mention.verdict.strong}
    sure = {mention.ags for mention in accepted if mention.kind is FormKind.FULL or mention.verdict.rule in _TELLING}
    persons = {mention.ags for mention in mentions if mention.verdict.rule in _PERSON}
    namesakes = better_known - sure
    settled = []
    for mention in mentions:
        if mention.verdict.sense is Sense.NAMESAKE and mention.ags not in sure:
            namesakes = namesakes | {mention.ags}  # from here on the bare name means the other
        vouched = named if mention.verdict.rule == BARE_ADJECTIVE else strong
        settled.append(_settle(mention, vouched, namesakes, persons - strong))
    return settled


def _settle(mention: Mention, strong: set[str], namesakes: set[str], persons: set[str]) -> Mention:
    verdict = mention.verdict
    if verdict.sense is Sense.YES and mention.ags in namesakes and verdict.rule != "institution":
        return _with(mention, Verdict(Sense.NAMESAKE, 0.8, "namesake in the document"))
    if verdict.sense is Sense.YES and mention.ags in persons and mention.in_prose and verdict.rule in _BARE:
        return _with(mention, Verdict(Sense.NO, 0.8, "person in the document"))
    if verdict.sense is Sense.MAYBE and mention.ags in strong and mention.ags not in namesakes:
        return _with(mention, Verdict(Sense.YES, 0.88, "one sense"))
    return mention
