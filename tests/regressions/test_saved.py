"""Saved fits, of laws and of formulas: what is damaged is refused when it is read, not later."""

import contextlib
import copy
import json

import numpy as np
import pytest

from forecast.errors import DataError, UsageError
from forecast.fitting import fit
from forecast.regressions import regress
from forecast.regressions.saved import read_fit
from forecast.report.pages.fit import fit_answer
from forecast.report.pages.regression import regression_answer

_X = np.geomspace(1.0, 1e4, 12)
_TABLE = {"x": _X, "kind": ["a", "b"] * 6, "y": 3 * _X**-0.5 * (1 + 0.1 * np.sin(np.arange(12.0)))}


def _law():
    return fit(_TABLE, "power", x="x", y="y", intervals="pairs", kind="bca", draws=100), fit_answer, {"x": 2.0}


def _formula():
    return regress(_TABLE, "log(y) ~ log(x) + kind"), regression_answer, {"x": 2.0, "kind": "a"}


def _paths(content, above=()):
    for key, value in content.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))


@pytest.mark.parametrize("make", [_law, _formula])
def test_a_damaged_fit_is_refused_when_it_is_read(make, tmp_path):
    made, page, place = make()
    whole = {
        "schema": "forecast/fit/1",
        "result": made.to_dict(),
        "notes": [note.to_dict() for note in made.notes],
        "provenance": made.provenance.to_dict(),
    }
    whole = json.loads(json.dumps(whole))
    file = tmp_path / "fit.json"
    tried = read = 0
    for path in list(_paths(whole)):
        for wrong in (None, "zzz", -7, [1, 2], {"a": 1}, "(delete)"):
            tried += 1
            content = copy.deepcopy(whole)
            *above, last = path
            place_of = content
            for key in above:
                place_of = place_of[key]
            if wrong == "(delete)":
                del place_of[last]
            else:
                place_of[last] = wrong
            file.write_text(json.dumps(content))
            with contextlib.suppress(DataError, UsageError):
                fitted = read_fit(file)
                read += 1
                page(fitted)
                fitted.predict(place)  # a formula that was changed may ask for another place
    assert read < 0.8 * tried


def test_a_fit_without_its_state_says_what_it_lacks(tmp_path):
    file = tmp_path / "fit.json"
    file.write_text('{"schema": "forecast/fit/1", "result": {"law": "power"}}')
    with pytest.raises(DataError, match=r"is a damaged fit \(its result has no 'state'\)"):
        read_fit(file)
