from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.errors import UsageError


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)))
def test_decimal_years_return_to_the_day(day: dt.date) -> None:
    assert from_decimal_year(decimal_year(day)) == day


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)), min_size=1))
def test_arrays_agree_with_single_dates(days: list[dt.date]) -> None:
    array = decimal_year(np.array(days, dtype="datetime64[D]"))
    assert array.tolist() == pytest.approx([decimal_year(day) for day in days], abs=1e-9)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 30)))
def test_order_is_kept(day: dt.date) -> None:
    assert decimal_year(day) < decimal_year(day + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2028", dt.date(2028, 1, 1)), ("2028-06", dt.date(2028, 6, 1)), (" 2028-06-15 ", dt.date(2028, 6, 15)),
        ("+18m", dt.date(2025, 7, 31)), ("+1y", dt.date(2025, 1, 31)), ("+1m", dt.date(2024, 2, 29)), ("+10d", dt.date(2024, 2, 10)),
    ],
)  # fmt: skip
def test_reads_dates_and_steps(text: str, expected: dt.date) -> None:
    assert parse_date(text, dt.date(2024, 1, 31)) == expected


@pytest.mark.parametrize("text", ["", "foo", "2028-13", "2028-02-30", "28", "+3w", "+999y", "12/31/2028"])
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(UsageError):
        parse_date(text, dt.date(2024, 1, 31))


def test_a_step_needs_an_origin() -> None:
    with pytest.raises(UsageError):
        parse_date("+1y")
