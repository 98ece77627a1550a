"""The texts of a history can be had again, whatever the edits, in memory that does not grow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.edits import store
from wikidiff.edits.store import TextStore

TEXTS = st.lists(st.none() | st.text(alphabet="ab é\ud800", max_size=12), max_size=12)


@given(TEXTS, st.integers(1, 4))
def test_every_text_can_be_had_again(texts, whole):
    before, store._WHOLE = store._WHOLE, whole
    try:
        texts_of = TextStore()
        for number, text in enumerate(texts):
            texts_of.add(number, text)
            assert texts_of.get(number // 2) == texts[number // 2]
        assert [texts_of.get(number) for number in range(len(texts))] == texts
        texts_of.close()
    finally:
        store._WHOLE = before


def test_only_what_edits_change_is_kept_and_little_of_it_in_memory(monkeypatch):
    monkeypatch.setattr(limits, "HISTORY_BYTES", 1 << 16)
    texts_of = TextStore()
    text = "x" * 100_000
    for number in range(200):
        texts_of.add(number, f"{text[:500]}{number}{text[500:]}")
    assert texts_of._end < 5 * len(text)
    assert texts_of._file._rolled
    assert texts_of.get(150) == f"{text[:500]}150{text[500:]}"
    texts_of.close()


def test_another_page_begins_with_nothing():
    texts_of = TextStore()
    texts_of.add(5, "a")
    assert 5 in texts_of
    texts_of.clear()
    assert 5 not in texts_of
    with pytest.raises(ValueError, match="not in"):
        texts_of.get(5)
    texts_of.close()
