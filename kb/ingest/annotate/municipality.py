"""Municipalities of a document: which, in what role, and every place where they are named.

Finding and telling apart is placename.py and sense.py, roles are role.py; here they become annotations with evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from kb.gazetteer import Gazetteer
from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.placename import Finder, Mention
from kb.ingest.annotate.role import roles
from kb.ingest.annotate.standing import standings
from kb.ingest.annotate.text import PreparedText
from kb.model import Annotation, Evidence, Facet, Role

RULES = "3"  # goes up with every change of the rules in the modules about names, and in role.py


class MunicipalityAnnotator:
    """An `Annotator` (text.py) for Facet.MUNICIPALITY: one annotation a municipality, evidence for every mention.

    `kinds`: the version of the annotator of kinds before it, "" for none; who speaks in a document depends on its kind.
    """

    def __init__(self, gazetteer: Gazetteer, kinds: str = "") -> None:
        words = self._words = WordLists.load()
        self._gazetteer = gazetteer
        self._finder = Finder(gazetteer, words)
        self._version = sha256(f"{RULES} {gazetteer.version} {words.version} {kinds}".encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over rules, gazetteer, word lists and what tells the kind."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The municipalities, owners first, then subjects, then mentions, each by falling number of mentions."""
        texts = [*(page.text for page in text.pages), text.manuscript.title]
        mentions = self._finder.find(texts)
        found = standings(self._words, text, texts, mentions, self._authors(text))
        told = roles(found)
        rank = {role: place for place, role in enumerate((Role.OWNER, Role.SUBJECT, Role.MENTION))}
        by_ags: dict[str, list[Mention]] = {ags: [] for ags in found}
        for mention in mentions:
            by_ags[mention.ags].append(mention)
        order = sorted(found, key=lambda ags: (rank[told[ags]], -len(by_ags[ags]), ags))
        return [self._annotation(text, ags, told[ags], by_ags[ags]) for ags in order]

    def _authors(self, text: PreparedText) -> set[str]:
        author = text.manuscript.metadata.get("author", "")
        return {mention.ags for mention in self._finder.find([author])} if author else set()

    def _annotation(self, text: PreparedText, ags: str, role: Role, mentions: Sequence[Mention]) -> Annotation:
        best = max(mention.verdict.confidence for mention in mentions)
        confidence = min(0.995, 1 - (1 - best) / min(3, len(mentions)))
        return Annotation(
            Facet.MUNICIPALITY,
            ags,
            round(confidence, 3),
            version=self._version,
            role=role,
            evidence=_evidence(text, mentions),
        )


def _evidence(text: PreparedText, mentions: Sequence[Mention]) -> tuple[Evidence, ...]:
    on_pages = [mention for mention in mentions if mention.page < len(text.pages)]
    if not on_pages:
        return (text.title_evidence(),)
    return tuple(text.evidence(text.pages[mention.page], mention.start, mention.end) for mention in on_pages)
