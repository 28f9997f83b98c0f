"""What is remembered of word forms."""

from __future__ import annotations

from kb.language.memory import FormMemory
from kb.language.token import Form, Token


class Work:
    """Counts letters, and keeps which words it was asked for."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def count(self, form: Form) -> int:
        self.seen.append(form.text)
        return len(form.text)


def tokens(*words: str) -> list[Token]:
    return [Token(0, len(word), Form(word, word.lower(), word.lower())) for word in words]


def test_no_form_is_looked_at_twice() -> None:
    work = Work()
    memory = FormMemory(work.count)
    assert memory.of_all(tokens("Rat", "der", "Rat")) == [3, 3, 3]
    assert memory.of_all(tokens("der", "Haushalt")) == [3, 8]
    assert memory.of(tokens("Rat")[0].form) == 3
    assert work.seen == ["Rat", "der", "Haushalt"]


def test_it_begins_anew_when_it_is_full() -> None:
    work = Work()
    memory = FormMemory(work.count, limit=2)
    assert memory.of_all(tokens("a", "bc", "def", "a")) == [1, 2, 3, 1]
    assert memory.of_all(tokens("def")) == [3]
    memory.of_all(tokens("ghij", "klmno"))
    assert memory.of_all(tokens("a")) == [1]
    assert work.seen[-1] == "a"
