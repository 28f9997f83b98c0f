"""What an ingest run has to say for itself: every file accounted for, failures by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kb.catalog.run import FileOutcome
from kb.ingest.reason import explain
from kb.model import Outcome


@dataclass(slots=True)
class Report:
    """The figures of a run. `extract_seconds` and `annotate_seconds` are working time, `total_seconds` the clock's.

    `touched` counts documents of which anything was read, tagged or worked out anew.
    """

    run_id: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    named: list[FileOutcome] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    touched: int = 0
    pages: int = 0
    extract_seconds: float = 0.0
    annotate_seconds: float = 0.0
    index_seconds: float = 0.0
    total_seconds: float = 0.0

    @property
    def files(self) -> int:
        """The number of files; the outcomes add up to it."""
        return sum(self.outcomes.values())

    @property
    def idle(self) -> bool:
        """Whether nothing had to be done."""
        return self.touched == 0 and not self.withdrawn

    def count(self, one: FileOutcome) -> None:
        """Account for one file."""
        self.outcomes[one.outcome] += 1
        if one.outcome in (Outcome.FAILED, Outcome.WAITING):
            self.named.append(one)

    def plain(self) -> dict[str, Any]:
        """The report as the JSON of `kb ingest --json` (docs/interfaces.md)."""
        return {
            "files": self.files,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "withdrawn": len(self.withdrawn),
            "failures": self._named(Outcome.FAILED),
            "waiting": self._named(Outcome.WAITING),
            "pages": self.pages,
            "seconds": {
                "extract": round(self.extract_seconds, 3),
                "annotate": round(self.annotate_seconds, 3),
                "index": round(self.index_seconds, 3),
                "total": round(self.total_seconds, 3),
            },
        }

    def _named(self, outcome: Outcome) -> list[dict[str, str]]:
        return [
            {
                "path": one.path,
                "reason": one.reason.value if one.reason else "",
                "message": explain(one.reason, one.detail),
                "detail": one.detail,
            }
            for one in sorted(self.named, key=lambda one: one.path)
            if one.outcome is outcome
        ]
