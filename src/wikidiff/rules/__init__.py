"""The rules of `check`: what an edit introduced, told with a place and a reason.

For packages with rules of their own: make them with `text_rule` and `edit_rule` and name them in
the entry point group `wikidiff.rules`.
"""

from __future__ import annotations

from wikidiff.rules.base import Hit, Rule, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side, Span

__all__ = ["Edit", "Hit", "Rule", "Side", "Span", "edit_rule", "text_rule"]
