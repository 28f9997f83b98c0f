"""Where sentences begin and end on a page of German, headings and list items included.

Rules rather than a model, because a page out of a PDF is headings, lists and addresses as much as prose, and because it
has to cost next to nothing.
"""

from __future__ import annotations

import re

# What ends in a full stop without ending a sentence, in lower case and without that stop.
_LISTED = """
abb abs abschn abt allg anl anm art aufl az bd bearb beschl bes best betr bez bspw bw bzgl bzw ca d dez dipl dr
e einschl einw erg etc ev evtl f ff fa feb fr fußn geb gem gepl gez ggf ggfs hbf hg hl hr hrsg i ing inkl insb insbes
jan jh jr k kath kfm kl kr lfd lt m max med mind mio mrd mtl nachf nov nr nrn o okt op p pl prof q rd rn rspr s sen
sep sept sog sonst st std stellv str s.o s.u tab tel u ung urspr usw u.a v verf vgl vorl vors w wg z zit ziff zt zz
zzgl tsd jahrh westf rhld
"""
ABBREVIATIONS = frozenset(_LISTED.split())
_BULLET = r"[•·▪◦‣–—*■□➢✓-]\s|\(?\d{1,2}[.)]\s|[a-z]\)\s"
_STOP = re.compile(
    rf"(?P<point>[.!?…][\"'»“”’)\]]{{0,3}}(?=\s))|(?P<gap>\n[ \t\f]*\n\s*)|(?P<item>\n(?=[ \t]*(?:{_BULLET})))|(?P<line>\n)"
)
_WORD_BEFORE = re.compile(r"([^\W_][\w.]*)$")
_OPENER = re.compile(r"\s*[\"'»„“‚(\[]*([^\W_]|§|\S)")
_LONGEST = 2000  # characters; a table or a list without any full stop is cut into pieces of this size
_SHORT_LINE = 48  # characters; a line of running text is longer


def _stops_at_point(text: str, at: int, end: int) -> bool:
    """Whether the full stop at `at` ends a sentence; `end` is where the white space after it begins."""
    before = _WORD_BEFORE.search(text, max(0, at - 30), at)
    word = before.group(1) if before else ""
    following = _OPENER.match(text, end)
    if following and following.group(1).islower():
        return False
    if word.isdigit():  # an ordinal or a day: "am 3. Mai", "im 2. Bauabschnitt"; a year may end a sentence
        return len(word) > 2
    return not (len(word) == 1 or word.lower().split(".")[-1] in ABBREVIATIONS)


def _stops_at_line(text: str, at: int, line_start: int) -> bool:
    """Whether the single line break at `at` parts a heading, an address line or a list item from what follows."""
    line = text[line_start:at].rstrip()
    following = _OPENER.match(text, at)
    if not following or following.group(1).islower() or not line:
        return False
    return len(line) < _SHORT_LINE and line[-1] not in ",-–"


def _ends(text: str, match: re.Match[str]) -> bool:
    if match.lastgroup == "point":
        return text[match.start()] != "." or _stops_at_point(text, match.start(), match.end())
    if match.lastgroup == "line":
        return _stops_at_line(text, match.start(), text.rfind("\n", 0, match.start()) + 1)
    return True


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a page as (start, end) offsets, in order, without the white space around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _STOP.finditer(text):
        if _ends(text, match):
            _add(found, text, start, match.end())
            start = match.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Add what is between `start` and `end`, in pieces where it is too long to be one sentence."""
    while end - start > _LONGEST:
        cut = max(text.rfind(" ", start, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
        cut = cut if cut > start else start + _LONGEST
        _trim(found, text, start, cut)
        start = cut
    _trim(found, text, start, end)


def _trim(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip())
    if left < len(stretch):
        found.append((start + left, start + len(stretch.rstrip())))
