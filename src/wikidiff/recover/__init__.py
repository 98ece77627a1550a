"""Reading a flattened diff page: which of its words are old, which new."""

from __future__ import annotations

from wikidiff.recover.candidates import candidates
from wikidiff.recover.engines import tell
from wikidiff.recover.evidence import gather
from wikidiff.recover.judge import judge
from wikidiff.recover.one_side import recover_known
from wikidiff.recover.page import FlatPage, Recovery
from wikidiff.recover.weights import model

__all__ = ["FlatPage", "Recovery", "recover", "recover_known"]


def recover(page: FlatPage) -> Recovery:
    """Return the likeliest readings of a flattened page."""
    shipped = model()
    engine = page.engine or tell(page.lines, shipped.tables["engine"])
    if not page.lines:
        return Recovery(engine, (), (), ())
    evidence = gather(page, engine, shipped)
    return judge(page, engine, evidence, candidates(page, engine, evidence, shipped), shipped)
