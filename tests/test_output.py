"""Who decides on colour, width and pager."""

from __future__ import annotations

import pytest

from wikidiff.cli.output import wants_color, width

CASES = [  # option, environment, is a terminal, coloured
    ("auto", {}, True, True),
    ("auto", {}, False, False),
    ("auto", {"NO_COLOR": "1"}, True, False),
    ("auto", {"NO_COLOR": ""}, True, True),
    ("always", {"NO_COLOR": "1"}, False, True),
    ("never", {"FORCE_COLOR": "1"}, True, False),
    ("auto", {"FORCE_COLOR": "1"}, False, True),
    ("auto", {"FORCE_COLOR": "0"}, False, False),
    ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
    ("auto", {"CLICOLOR_FORCE": "0"}, False, False),
    ("auto", {"CLICOLOR": "0"}, True, False),
    ("auto", {"TERM": "dumb"}, True, False),
    ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ("auto", {"GIT_PAGER_IN_USE": "true"}, False, True),
    ("auto", {"GIT_PAGER_IN_USE": "true", "NO_COLOR": "1"}, False, False),
]


@pytest.mark.parametrize(("choice", "environment", "is_terminal", "expected"), CASES)
def test_colour_is_decided_by_option_then_environment_then_terminal(
    choice, environment, is_terminal, expected
):
    assert wants_color(choice, environment, is_terminal=is_terminal) is expected


def test_piped_output_is_not_wrapped_and_an_option_decides():
    assert width(None, is_terminal=False) is None
    assert width(0, is_terminal=True) is None
    assert width(72, is_terminal=False) == 72
