from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.data.frontier import FrontierRule
from forecast.errors import UsageError

ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 50)), min_size=1, max_size=60)


def brute_top(day: np.ndarray, size: np.ndarray, count: int) -> list[bool]:
    """The definition, row by row: among the `count` largest published up to and including its day."""
    member = []
    for row in range(len(day)):
        known = [(size[other], -other) for other in range(len(day)) if day[other] <= day[row]]
        member.append((size[row], -row) in sorted(known, reverse=True)[:count])
    return member


@given(ROWS, st.integers(1, 12))
def test_running_top_is_its_definition_but_for_ties(rows: list[tuple[int, int]], count: int) -> None:
    day, size = np.array(rows, dtype=float).T
    size = size + np.linspace(0, 0.5, len(size))  # no two alike
    assert FrontierRule(f"top{count}").members(day, size).tolist() == brute_top(day, size, count)


@given(ROWS)
def test_later_rows_never_change_who_was_a_member(rows: list[tuple[int, int]]) -> None:
    day, size = np.array(sorted(rows), dtype=float).T
    for rule in ("top3", "percentile20"):
        whole = FrontierRule(rule).members(day, size)
        cut = day <= day[len(day) // 2]
        assert whole[cut].tolist() == FrontierRule(rule).members(day[cut], size[cut]).tolist()


def test_history_ranks_so_that_a_late_start_makes_no_false_members() -> None:
    day, size = np.arange(20.0), np.r_[np.full(10, 100.0), np.full(10, 1.0)]
    assert not FrontierRule("top10").members(day, size)[10:].any()
    assert FrontierRule("top10").members(day[10:], size[10:]).all()


def test_all_and_records() -> None:
    day, size = np.array([1.0, 2, 3, 3]), np.array([5.0, 4, 9, 8])
    assert FrontierRule("all").members(day, size).all()
    assert FrontierRule("top1").members(day, size).tolist() == [True, False, True, False]


@pytest.mark.parametrize("name", ["top", "top0", "percentile0", "percentile101", "best10", ""])
def test_unknown_rules(name: str) -> None:
    with pytest.raises(UsageError, match="is not a rule"):
        FrontierRule(name)


@pytest.mark.parametrize("name", ["all", "top1", "top10", "percentile20"])
def test_every_rule_says_what_it_is(name: str) -> None:
    assert FrontierRule(name).describe()
