"""Whole histories: a log of what each edit did, and who wrote each word that stands."""

from wikidiff.history.filters import Filter
from wikidiff.history.log import log
from wikidiff.history.whole import blame

__all__ = ["Filter", "blame", "log"]
