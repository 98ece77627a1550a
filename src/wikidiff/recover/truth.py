"""Recovery with a true side at hand: every shown line is decided by what it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from wikidiff.errors import ContradictionError
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.candidates import candidates
from wikidiff.recover.engines import tell
from wikidiff.recover.evidence import gather
from wikidiff.recover.judge import judge
from wikidiff.recover.known import KnownSide, bare
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Recovery
from wikidiff.recover.weights import model

Block = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A block's shown text, and the lines of wikitext it stands for on each side."""

WAY_OUT = "give the text of the very revision that the page compares"


def recover_known(page: FlatPage, *, old: str | None, new: str | None) -> Recovery:
    """Return the readings of a page of which one side's whole text, or both, is given.

    Raises ContradictionError when a text given cannot be that side of the page.
    """
    if old is not None and new is not None:
        return _from_both(page, old, new)
    if old is None and new is None:
        raise ValueError("recover_known needs the text of at least one side")
    shipped = model()
    engine = page.engine or tell(page.lines, shipped.tables["engine"])
    text = old if old is not None else new or ""
    known = KnownSide(text, is_old=old is not None, joined=engine == PHP)
    name = "the old text" if known.is_old else "the new text"
    evidence = gather(page, engine, shipped, known)
    if known.lines and not any(0 in v.kinds or v.options for v in evidence.views):
        raise ContradictionError(name, "no shown line stands in it or holds a line of it", WAY_OUT)
    found = candidates(page, engine, evidence, shipped)
    if not found:
        raise ContradictionError(name, "the shown lines cannot all be told with it", WAY_OUT)
    return _sharpened(judge(page, engine, evidence, found, shipped))


def _sharpened(answer: Recovery) -> Recovery:
    """Return the answer with the belief that no reading is right given to those listed.

    One side is true, so the readings left share what the page alone would leave open.
    """
    total = sum(reading.probability for reading in answer.readings)
    if not total:
        return answer
    scale = min(0.99 / total, 1 / total)
    readings = tuple(
        replace(reading, probability=round(reading.probability * scale, 4))
        for reading in answer.readings
    )
    return replace(answer, readings=readings)


def _from_both(page: FlatPage, old: str, new: str) -> Recovery:
    """Return the one reading that both texts leave: the page is made from them and compared."""
    for engine in (page.engine,) if page.engine else (PHP, WIKIDIFF2):
        lines = _matched(page.lines, _blocks(engine, page.language, old, new))
        if lines is not None:
            return _certainty(page, engine, lines)
    raise ContradictionError("the two texts", "their diff does not show this page's lines", WAY_OUT)


def _blocks(engine: str, language: str, old: str, new: str) -> Iterable[Block]:
    """Yield what the engine shows of two texts."""
    if engine == PHP:
        was, now = old.split("\n"), new.split("\n")
        for block in php_inline.blocks(old, new, language=language):
            yield (
                "".join(text for _, text in block.runs),
                tuple(was[slice(*block.old)]),
                tuple(now[slice(*block.new)]),
            )
        return
    was, now = old.replace("\r\n", "\n").split("\n"), new.replace("\r\n", "\n").split("\n")
    for part in wikidiff2_inline.blocks(old, new):
        text = "".join(text for _, text in part.runs) or "\u00a0"
        yield (
            text,
            () if part.old is None or part.kind == "moved-to" else (was[part.old],),
            () if part.new is None else (now[part.new],),
        )


def _matched(shown: Sequence[str], blocks: Iterable[Block]) -> list[ReadingLine] | None:
    """Return the shown lines with their sides; None where the blocks do not show them.

    A page that was cut off may show fewer lines than the texts give.
    """
    made: list[ReadingLine] = []
    waiting = [(n, _ink(line)) for n, line in enumerate(shown)][::-1]
    for text, old, new in blocks:
        while waiting and not waiting[-1][1]:
            made.append(ReadingLine(waiting.pop()[0], ("",), ("",)))
        ink = _ink(text)
        if not ink or not waiting:
            continue
        n, wanted = waiting.pop()
        if ink != wanted:
            return None
        made.append(ReadingLine(n, old, new))
    made += [ReadingLine(n, ("",), ("",)) for n, ink in waiting if not ink]
    return None if any(ink for _, ink in waiting) else sorted(made, key=lambda x: x.shown)


def _ink(text: str) -> str:
    return bare(text).strip("\u25bc\u25b2")


def _certainty(page: FlatPage, engine: str, lines: Sequence[ReadingLine]) -> Recovery:
    changed = tuple(line for line in lines if line.old != line.new)
    counted = sum(_bytes(line.new) - _bytes(line.old) for line in changed)
    reading = Reading(
        1.0,
        counted,
        None if page.declared is None else page.declared - counted,
        ("Both texts are given.", "Their diff, made again, shows every line of the page."),
        changed,
    )
    return Recovery(engine, (reading,), tuple(True for _ in page.lines), ())


def _bytes(lines: Sequence[str]) -> int:
    """Return the bytes of some lines, line breaks included."""
    return sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in lines)
