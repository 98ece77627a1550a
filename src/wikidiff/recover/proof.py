"""Proof that a reading is possible: the engine's own rules make the shown text from it again."""

from __future__ import annotations

from collections.abc import Callable

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.page import PHP

EXACT, BUT_SPACES, NO, UNKNOWN = range(4)
"""Made again byte for byte, white space aside, not at all; or not tried, past a limit."""


def _bare(text: str) -> str:
    return "".join(text.replace("\u00a0", " ").split())


class Prover:
    """Makes shown lines again, each pair of sides once, up to a counted limit."""

    def __init__(self, engine: str, language: str) -> None:
        self._made = _maker(engine, language)
        self._known: dict[tuple[str, str, str], int] = {}
        self._chars = 0
        self.fallback: Fallback | None = None

    def line(self, shown: str, old: str, new: str) -> int:
        """Return how well an edited line is made again."""
        key = shown, old, new
        if key not in self._known:
            self._known[key] = self._prove(shown, old, new)
        return self._known[key]

    def _prove(self, shown: str, old: str, new: str) -> int:
        self._chars += len(shown)
        if len(self._known) >= limits.RECOVER_PROOFS or self._chars > limits.RECOVER_PROOF_CHARS:
            self.fallback = Fallback("proofs of readings", limits.RECOVER_PROOFS, len(self._known))
            return UNKNOWN
        made = self._made(old, new)
        if made == shown:
            return EXACT
        return BUT_SPACES if _bare(made) == _bare(shown) else NO


def _maker(engine: str, language: str) -> Callable[[str, str], str]:
    """Return what makes the shown line of an edited one; the rules of one engine are loaded."""
    if engine == PHP:
        from wikidiff.recover import php_inline

        return lambda old, new: php_inline.hunk_text([old], [new], language=language)
    from wikidiff.recover import wikidiff2_inline

    def made(old: str, new: str) -> str:
        if not wikidiff2_inline.are_shown_as_one(old, new):
            return ""
        return wikidiff2_inline.line_text(old, new)

    return made
