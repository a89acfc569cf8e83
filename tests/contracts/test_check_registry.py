"""Every check: says what it does, lives with an empty table, and finds nothing in sound data."""

import datetime as dt

import pandas as pd
import pytest

from forecast.data.checks import CHECKS
from forecast.data.checks._check import Subject
from forecast.data.schema import resource

COLUMNS = resource("models").columns


@pytest.mark.parametrize("name", CHECKS.names())
def test_check(name):
    check = CHECKS[name]
    assert check.summary
    empty = Subject(pd.DataFrame(columns=COLUMNS, dtype=object), resource("models"), dt.date(2026, 8, 1))
    assert sum(len(item.positions) for item in check.find(empty)) == 0
    blank = pd.DataFrame([dict.fromkeys(COLUMNS, "")] * 3, dtype=object)
    for item in check.find(Subject(blank, None, dt.date(2026, 8, 1))):
        assert item.severity in ("error", "warning")
        assert len(item.positions) <= 3
