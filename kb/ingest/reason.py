"""What a failure means to people: the German sentence for staff, and whether trying again can help.

The reasons themselves are kb.errors.Reason; when and how often to try again is the pipeline's.
"""

from __future__ import annotations

from kb.errors import Reason

_SENTENCES: dict[Reason, str] = {
    Reason.ENCRYPTED: "Die Datei ist mit einem Passwort geschützt. Bitte eine ungeschützte Fassung ablegen.",
    Reason.DAMAGED: "Die Datei ist beschädigt oder unvollständig. Bitte das Original noch einmal ablegen.",
    Reason.EMPTY: "Die Datei ist leer.",
    Reason.NO_TEXT: "Die Datei enthält keinen lesbaren Text.",
    Reason.OUTLINED: (
        "Die Schrift ist in Zeichnungen umgewandelt. Erst mit eingerichteter Texterkennung (OCR) wird der Text lesbar; "
        "besser ist eine Fassung mit echtem Text."
    ),
    Reason.UNMAPPED: (
        "Die Schriftzeichen der Datei lassen sich keinen Buchstaben zuordnen. Erst mit eingerichteter Texterkennung (OCR) "
        "wird der Text lesbar; besser ist eine neu erzeugte Fassung."
    ),
    Reason.TOO_LARGE: "Die Datei ist größer, als die Einstellungen erlauben.",
    Reason.TOO_SLOW: "Das Lesen hat zu lange gedauert und wurde abgebrochen. Es wird später noch einmal versucht.",
    Reason.TOO_MUCH_MEMORY: "Das Lesen hat zu viel Arbeitsspeicher gebraucht und wurde abgebrochen.",
    Reason.ARCHIVE_BOMB: "Das Archiv ist verdächtig: Es würde beim Auspacken unverhältnismäßig groß. Es wurde nicht geöffnet.",
    Reason.UNSUPPORTED: "Dieses Dateiformat kann nicht gelesen werden.",
    Reason.UNREADABLE: "Die Datei ließ sich nicht öffnen. Bitte Zugriffsrechte und Laufwerk prüfen.",
    Reason.CHANGED: "Die Datei wurde während des Lesens verändert. Sie wird später noch einmal gelesen.",
    Reason.CRASHED: (
        "Das Leseprogramm ist an dieser Datei gescheitert. Es wird später noch einmal versucht; "
        "bleibt es dabei, bitte die Datei der Technik melden."
    ),
    Reason.SIDECAR_INVALID: (
        "Die Angaben neben der Datei (ordner.toml oder eine .toml-Datei gleichen Namens) sind nicht zu verstehen. "
        "Die Datei wurde nicht aufgenommen, weil sie vertraulich sein könnte."
    ),
    Reason.WAITS_FOR_OCR: "Die Datei enthält gescannte Seiten und wartet auf die Einrichtung der Texterkennung (OCR).",
    Reason.WAITS_FOR_CONVERTER: "Das alte Dateiformat wartet auf die Einrichtung eines Umwandlers (LibreOffice).",
}

# a program that is not installed yet would have helped
_WAITING = frozenset({Reason.WAITS_FOR_OCR, Reason.WAITS_FOR_CONVERTER, Reason.OUTLINED, Reason.UNMAPPED})
# the next attempt may meet a less busy machine, a mounted drive, a file that is no longer being written
_PASSING = frozenset({Reason.TOO_SLOW, Reason.UNREADABLE, Reason.CHANGED, Reason.CRASHED})


# the detail names the place to mend
_TELLING = frozenset({Reason.SIDECAR_INVALID, Reason.UNREADABLE, Reason.TOO_LARGE})


def sentence(reason: Reason) -> str:
    """One German sentence or two for staff: what is wrong and what they can do."""
    return _SENTENCES[reason]


def explain(reason: Reason | None, detail: str = "") -> str:
    """The German sentence, and where staff can do something about the detail, that too."""
    if reason is None:
        return detail
    return f"{sentence(reason)} ({detail})" if detail and reason in _TELLING else sentence(reason)


def waits(reason: Reason) -> bool:
    """Whether the file can be read as soon as an optional program (OCR, converter) is installed."""
    return reason in _WAITING


def retryable(reason: Reason) -> bool:
    """Whether the same file may be read by the same extractor later: worth an automatic retry."""
    return reason in _WAITING or reason in _PASSING
