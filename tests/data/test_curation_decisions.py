"""Decisions about single models, and that every bundled one is sound."""

import pandas as pd
import pytest

from forecast.data.checks import CHECKS
from forecast.data.curation import Decision, curate, explained, load_decisions
from forecast.data.dataset import load_dataset
from forecast.data.schema import resource


def decide(action, name, column="", old="", new=""):
    return Decision(action, name, column, old, new, "because", "arXiv:1")


def apply(*decisions):
    rows = [
        {
            "name": "A",
            "parameters": "1",
            "parameters_status": "",
            "base_model": "",
            "exclusion_reason": "",
            "source": "Epoch",
        },
        {
            "name": "B",
            "parameters": "",
            "parameters_status": "",
            "base_model": "A",
            "exclusion_reason": "",
            "source": "Epoch",
        },
    ]
    columns = [
        "name",
        "published",
        "notable",
        "parameters",
        "parameters_status",
        "base_model",
        "exclusion_reason",
        "source",
    ]
    start = pd.DataFrame(rows, columns=columns, dtype=object).fillna("")
    found, lapsed = curate(start, decisions)
    return found.set_index("name"), [item.why for item in lapsed]


def test_rename_follows_references():
    found, lapsed = apply(decide("rename", "A", new="A1"))
    assert list(found.index) == ["A1", "B"]
    assert found.loc["B", "base_model"] == "A1"
    assert not lapsed


def test_merge_fills_gaps_and_never_overwrites():
    found, _ = apply(decide("merge", "A", new="B"))
    assert list(found.index) == ["B"]
    assert found.loc["B", "parameters"] == "1"


def test_set_guards_its_old_value_and_cites_its_source():
    found, lapsed = apply(decide("set", "A", "parameters", "1.0", "7"), decide("set", "A", "parameters", "1", "9"))
    assert found.loc["A", "parameters"] == "7"
    assert found.loc["A", "parameters_status"] == "reported"
    assert found.loc["A", "source"] == "Epoch; arXiv:1"
    assert lapsed == ["parameters is '7', not '1'"]


def test_an_asterisk_takes_any_value():
    found, lapsed = apply(decide("set", "B", "parameters", "*", "3"))
    assert (found.loc["B", "parameters"], lapsed) == ("3", [])


def test_taking_a_value_away_takes_its_status():
    found, _ = apply(decide("set", "A", "parameters", "1", ""))
    assert (found.loc["A", "parameters"], found.loc["A", "parameters_status"]) == ("", "")


def test_exclude_add_and_keep():
    found, lapsed = apply(
        decide("exclude", "A", new="duplicate"),
        decide("add", "C", "published", new="2020-01-01"),
        decide("keep", "A", "price"),
    )
    assert found.loc["A", "exclusion_reason"] == "duplicate"
    assert found.loc["C", "published"] == "2020-01-01"
    assert not lapsed


@pytest.mark.parametrize("action", ["rename", "merge", "set", "exclude", "keep"])
def test_decisions_about_rows_that_are_not_there_lapse(action):
    _, lapsed = apply(decide(action, "Z", "parameters", new="B"))
    assert len(lapsed) == 1


def test_adding_what_is_there_lapses():
    assert apply(decide("add", "A"))[1] == ["there already is such a row"]


def test_bundled_decisions_say_why_and_name_what_exists():
    about = resource("models")
    actions = resource("curation")["action"].enum
    for decision in load_decisions():
        assert decision.action in actions
        assert decision.reason.strip()
        assert decision.source.strip()
        if decision.action == "set":
            assert decision.column in about.columns
        if decision.action == "exclude":
            assert decision.new_value in about["exclusion_reason"].enum
        if decision.action == "keep":
            assert decision.column in CHECKS.names()


def test_what_is_kept_is_in_the_models():
    names = set(load_dataset("models").frame["name"])
    assert {name for _, name in explained(load_decisions())} <= names
