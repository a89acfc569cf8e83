from __future__ import annotations

import pandas as pd
import pytest

from forecast.data.filters import keep
from forecast.errors import DataError, UsageError

FRAME = pd.DataFrame(
    {
        "domain": ["Language", "Vision; Language", "Games"],
        "size": ["1", "2e3", ""],
        "notable": ["True", "false", "TRUE"],
    }
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("domain=language", [True, True, False]), ("domain=Vision; Language", [False, True, False]), ("domain!=Games", [True, True, False]),
        ("size>=2000", [False, True, False]), ("size<5", [True, False, False]), ("notable=true", [True, False, True]),
        ("notable=1", [True, False, True]), ("notable=no", [False, True, False]), ("notable=any", [True, True, True]),
    ],
)  # fmt: skip
def test_conditions(condition: str, expected: list[bool]) -> None:
    assert keep(FRAME, [condition], "f").tolist() == expected


def test_conditions_add_up() -> None:
    assert keep(FRAME, ["domain=Language", "size>5"], "f").tolist() == [False, True, False]


@pytest.mark.parametrize("condition", ["domain", "=x", "domain~x"])
def test_no_condition(condition: str) -> None:
    with pytest.raises(UsageError, match="is not a condition"):
        keep(FRAME, [condition], "f")


def test_unknown_field_and_no_match_say_what_there_is() -> None:
    with pytest.raises(DataError, match="did you mean 'domain'"):
        keep(FRAME, ["domian=x"], "f")
    with pytest.raises(DataError) as caught:
        keep(FRAME, ["domain=Robotics"], "f")
    assert "Language" in str(caught.value.hint)
    with pytest.raises(UsageError, match="'big' is not a number"):
        keep(FRAME, ["size>big"], "f")
