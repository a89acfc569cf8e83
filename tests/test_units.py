from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import UsageError
from forecast.units import check_unit, format_quantity, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3e25", "FLOP", 3e25), ("$100M", "USD", 1e8), ("70B", "parameters", 7e10), ("15T", "tokens", 1.5e13),
        ("20MWh", "kWh", 2e4), ("45%", "fraction", 0.45), ("1,082,990", "h", 1082990), ("21d", "h", 504),
        ("25t", "kg", 25000), ("1 kWh", "kWh", 1), ("1_000", "", 1000), (".5", "", 0.5), (7, "USD", 7.0),
        ("1.3 GW", "W", 1.3e9), ("3 PF-days", "FLOP", 3 * 8.64e19), ("$2", "USD/h", 2),
    ],
)  # fmt: skip
def test_reads_what_people_write(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("abc", ""),
        ("", "USD"),
        ("70B kWh", "tokens"),
        ("$5", "kWh"),
        ("nan", ""),
        ("1e999", ""),
        ("inf", "USD"),
        ("3 t", "W"),
    ],
)
def test_refuses_what_is_no_quantity_of_the_unit(text: str, unit: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_quantity(text, unit, name="--budget")
    assert "--budget" in caught.value.message
    assert caught.value.hint


def test_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'kWh'"):
        check_unit("kwH")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (999_600, "USD", "$1.0 M"), (0, "kWh", "0 Wh"), (1.234e9, "USD", "$1.2 B"), (-2.5e6, "USD", "-$2.5 M"),
        (math.nan, "USD", "unknown"), (math.inf, "USD", "unbounded"), (3.14e23, "FLOP", "3.1e23 FLOP"), (0.45, "fraction", "45 %"),
        (2.047e6, "kg", "2.0 kt"), (1e16, "tokens", "10,000 T"), (12.0, "USD/h", "$12/h"),
    ],
)  # fmt: skip
def test_prints_short(value: float, unit: str, text: str) -> None:
    assert format_quantity(value, unit) == text


@given(st.floats(1e-2, 1e14), st.sampled_from(["USD", "tokens", "parameters", "kWh", "W", "kg", "L", "FLOP"]))
def test_what_is_printed_reads_back(value: float, unit: str) -> None:
    # Two digits are printed, so at most half a unit of the second is lost.
    assert parse_quantity(format_quantity(value, unit), unit) == pytest.approx(value, rel=0.051)
