"""``--where FIELD=VALUE``: keep the rows of a table that match every condition."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.errors import DataError, UsageError, did_you_mean

_CONDITION = re.compile(r"\s*([^=<>!]+?)\s*(!=|>=|<=|=|<|>)\s*(.*?)\s*")
_NUMERIC: dict[str, Callable[[NDArray[np.float64], float], NDArray[np.bool_]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TRUTH = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}
#: Cells that hold several values separate them so.
_SEPARATOR = re.compile(r"\s*[;,]\s*")


def split(condition: str) -> tuple[str, str, str]:
    """Return field, operator and value of a condition.

    Raises
    ------
    UsageError
        When it is not one.

    Examples
    --------
    >>> split("domain = Language")
    ('domain', '=', 'Language')
    """
    match = _CONDITION.fullmatch(condition)
    if match is None:
        message = f"--where {condition!r} is not a condition"
        raise UsageError(message, hint="write domain=Language, notable=true or parameters>=1e9")
    return match[1], match[2], match[3]


def keep(frame: pd.DataFrame, conditions: Sequence[str], name: str) -> NDArray[np.bool_]:
    """Return which rows match all conditions; ``field=any`` matches every row.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    conditions : sequence of str
        ``field=value`` (ignoring case; a cell that lists several values matches each), ``!=``, ``<``, ``<=``, ``>``, ``>=``.
    name : str
        The table's name, for messages.

    Raises
    ------
    DataError
        When a field is no column, or nothing matches, with the values there are.
    """
    kept = np.ones(len(frame), dtype=bool)
    for condition in conditions:
        field, sign, value = split(condition)
        if field not in frame.columns:
            message = f"{name}: --where {condition!r}: no column {field!r}"
            raise DataError(message + did_you_mean(field, map(str, frame.columns)))
        kept &= _match(frame[field], sign, value, condition)
        if not kept.any():
            seen = frame[field].dropna().astype(str).str.split(_SEPARATOR).explode().value_counts()
            message = f"{name}: no row matches --where {condition!r}"
            raise DataError(message, hint=f"values of {field}: {', '.join(map(str, seen.index[:12]))}")
    return kept


def _match(column: pd.Series, sign: str, value: str, condition: str) -> NDArray[np.bool_]:
    if sign in _NUMERIC:
        try:
            bound = float(value)
        except ValueError as error:
            message = f"--where {condition!r}: {value!r} is not a number"
            raise UsageError(message) from error
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        with np.errstate(invalid="ignore"):
            return np.asarray(_NUMERIC[sign](numbers, bound))
    if value.casefold() == "any":
        return np.ones(len(column), dtype=bool)
    wanted = _TRUTH.get(value.casefold(), value.casefold()) if _is_truth(column) else value.casefold()
    text = column.fillna("").astype(str).str.strip().str.casefold()
    found = (text == wanted) | text.str.split(_SEPARATOR).map(lambda parts: wanted in parts)
    result = found.to_numpy(dtype=bool)
    return ~result if sign == "!=" else result


def _is_truth(column: pd.Series) -> bool:
    return set(column.dropna().astype(str).str.casefold().unique()[:5]) <= {"true", "false", ""}
