"""Every law of the registry against all checks of scikit-learn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from forecast.estimators import ChinchillaRegressor, PowerLawRegressor, ScalingLawRegressor, expected_failed_checks
from forecast.laws import LAWS

#: Laws that are fitted to the rows themselves.
REGRESSIONS = [name for name in LAWS.names() if LAWS[name].asks() == (LAWS[name].inputs, LAWS[name].output)]

CHECK = """
import json, sys, warnings
warnings.simplefilter("ignore")
warnings.simplefilter("error", RuntimeWarning)
from sklearn.utils.estimator_checks import check_estimator
from forecast.estimators import *
estimator = eval(sys.argv[1])
reasons = expected_failed_checks(estimator)
results = check_estimator(estimator, expected_failed_checks=reasons, on_fail=None, on_skip=None)
found = [(result["check_name"], result["status"], str(result["exception"])) for result in results]
print(json.dumps(found))
"""

#: The checks that a law of three inputs declares, with one column in two parts.
DECLARED = """
import warnings
warnings.simplefilter("ignore")
warnings.simplefilter("error", RuntimeWarning)
from sklearn.utils.estimator_checks import estimator_checks_generator
from forecast.estimators import *
names = expected_failed_checks(ScalingLawRegressor(law="data_constrained"))
for estimator, check in estimator_checks_generator(ScalingLawRegressor(law="data_constrained", columns=(0, 1, 1))):
    if check.func.__name__ in names:
        check(estimator)
        print(check.func.__name__)
"""


def ran(root: Path, *arguments: str) -> str:
    """Return what a program printed."""
    # without SCIPY_ARRAY_API scikit-learn skips its check of array API inputs
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


def checked(estimator: ScalingLawRegressor, root: Path) -> tuple[int, set[str], list[list[str]]]:
    """Return how many checks passed, which were declared, and what else happened."""
    results = json.loads(ran(root, CHECK, repr(estimator)))
    passed = sum(status == "passed" for _, status, _ in results)
    declared = {name for name, status, _ in results if status == "xfail"}
    return passed, declared, [result for result in results if result[1] not in ("passed", "xfail")]


@pytest.mark.parametrize("name", REGRESSIONS)
def test_every_law_passes_every_check(name: str, root: Path) -> None:
    estimator = ScalingLawRegressor(law=name)
    passed, declared, other = checked(estimator, root)
    assert other == []
    assert passed + len(declared) > 50
    assert declared == set(expected_failed_checks(estimator))  # what is declared does fail


@pytest.mark.parametrize(
    "estimator",
    [PowerLawRegressor(), PowerLawRegressor(floor=True), ChinchillaRegressor()],
    ids=["power", "power_floor", "chinchilla"],
)
def test_the_named_laws_pass_every_check(estimator: ScalingLawRegressor, root: Path) -> None:
    passed, declared, other = checked(estimator, root)
    assert (other, declared) == ([], set())
    assert passed > 50


def test_what_a_law_of_three_inputs_declares_it_passes_once_a_column_plays_two_parts(root: Path) -> None:
    passed = ran(root, DECLARED).split()
    assert set(passed) == set(expected_failed_checks(ScalingLawRegressor(law="data_constrained")))


def test_only_laws_of_three_inputs_declare_anything() -> None:
    declaring = [name for name in REGRESSIONS if expected_failed_checks(ScalingLawRegressor(law=name))]
    assert declaring == [name for name in REGRESSIONS if len(LAWS[name].inputs) > 2]
    reasons = expected_failed_checks(ScalingLawRegressor(law="data_constrained"))
    assert set(reasons.values()) == {"the law data_constrained takes 3 columns, and the check gives 2"}


@pytest.mark.parametrize("name", sorted(set(LAWS.names()) - set(REGRESSIONS)))
def test_a_law_that_reduces_its_rows_is_refused(name: str) -> None:
    X = np.geomspace(1, 100, 40).reshape(-1, 2)
    with pytest.raises(ValueError, match=f"the law {name} is not fitted to the rows themselves, so it is no regressor"):
        ScalingLawRegressor(law=name).fit(X, X[:, 0])
