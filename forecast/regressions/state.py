"""What a saved regression needs to be as it was: its data, its choices and its estimates, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.fitting.result import pack, unpack
from forecast.regressions.design import make_design, response_of
from forecast.regressions.estimators import Estimated
from forecast.regressions.formula import parse_formula
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.variables import Rows, Variable

if TYPE_CHECKING:
    from forecast.regressions.result import Regression


def state_of(regression: Regression) -> dict[str, Any]:
    """Return plain data from which :func:`restored` makes the regression again."""
    rows = regression.rows
    return {
        "spec": regression.spec.to_dict(),
        "estimated": {
            **asdict(regression.estimated),
            "coefficients": pack(regression.estimated.coefficients),
            "covariance": pack(regression.estimated.covariance),
        },
        "stream": regression.stream,
        "variables": {
            name: {
                "column": item.column,
                "kind": item.kind,
                "values": item.values.tolist()
                if item.kind == "category"
                else pack(np.asarray(item.values, dtype=float)),
            }
            for name, item in rows.variables.items()
        },
        "weight": pack(rows.weight),
        "cluster": None if rows.cluster is None else rows.cluster.tolist(),
        "rows": rows.numbers.tolist(),
        "labels": list(rows.labels),
    }


def restored(state: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the fields of the regression of a state, but for its notes and provenance.

    Parameters
    ----------
    state : mapping
        From :func:`state_of`.
    name : str
        The table, for messages.
    """
    spec = RegressionSpec.from_dict(state["spec"])
    if spec != spec.resolved():
        message = "its choices are not spelled out"
        raise ValueError(message)
    formula = parse_formula(spec.formula)
    variables = {
        key: Variable(
            key, str(item["column"]), item["kind"],
            np.array(item["values"], dtype=str) if item["kind"] == "category" else unpack(item["values"]),
        )
        for key, item in state["variables"].items()
    }  # fmt: skip
    cluster = None if state["cluster"] is None else np.array(state["cluster"], dtype=np.intp)
    numbers = np.array(state["rows"], dtype=np.int64)
    rows = Rows(variables, unpack(state["weight"]), cluster, numbers, tuple(state["labels"]), ())
    told = state["estimated"]
    estimated = Estimated(
        unpack(told["coefficients"]), unpack(told["covariance"]), float(told["freedom"]), float(told["residual_sd"]),
        float(told["objective"]), int(told["iterations"]), bool(told["converged"]),
    )  # fmt: skip
    if not estimated.freedom > 0:
        message = f"it has {estimated.freedom:g} degrees of freedom"
        raise ValueError(message)
    return {
        "spec": spec,
        "formula": formula,
        "rows": rows,
        "response": response_of(formula, rows, name),
        "design": make_design(formula, rows, name),
        "estimated": estimated,
        "stream": state["stream"],
    }
