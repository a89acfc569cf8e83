from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from forecast.data.table import Table
from forecast.questions.audit import audit_claims

_TEXT = (Path(__file__).parent / "data" / "footprint_traps.csv").read_text(encoding="utf-8")
_TRAPS = list(csv.DictReader(_TEXT.splitlines()))


@pytest.mark.parametrize("trap", _TRAPS, ids=[trap["case"] for trap in _TRAPS])
def test_a_claim_alone_is_recognised_and_explained(trap: dict[str, str]) -> None:
    row = dict(zip(trap["columns"].split(";"), trap["values"].split(";"), strict=True))
    frame = pd.DataFrame([{"model": trap["model"], **row}])
    findings = audit_claims(Table(frame, "claim", "")).findings
    found = [each for each in findings if each.quantity == trap["quantity"] and each.convention == trap["convention"]]
    assert found, [(each.check, each.verdict, each.convention, each.why) for each in findings]
    assert found[0].verdict != "agrees"
    assert found[0].why
    if trap["factor"]:
        assert found[0].ratio == pytest.approx(float(trap["factor"]), rel=0.01)
