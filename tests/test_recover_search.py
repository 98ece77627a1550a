"""The search for readings of a page finds what trying everything finds."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff.recover.options import Option
from wikidiff.recover.order import EDITED, STATES, step
from wikidiff.recover.search import LineView, Residual, Search
from wikidiff.recover.site_features import Site

WORTH = st.integers(-40, 40).map(lambda n: n / 8)


class Ways:
    """The ways to take a line as edited, given."""

    def __init__(self, best):
        self.best = sorted(best, reverse=True)
        self.evidence = 0.0

    def for_delta(self, delta):
        return [option for option in self.best if option.delta == delta][:3]

    def reaches(self, delta, least):
        return any(option.score >= least for option in self.for_delta(delta))

    def pass_over(self, delta):
        pass


@st.composite
def views(draw):
    steps = [draw(st.lists(WORTH, min_size=4, max_size=4)) for _ in range(STATES)]
    size = draw(st.integers(1, 30))
    deltas = draw(st.lists(st.integers(-9, 9), max_size=3, unique=True))
    made = [
        Option(-draw(st.integers(1, 40)) / 8, delta, (Site(0.0, n, n, n + 1, delta),))
        for n, delta in enumerate(deltas)
    ]
    kinds = (0, 1, 2, 3) if made else (0, 1, 2)
    return LineView(steps, (0, -size, size, 0), kinds, Ways(made) if made else None)


def ways(view):
    for kind in view.kinds:
        if kind != EDITED:
            yield kind, 0.0, view.deltas[kind]
        else:
            for option in view.options.best:
                yield kind, option.score, option.delta


def best(lines, ends, residual, declared):
    top = float("-inf")
    for chosen in product(*map(list, map(ways, lines))):
        state, total, delta = 0, 0.0, 0
        for view, (kind, score, bytes_) in zip(lines, chosen, strict=True):
            total += view.steps[state][kind] + score
            state, delta = step(state, kind), delta + bytes_
        total += ends[state]
        total += residual.score(declared - delta) if declared is not None else 0.0
        top = max(top, total)
    return top


@given(
    st.lists(views(), min_size=1, max_size=4),
    st.lists(WORTH, min_size=STATES, max_size=STATES),
    st.none() | st.integers(-60, 60),
)
def test_the_first_reading_is_the_best_of_all(lines, ends, declared):
    residual = Residual([-2.0, -0.1, -2.0], -9.0)
    found = Search(lines, ends, residual, declared).run(50)
    assert found[0].score == pytest.approx(best(lines, ends, residual, declared))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.choices for one in found}) == len(found)


@given(st.lists(views(), min_size=2, max_size=5), st.data())
def test_every_reading_adds_up_to_its_delta_and_score(lines, data):
    ends = [0.0] * STATES
    residual = Residual([-2.0, -0.1, -2.0], -9.0)
    declared = data.draw(st.integers(-40, 40))
    for found in Search(lines, ends, residual, declared).run(50):
        state, total, delta = 0, 0.0, 0
        for view, choice in zip(lines, found.choices, strict=True):
            option = choice.option
            total += view.steps[state][choice.kind] + (option.score if option else 0.0)
            delta += option.delta if option else view.deltas[choice.kind]
            state = step(state, choice.kind)
        assert found.delta == delta
        assert found.score == pytest.approx(total + residual.score(declared - delta))
