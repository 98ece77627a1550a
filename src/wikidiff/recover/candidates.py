"""The candidate readings of a page: evidence in, the search's best out."""

from __future__ import annotations

from wikidiff import limits
from wikidiff.recover.evidence import Evidence
from wikidiff.recover.order import changes
from wikidiff.recover.page import FlatPage
from wikidiff.recover.search import Found, Residual, Search
from wikidiff.recover.weights import Model


def candidates(page: FlatPage, engine: str, evidence: Evidence, shipped: Model) -> list[Found]:
    """Return the candidate readings of a page, likeliest first."""
    tables = shipped.tables[engine]
    changed = changes([view.steps for view in evidence.views], evidence.ends)
    bucket = 0 if changed <= 1 else 1 if changed <= 3 else 2 if changed <= 8 else 3
    residual = Residual(*tables["residual"][bucket])
    return Search(evidence.views, evidence.ends, residual, page.declared).run(
        limits.RECOVER_READINGS
    )
