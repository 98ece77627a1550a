"""What speaks for and against a way to take a changed run, or two equal cells as context.

Each sign has a name and a number; what one is worth is fitted (tools/columns.py). The signs are:
the pairs and how alike their lines are; which words of each side the article shows (of old lines
those count that no new line has); lines of one side that are like others of the same or of the
other side; brackets that one side opens and the other does not; and how often a line of one kind
follows another in wikitext.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from wikidiff.recover.column_kinds import BRACKETS
from wikidiff.recover.column_runs import Run, is_torn, tenth
from wikidiff.recover.column_table import GROUPS, Table
from wikidiff.recover.column_weights import order
from wikidiff.recover.wikidiff2_lines import MOVED_THRESHOLD

Signs = dict[str, float]

_NEAR = 2  # cells between two lines of a run
_MANY = 4  # words in a row from which a line tells as much as it can
_ALL = 0.8  # share of them from which a line counts as shown
EDGE = "edge"
_DAMPED = ("old ", "new ", "gap ", "pair ", "both ", "twice ", "named", "listed")
_MOST_OPEN = 2


def run_signs(table: Table, run: Run) -> Signs:
    """Return the signs of a way to take a changed run."""
    found: defaultdict[str, float] = defaultdict(float)
    found["cost"] = run.cost
    _count_pairs(table, run, found)
    sides = run.sides()
    key = (run.start, sides, run.pairs)  # an engine whose unlike pairs look so tells the same
    if key not in table.told:
        table.told[key] = _side_signs(table, run, sides)
    found.update(table.told[key])
    return dict(found)


def _side_signs(table: Table, run: Run, sides: str) -> Signs:
    """Return the signs of which lines are on which side, whatever engine shows them so."""
    olds, news = ([at for at, side in enumerate(sides, run.start) if side == mark] for mark in "-+")
    found: defaultdict[str, float] = defaultdict(float)
    _count_article(table, run, (olds, news), found)
    _count_gaps(table, run, news, found)
    _count_alike(table, run, sides, found)
    _count_brackets(table, (olds, news), found)
    _count_order(table, run, (olds, news), found)
    _count_twins(table, run, sides, found)
    return {name: _damped(name, value) for name, value in found.items()}


def _damped(name: str, value: float) -> float:
    """Return what lines that are alike tell together: they are shown, or not, for one reason."""
    if value == 1.0 or not name.startswith(_DAMPED):
        return value
    return math.copysign(math.sqrt(abs(value)), value)


def context_signs(table: Table, at: int) -> Signs:
    """Return the signs of two equal cells as one line that stayed."""
    found = {f"stay {_size(table, at)}": 1.0}
    if table.article.words(at):
        found["stay shown" if table.place(at) >= 0 else "stay not shown"] = 1.0
    return found


def _count_pairs(table: Table, run: Run, found: defaultdict[str, float]) -> None:
    name = "php " if run.engine == "php" else ""
    before = "begin"
    at = run.start
    for pair in run.pairs:
        found[f"{name}{before} {pair}"] += 1
        blank = "blank" in table.kinds[at : at + 2]
        found[f"{name}{pair} {'blank' if blank else tenth(table.likeness(at).share)}"] += 1
        if is_torn(table.cells[at], table.cells[at + 1]):
            found[f"{pair} torn"] += 1
        if before == "unlike" and pair == "unlike":
            found[f"{name}meeting"] += table.likeness(at - 1).share > MOVED_THRESHOLD
        before = pair
        at += 2
    left = run.end - at
    if not left:
        found[f"{name}{before} end"] += 1
        return
    found[f"{name}{before} {run.rest}"] += 1
    found[f"more {run.rest}"] += math.log(left)
    if before == "unlike" and run.rest == "inserted":
        found[f"{name}meeting"] += table.likeness(at - 1).share > MOVED_THRESHOLD
    if run.start == 0 and run.end == len(table.cells) and not run.pairs:
        found[f"whole {run.rest}"] += 1


def _count_article(
    table: Table,
    run: Run,
    lines: tuple[Sequence[int], Sequence[int]],
    found: defaultdict[str, float],
) -> None:
    """Count what the article shows of the lines of each side."""
    article = table.article
    shares = table.claims.shares(*lines)
    paired = run.start
    for pair in run.pairs:
        if pair == "changed":
            one, other = (_status(table, at, shares)[0] for at in (paired, paired + 1))
            found[f"pair {one} {other}"] += 1
            found["told pair"] += article.tells_pair(paired) / 2
        paired += 2
    for side, sign, places in zip(("old", "new"), (-1, 1), lines, strict=True):
        for at in places:
            seen = table.seen(at)
            if at in shares:
                status, value = _status(table, at, shares)
                found[f"{side} {status} {seen.group}"] += value
                found[f"{side} known"] += seen.known
            else:
                found[f"{side} mute {'blank' if table.kinds[at] == 'blank' else 'line'}"] += 1
            found["listed"] += sign * seen.listed
            found["named"] += sign * seen.named
            found["moved"] += sign * seen.moved
            if at >= paired or run.pairs[(at - run.start) // 2] != "changed":
                found["told"] += sign * seen.told / 2


def _status(table: Table, at: int, shares: dict[int, tuple[float, int]]) -> tuple[str, float]:
    """Return how much of a line the article shows, and how much that counts."""
    if at not in shares:
        return "mute", 1.0
    share, count = shares[at]
    size = "one" if count == 1 else "few" if count < _MANY else "many"
    if share >= _ALL:
        return f"{table.seen(at).shown} {size}", 1.0
    if share <= 1 - _ALL:
        return f"{table.seen(at).absent} {size}", 1.0
    return f"part {size}", share - 0.5


def _count_gaps(
    table: Table, run: Run, news: Sequence[int], found: defaultdict[str, float]
) -> None:
    """Count how far apart lines that follow one another stand in the article."""
    before = -1
    blanks = 0
    for at in _new_text(table, run, news):
        if table.kinds[at] == "blank":
            blanks += 1
            continue
        if before >= 0:
            one, other = table.place(before), table.place(at)
            if one >= 0 and other >= 0:
                found[_gap(table, before, at, min(blanks, 2), one, other)] += 1
        before, blanks = at, 0


def _gap(table: Table, before: int, at: int, blanks: int, one: int, other: int) -> str:
    kinds = (GROUPS.get(table.kinds[before], "o"), GROUPS.get(table.kinds[at], "o"))
    group = (
        "text"
        if kinds == ("t", "t")
        else "list"
        if kinds == ("l", "l")
        else ("heading" if "h" in kinds else "other")
    )
    if one == other:
        far = "joined"
    elif other < one:
        far = "back"
    else:
        apart = table.article.lines_apart(one, other)
        far = "far" if apart is None else str(min(apart, 3))
    return f"gap {group} {blanks} {far}"


def _new_text(table: Table, run: Run, news: Sequence[int]) -> list[int]:
    """Return the new lines of a run with the nearest lines of context that are not blank."""
    above: list[int] = []
    at = run.start - 2
    while at >= 0 and table.twin[at]:
        above.append(at)
        if table.kinds[at] != "blank" or len(above) > _NEAR:
            break
        at -= 2
    below: list[int] = []
    at = run.end
    while at < len(table.cells) and table.twin[at]:
        below.append(at)
        if table.kinds[at] != "blank" or len(below) > _NEAR:
            break
        at += 2
    return [*reversed(above), *news, *below]


def _count_alike(table: Table, run: Run, sides: str, found: defaultdict[str, float]) -> None:
    """Count the lines that are like one of the same side, and of the other side."""
    paired = run.start + 2 * len(run.pairs)
    for one in range(run.start, run.end):
        for other in table.alike.get(one, ()):
            together = one + 1 == other < paired and (one - run.start) % 2 == 0
            if one < other < run.end and not together:
                same = sides[one - run.start] == sides[other - run.start]
                near = "near" if other - one <= _NEAR else "far"
                found[f"{'twice' if same else 'both'} {near}"] += 1


def _count_brackets(
    table: Table, lines: tuple[Sequence[int], Sequence[int]], found: defaultdict[str, float]
) -> None:
    """Count the brackets that the new lines leave open and the old ones do not, or more of them."""
    sums = [[0] * len(BRACKETS), [0] * len(BRACKETS)]
    for total, side in zip(sums, lines, strict=True):
        for at in side:
            for n, open_ in enumerate(table.brackets(at)):
                total[n] += open_
    for n, (old, new) in enumerate(zip(*sums, strict=True)):
        if old != new:
            found[f"open {BRACKETS[n][0]}"] += min(abs(old - new), _MOST_OPEN)


def _count_order(
    table: Table,
    run: Run,
    lines: tuple[Sequence[int], Sequence[int]],
    found: defaultdict[str, float],
) -> None:
    before = table.kinds[run.start - 1] if run.start else EDGE
    after = table.kinds[run.end] if run.end < len(table.cells) else EDGE
    for name, side in zip(("old", "new"), lines, strict=True):
        kinds = [before, *(table.kinds[at] for at in side), after]
        found[f"order {name}"] += sum(order(one, other) for one, other in pairwise(kinds))


def _count_twins(table: Table, run: Run, sides: str, found: defaultdict[str, float]) -> None:
    for at in range(run.start, run.end - 1):
        if table.twin[at] and sides[at - run.start] == sides[at + 1 - run.start]:
            found[f"twin {_size(table, at)}"] += 1


def _size(table: Table, at: int) -> str:
    """Return what kind of line it is that stands twice."""
    words = len(table.article.words(at))
    if words:
        return "one" if words == 1 else "few" if words < 4 else "long"
    return table.kinds[at] if table.kinds[at] in ("blank", "row", "template end") else "marks"
