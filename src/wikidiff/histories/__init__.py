"""Whole histories: a log of what each edit did, and who wrote each word that stands."""

from wikidiff.histories.filters import Filter
from wikidiff.histories.log import log
from wikidiff.histories.whole import blame

__all__ = ["Filter", "blame", "log"]
