"""A value is in all a frozen dataclass, but for who wrote its methods."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import model
from wikidiff.values import value


@value
class Berth:
    """Where a ship lies."""

    quay: str
    depth: float = 4.5
    marks: dict[str, int] = field(default_factory=dict)
    note: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Plain:
    """The same as dataclasses make it."""

    quay: str
    depth: float = 4.5
    marks: dict[str, int] = field(default_factory=dict)
    note: str = field(default="", repr=False, compare=False)


CALLS = [
    (("north",), {}),
    (("north", 3), {}),
    (("north", 3, {"a": 1}, "mud"), {}),
    (("north",), {"note": "mud"}),
    ((), {"depth": 7, "quay": "south"}),
]
WRONG = [
    ((), {}),
    ((), {"depth": 1}),
    (("north",), {"quay": "south"}),
    (("north",), {"colour": "red"}),
    (("north", 3, {}, "mud", 5), {}),
]


def held(one):
    return [getattr(one, name) for name in ("quay", "depth", "marks", "note")]


@pytest.mark.parametrize(("given", "named"), CALLS)
def test_a_value_is_made_shown_and_taken_apart_as_a_dataclass_is(given, named):
    ours, theirs = Berth(*given, **named), Plain(*given, **named)
    assert held(ours) == held(theirs)
    assert repr(ours) == repr(theirs).replace("Plain", "Berth")
    assert asdict(ours) == asdict(theirs)
    assert held(replace(ours, depth=9)) == held(replace(theirs, depth=9))
    assert [one.name for one in fields(ours)] == [one.name for one in fields(theirs)]


@pytest.mark.parametrize(("given", "named"), WRONG)
def test_wrong_arguments_are_refused(given, named):
    for cls in (Berth, Plain):
        with pytest.raises(TypeError, match=cls.__name__):
            cls(*given, **named)


def test_what_a_factory_makes_is_nobody_elses():
    assert Berth("north").marks is not Berth("north").marks


BERTHS = st.builds(
    dict, quay=st.sampled_from("ab"), depth=st.sampled_from([1, 2.0]), note=st.text()
)


@given(BERTHS, BERTHS)
def test_values_compare_and_hash_by_what_dataclasses_compare(one, other):
    assert (Berth(**one) == Berth(**other)) == (Plain(**one) == Plain(**other))
    assert Berth(**one) != Plain(**one)
    sides = model.Heading(one["quay"], 2), model.Heading(other["quay"], 2)
    assert (sides[0] == sides[1]) == (one["quay"] == other["quay"])
    assert len(set(sides)) == 1 + (sides[0] != sides[1])


def test_a_value_that_holds_what_has_no_hash_has_none():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Berth("north"))


def test_nothing_of_a_value_can_be_set_or_deleted():
    berth = Berth("north")
    with pytest.raises(FrozenInstanceError, match="'quay'"):
        berth.quay = "south"
    with pytest.raises(FrozenInstanceError, match="'quay'"):
        del berth.quay
    with pytest.raises(AttributeError):
        berth.colour = "red"
    assert not hasattr(berth, "__dict__")


def test_a_value_copies_and_pickles():
    berth = Berth("north", 3, {"a": 1}, "mud")
    for again in (copy.copy(berth), copy.deepcopy(berth), pickle.loads(pickle.dumps(berth))):
        assert held(again) == held(berth)
    assert copy.deepcopy(berth).marks is not berth.marks


def test_a_value_matches_by_position():
    match Berth("north", 3):
        case Berth(quay, depth):
            assert (quay, depth) == ("north", 3)


def test_help_tells_the_arguments_of_a_value():
    ours, theirs = inspect.signature(Berth), inspect.signature(Plain)
    assert list(ours.parameters) == list(theirs.parameters)
    assert ours.parameters["quay"] == theirs.parameters["quay"]
    assert ours.parameters["depth"] == theirs.parameters["depth"]
    assert str(inspect.signature(model.Heading)) == "(text: 'str', level: 'int') -> None"


def test_what_makes_thousands_of_lines_makes_the_same_lines():
    line = model.make_line("changed", "a b", "a c", 1, 2, (model.make_op((0, 2), (0, 2)),))
    assert line == model.Line("changed", "a b", "a c", 1, 2, (model.Op((0, 2), (0, 2)),))
    assert pickle.loads(pickle.dumps(line)) == line
    assert model.moved(line, model.Move("m1", "to")).move == model.Move("m1", "to")
