"""Reading a flattened diff page: which of its words are old, which new."""

from __future__ import annotations

from wikidiff.recover.candidates import candidates
from wikidiff.recover.engines import engine_chances
from wikidiff.recover.evidence import gather
from wikidiff.recover.judge import Account, judge
from wikidiff.recover.page import FlatPage, Recovery
from wikidiff.recover.proof import Prover
from wikidiff.recover.weights import model

__all__ = ["FlatPage", "Recovery", "recover", "recover_known"]


def recover_known(page: FlatPage, *, old: str | None, new: str | None) -> Recovery:
    """Return the readings of a page of which one side's whole text, or both, is given.

    As `one_side.recover_known`, which is loaded when first asked for.
    """
    from wikidiff.recover import one_side

    return one_side.recover_known(page, old=old, new=new)


def recover(page: FlatPage) -> Recovery:
    """Return the likeliest readings of a flattened page.

    Where its lines leave open which engine made it, it is read by the rules of both.
    """
    shipped = model()
    chances = engine_chances(page, shipped)
    if not page.lines:
        return Recovery(next(iter(chances)), (), (), ())
    accounts = []
    for engine, chance in chances.items():
        evidence = gather(page, engine, shipped)
        found = candidates(page, engine, evidence, shipped)
        accounts.append(Account(engine, chance, evidence, found, Prover(engine, page.language)))
    return judge(page, accounts, shipped)
