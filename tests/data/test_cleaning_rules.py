"""The generic rules: what each does, and that doing it twice is doing it once."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.data import cleaning
from forecast.data.epoch import HEADINGS

text = st.text(max_size=40)


def frame(**cells):
    return pd.DataFrame([{name: cells.get(name, "") for name in HEADINGS}], dtype=object)


def cleaned(**cells):
    plain = {"name": "A", "published": "2020-01-01"}
    found, counts = cleaning.clean(frame(**(plain | cells)))
    return found.iloc[0], {count.rule: count for count in counts if count.cells}


@given(st.floats(min_value=1e-6, max_value=1e30))
def test_numbers_read_back_as_they_were(value):
    assert float(cleaning.format_number(value)) == value


@given(text)
def test_plain_text_is_stable_and_printable(value):
    once = cleaning.plain_text(value)
    assert cleaning.plain_text(once) == once
    assert not cleaning._CONTROL.search(once)
    assert once == once.strip()


@given(text)
def test_a_number_is_found_or_nothing(value):
    found = cleaning.number(value)
    assert found == "" or math.isfinite(float(found))
    assert cleaning.number(found) == found


@given(st.lists(st.text("abc ,.", min_size=1, max_size=8).map(str.strip).filter(lambda t: t.strip(",")), max_size=4))
def test_lists_keep_quoted_entries_whole_and_each_once(parts):
    quoted = ",".join(f'"{part}"' for part in parts)
    assert cleaning.listed(quoted).split("; ") == list(dict.fromkeys(parts)) or not parts


@given(st.dates())
def test_iso_dates_stand(date):
    assert cleaning.iso_date(date.isoformat()) == date.isoformat()


@given(st.floats(min_value=1, max_value=1e30))
def test_noise_is_at_most_a_billionth(value):
    assert float(cleaning.without_noise(repr(value))) == pytest.approx(value, rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["$1,234", "70B", "45%", "1e12", "-3", "0", "unknown", "", "72", "5.42"]),
    st.sampled_from(cleaning.NUMBERS),
)
def test_cleaning_twice_changes_nothing(cell, column):
    start = frame(name=" A\t", published="2020-1", organization="X,X", **{column: cell})
    once, _ = cleaning.clean(start)
    again, counts = cleaning.clean(once)
    pd.testing.assert_frame_equal(once, again)
    assert all(count.cells == 0 for count in counts)


@pytest.mark.parametrize(
    ("cells", "column", "value", "rule"),
    [
        ({"utilization": "72"}, "utilization", "0.72", "percent"),
        ({"compute_lower_flop": "5.42"}, "compute_lower_flop", "", "lost-exponent"),
        ({"finetune_compute_flop": "3"}, "finetune_compute_flop", "", "lost-exponent"),
        ({"training_compute_flop": "1e20", "compute_lower_flop": "2e20"}, "compute_lower_flop", "", "crossed-bounds"),
        ({"training_compute_flop": "1e20", "compute_upper_flop": "9e19"}, "compute_upper_flop", "", "crossed-bounds"),
        ({"cost_usd": "$1,234"}, "cost_usd", "1234", "number-text"),
        ({"parameters": "0"}, "parameters", "", "not-positive"),
        ({"epochs": "-1"}, "epochs", "", "not-positive"),
        ({"training_compute_flop": "1.54350000000001e+24"}, "training_compute_flop", "1.5435e+24", "noise"),
        ({"name": "Q-235B-A22B", "parameters": "235e9"}, "active_parameters", "22000000000", "active-in-name"),
        ({"parameters": "1e9", "active_parameters": "2e9"}, "active_parameters", "", "dense"),
        ({"name": "Cosmos-1.0-\nX"}, "name", "Cosmos-1.0-X", "plain-text"),
        ({"sector": "Academia,Academia"}, "sector", "Academia", "lists"),
        ({"open_weights": "Yes"}, "open_weights", "true", "truths"),
        ({"confidence": "Pretty sure"}, "confidence", "Unknown", "confidence"),
        ({"link": "https://a.b\n\nhttps://c.d"}, "link", "https://a.b; https://c.d", "links"),
    ],
)
def test_each_rule_corrects_and_counts(cells, column, value, rule):
    found, counts = cleaned(**cells)
    assert found[column] == value
    assert counts[rule].cells == 1
    assert counts[rule].example


@pytest.mark.parametrize(
    ("cells", "rule"),
    [({"name": ""}, "unnamed"), ({"published": "soon"}, "undated"), ({"published": "1998-01-01"}, "before-2010")],
)
def test_rules_that_drop_rows_count_rows(cells, rule):
    start = pd.concat(
        [frame(name="Kept", published="2020-01-01"), frame(**({"name": "A", "published": "2020-01-01"} | cells))]
    )
    found, counts = cleaning.clean(start.reset_index(drop=True))
    assert list(found["name"]) == ["Kept"]
    assert {count.rule: count.cells for count in counts}[rule] == 1


def test_rules_have_names_of_their_own():
    names = [rule.name for rule in cleaning.RULES]
    assert len(set(names)) == len(names)
