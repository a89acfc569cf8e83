"""Plans as people write them: options, files, ranges, and every mistake with its remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from forecast.costs.graph import quantities
from forecast.costs.plan import CHOICES, Given, RunPlan, full_name, plan_template, read_plan
from forecast.errors import DataError, UsageError


def test_values_as_people_write_them():
    plan = RunPlan.read(
        {
            "params": "70B", "tokens": "15T", "mfu": "45%", "energy": "1.3GWh", "price": "$2", "count": "8,192",
            "chip": " H100 ", "date": "2024-06", "own": "yes", "region": "",
        }
    )  # fmt: skip
    values = {name: each.central for name, each in plan.given.items()}
    assert values == {
        "parameters": 7e10, "tokens": 15e12, "utilization": 0.45, "energy_kwh": 1.3e6, "price_per_chip_hour_usd": 2,
        "chips": 8192,
    }  # fmt: skip
    assert (plan.chip, plan.date, plan.own, plan.region) == ("H100", dt.date(2024, 6, 1), True, None)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("utilization", "0.3..0.5", Given(0.4, 0.3, 0.5)),
        ("chip_power_w", "200..800", Given(400, 200, 800)),
        ("chip_power_w", [200, 300, 800], Given(300, 200, 800)),
        ("pue", "1.02..1.08", Given(pytest.approx(1.04), 1.02, 1.08)),
        ("wue_onsite_l_per_kwh", "0..2", Given(1, 0, 2)),
        ("chips", 16, Given(16, 16, 16)),
    ],
)
def test_ranges(name, text, expected):
    assert Given.read(name, text) == expected


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"parms": 1}, "did you mean 'params'"),
        ({"params": 1, "parameters": 1}, "given twice"),
        ({"mfu": "45"}, "for 45 %|impossible"),
        ({"mfu": "0.5..0.3"}, "not a range"),
        ({"mfu": "0.1..0.2..0.3..0.4"}, "not a range"),
        ({"tokens": "many"}, "not a number"),
        ({"tokens": True}, "not a number"),
        ({"tokens": "-1"}, "at least 0"),
        ({"own": "perhaps"}, "neither true nor false"),
        ({"chip": 3}, "not a text"),
        ({"date": "soon"}, "not a date"),
    ],
)
def test_mistakes_are_explained(entries, message):
    with pytest.raises(UsageError) as error:
        RunPlan.read(entries)
    assert any(part in error.value.message + (error.value.hint or "") for part in message.split("|"))


def test_percent_typed_as_a_number_gets_a_hint():
    with pytest.raises(UsageError) as error:
        RunPlan.read({"mfu": 45})
    assert "45%" in error.value.hint


def test_template_is_a_valid_plan_and_names_everything(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(plan_template(), encoding="utf-8")
    plan = RunPlan.read(read_plan(path))
    assert plan.given["parameters"].central == 7e10
    named = {full_name(line.lstrip("# ").split("=")[0]) for line in plan_template().splitlines() if " = " in line}
    assert named == {*quantities(), *CHOICES} - (quantities().keys() - named)
    assert quantities().keys() <= named


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"params = 70B", DataError, "not valid TOML"),
        (b"parms = 1", DataError, "did you mean"),
        (b"\xff\xfe", DataError, "UTF-8"),
    ],
)
def test_bad_files_are_refused(tmp_path, content, error, message):
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(error, match=message):
        read_plan(path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_plan(tmp_path / "plan.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_plan(tmp_path)
