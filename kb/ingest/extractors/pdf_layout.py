"""Reading order of a page: columns one after the other, tables row by row, everything else from top to bottom.

A recursive XY-cut: bands between lines that span the page, each cut at its gutter. What the ordered lines say is
kb/ingest/extractors/pdf_text.py's. Pages with an OCR layer are left in their own order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from statistics import median

from kb.ingest.extractors.pdf_fragment import HYPHEN, Fragment, Rule
from kb.ingest.extractors.pdf_text import LEADER, MARKER, Block, join, paragraphs

_BIN = 3.0  # points: the grain in which gutters are looked for
_MIN_ROWS = 2  # rows that a gutter has to part
_WORDS_APART = 0.9  # of the text's size: a narrower gap is a blank between words
_MARKER_REACH = 72.0  # points from a list marker to its text
_RULED = 0.25  # of the lines of a table: so many are ruled off where lines are drawn between rows
_CELLS = " | "
_MAX_DEPTH = 6
_NEAR = 12  # lines that are looked at for a neighbor
_height, _left, _y = attrgetter("base", "x0"), attrgetter("x0"), attrgetter("y")


def arrange(fragments: Sequence[Fragment], rules: Sequence[Rule]) -> Iterator[Block]:
    """The page's blocks in reading order. `rules`, from top to bottom, are its horizontal lines: they part rows of tables."""
    yield from _region(_mend(sorted(fragments, key=_height)), rules, 0)


def may_have_table(fragments: Sequence[Fragment], height: float) -> bool:
    """Whether rows of cells may stand in the page's body, so that lines between them matter.

    A quick look only: pieces at the same height that follow each other.
    """
    follows = sum(
        abs(one.base - other.base) < 1 and 0.1 * height < one.base < 0.9 * height for one, other in pairwise(fragments)
    )
    return follows >= _MIN_ROWS


def _is_ruled(rules: Sequence[Rule], upper: float, lower: float, x0: float, x1: float) -> bool:
    """Whether a line runs between two heights, through nearly all of x0..x1 (the bars of a chart do not)."""
    drawn, edge = 0.0, x0
    between = rules[bisect_left(rules, upper, key=_y) : bisect_right(rules, lower, key=_y)]
    for left, right in sorted([(rule.x0, min(rule.x1, x1)) for rule in between]):
        drawn += max(0.0, right - max(left, edge))
        edge = max(edge, right)
    return drawn >= 0.75 * (x1 - x0)


def _beside(one: Fragment, other: Fragment) -> bool:
    """Whether two fragments stand side by side: at the same height, one right of the other."""
    if one.x1 > other.x0 and other.x1 > one.x0:
        return False
    _, _, upper, _, lower, *_ = one
    _, _, top, _, bottom, *_ = other
    # conditions instead of min and max: a page of tables asks thousands of times
    shared = (lower if lower < bottom else bottom) - (upper if upper > top else top)
    return shared > 0.5 * (lower - upper) or shared > 0.5 * (bottom - top)


def _mend(fragments: list[Fragment]) -> list[Fragment]:
    """Pieces of a line put together: what a raised footnote mark has parted, list markers and what a tab sets behind."""
    done: list[Fragment] = []
    for fragment in fragments:
        if done and _continues(done[-1], fragment):
            before = done.pop()
            fragment = fragment._replace(
                text=f"{before.text} {fragment.text}",
                x0=before.x0,
                y0=min(before.y0, fragment.y0),
                y1=max(before.y1, fragment.y1),
                bold=before.bold and fragment.bold,
                order=before.order,
            )
        done.append(fragment)
    return done


def _continues(before: Fragment, after: Fragment) -> bool:
    gap = after.x0 - before.x1
    if gap < -1 or abs(before.base - after.base) >= 0.3 * after.size:
        return False
    if gap < _WORDS_APART * after.size and before.y1 > after.y0:
        return before.text[-1] != HYPHEN
    if LEADER.match(after.text):
        return True
    return gap < _MARKER_REACH and after.order == before.order + 1 and MARKER.fullmatch(before.text) is not None


def _region(fragments: list[Fragment], rules: Sequence[Rule], depth: int) -> Iterator[Block]:
    gutter = _gutter(fragments) if depth < _MAX_DEPTH else None
    if gutter is None:
        yield from paragraphs(fragments)
        return
    text: list[Fragment] = []
    for band in _bands(fragments, gutter):
        left = [each for each in band if each.x1 <= gutter]
        right = [each for each in band if each.x0 >= gutter]
        whole = len(left) + len(right) == len(band)
        if whole and left and right and _are_columns(left, right):
            yield from paragraphs(text)
            yield from _region(left, rules, depth + 1)
            yield from _region(right, rules, depth + 1)
            text = []
            continue
        start = _start_of_table(band) if whole else len(band)
        text += band[:start]
        if start < len(band):
            yield from paragraphs(text)
            text = yield from _rows(band[start:], rules)
    yield from paragraphs(text)


def _start_of_table(band: list[Fragment]) -> int:
    """The place of the first fragment that has a neighbor at its side; the band's length where none has."""
    paired = {each.order for pair in _pairs(band) for each in pair}
    return next((place for place, each in enumerate(band) if each.order in paired), len(band))


def _pairs(fragments: list[Fragment]) -> Iterator[tuple[Fragment, Fragment]]:
    """Neighbors side by side, left and right."""
    for index, one in enumerate(fragments):
        lower = one.y1
        for other in fragments[index + 1 : index + _NEAR]:
            if other.y0 >= lower:
                break
            if _beside(one, other):
                yield (one, other) if one.x0 < other.x0 else (other, one)


def _gutter(fragments: list[Fragment]) -> float | None:
    """The x at which most pairs of neighbors part, less the lines that run across; None where nothing stands side by side."""
    pairs = list(_pairs(fragments))
    if len(pairs) < _MIN_ROWS:
        return None
    start = min([fragment.x0 for fragment in fragments])
    size = int((max([fragment.x1 for fragment in fragments]) - start) / _BIN) + 2
    votes = [0.0] * (size + 1)
    for left, right in pairs:
        _count(votes, left.x1 - start, right.x0 - start, 1.0)
    for fragment in fragments:
        _count(votes, fragment.x0 - start, fragment.x1 - start, -0.01)
    best, value, total = 0, 0.0, 0.0
    for index, change in enumerate(votes):
        total += change
        if total > value + 1e-9:
            best, value = index, total
    if value < _MIN_ROWS - 0.5:
        return None
    width = next((k for k in range(1, size - best) if votes[best + k] != 0), 1)
    return start + (best + width / 2) * _BIN


def _count(votes: list[float], x0: float, x1: float, weight: float) -> None:
    first, last = int(x0 / _BIN) + 1, int(x1 / _BIN)
    if last >= first >= 0:
        votes[first] += weight
        votes[min(last, len(votes) - 2) + 1] -= weight


def _bands(fragments: list[Fragment], gutter: float) -> Iterator[list[Fragment]]:
    """Runs of lines that cross the gutter, and runs of lines that do not, from top to bottom."""
    band: list[Fragment] = []
    crossing = False
    for fragment in fragments:
        crosses = fragment.x0 < gutter < fragment.x1
        if band and crosses != crossing:
            yield band
            band = []
        band.append(fragment)
        crossing = crosses
    if band:
        yield band


def _are_columns(left: list[Fragment], right: list[Fragment]) -> bool:
    """Whether two halves are columns of running text rather than the cells of a table.

    Columns are written one after the other, or, where a program interleaved them, their lines fill their width.
    """
    if min(len(left), len(right)) < 3:
        return False
    sides = [side for _, side in sorted([(each.order, 0) for each in left] + [(each.order, 1) for each in right])]
    switches = sum(before != after for before, after in pairwise(sides))
    if switches <= 1:
        return True
    return switches >= min(len(left), len(right)) and _fills(left) and _fills(right)


def _fills(lines: list[Fragment]) -> bool:
    """Whether lines are as long as their column is wide; a side may hold several columns itself."""
    gutter = _gutter(lines)
    if gutter is not None:
        left, right = [each for each in lines if each.x1 <= gutter], [each for each in lines if each.x0 >= gutter]
        return bool(left and right) and len(left) + len(right) == len(lines) and _fills(left) and _fills(right)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    return median(line.x1 - line.x0 for line in lines) > 0.8 * width and median(len(line.text) for line in lines) > 20


def _rows(fragments: list[Fragment], rules: Sequence[Rule]) -> Generator[Block, None, list[Fragment]]:
    """Rows of a table, a line each; lines that stand alone between them as paragraphs. Returns those after the last row."""
    lines = _lines(fragments)
    begins = _row_test(lines, rules)
    row: list[Fragment] = []
    alone: list[Fragment] = []
    for line in [*lines, []]:
        if line and row and not begins(row, line):
            row += line
            continue
        columns = _columns(row)
        if len(columns) > 1:
            yield from paragraphs(alone)
            yield _row(columns)
            alone = []
        else:
            alone += row
        row = line
    return alone


def _lines(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Fragments at the same height, from top to bottom."""
    lines: list[list[Fragment]] = []
    for fragment in fragments:
        if lines and _is_in_line(fragment, lines[-1]):
            lines[-1].append(fragment)
        else:
            lines.append([fragment])
    return lines


def _is_in_line(fragment: Fragment, line: list[Fragment]) -> bool:
    return any(abs(fragment.base - other.base) < 1 or _beside(fragment, other) for other in line)


def _row_test(lines: list[list[Fragment]], rules: Sequence[Rule]) -> Callable[[list[Fragment], list[Fragment]], bool]:
    """What tells whether a line begins a new row: the lines drawn between rows, or else distance and columns."""
    if not rules:
        return _is_new_row
    x0 = min([each.x0 for line in lines for each in line])
    x1 = max([each.x1 for line in lines for each in line])

    def is_ruled_off(row: list[Fragment], line: list[Fragment]) -> bool:
        upper, lower = max([each.base for each in row]), min([each.base for each in line])
        return _is_ruled(rules, upper - 1, lower, x0, x1)

    drawn = sum(is_ruled_off(upper, lower) for upper, lower in pairwise(lines))
    return is_ruled_off if drawn >= _RULED * len(lines) else _is_new_row


def _is_new_row(row: list[Fragment], line: list[Fragment]) -> bool:
    lowest = max([each.base for each in row])
    last = [each for each in row if abs(each.base - lowest) < 1]
    if min([each.base for each in line]) - lowest > 1.6 * line[0].size or len(line) > len(last):
        return True
    columns = len(_columns(row))
    return len(line) >= columns or columns == 1


def _columns(row: list[Fragment]) -> list[list[Fragment]]:
    """The row's fragments by cell: those whose x-ranges overlap belong together."""
    if len(row) < 2:
        return [row] if row else []
    cells: list[list[Fragment]] = []
    edge = float("-inf")
    for fragment in sorted(row, key=_left):
        if fragment.x0 < edge:
            cells[-1].append(fragment)
        else:
            cells.append([fragment])
        edge = max(edge, fragment.x1)
    return cells


def _row(columns: list[list[Fragment]]) -> Block:
    cells = [join([each.text for each in sorted(cell, key=_height)]) for cell in columns]
    return Block(
        _CELLS.join(cells),
        max([each.size for cell in columns for each in cell]),
        all(each.bold for cell in columns for each in cell),
        tight=True,
        row=True,
    )
