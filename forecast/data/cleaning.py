"""The generic rules of an import: what is done to every cell before any decision about a single model.

A rule is a function from a frame of text to a frame of text. How many cells each changed is counted by comparison, so
a rule cannot forget to report what it did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.data.schema import resource

LISTS = (
    "organization", "country", "sector", "domain", "task", "notability", "compute_method", "hardware", "base_model",
)  # fmt: skip
NUMBERS = (
    "parameters", "active_parameters", "dataset_size", "epochs", "training_compute_flop", "compute_lower_flop",
    "compute_upper_flop", "hardware_quantity", "training_time_hours", "chip_hours", "utilization", "power_draw_w",
    "batch_size", "cost_usd", "cost_cloud_usd", "finetune_compute_flop",
)  # fmt: skip
FLOPS = ("training_compute_flop", "compute_lower_flop", "compute_upper_flop", "finetune_compute_flop")
TRUTHS = ("frontier", "open_weights")

_SEPARATOR = re.compile(r',(?! )(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_NUMBER = re.compile(r"\s*[$~≈]?\s*([+-]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([kKMBT%]?)\s*")
_SUFFIX = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "%": 0.01}
_ACTIVE = re.compile(r"(?<![A-Za-z0-9])A(\d+(?:\.\d+)?)B(?![A-Za-z0-9])")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")


@dataclass(frozen=True)
class Rule:
    """A cleaning rule.

    Parameters
    ----------
    name, description : str
        What it is called, and what it does.
    apply : callable
        From a frame of text to a frame of text with the same columns; it may drop rows.
    """

    name: str
    description: str
    apply: Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Cleaned:
    """What a rule did.

    Parameters
    ----------
    rule, description : str
        The rule.
    cells : int
        How many cells it changed; for a rule that drops rows, how many rows.
    example : str
        One of them.
    """

    rule: str
    description: str
    cells: int
    example: str


def clean(frame: pd.DataFrame, rules: Iterable[Rule] | None = None) -> tuple[pd.DataFrame, list[Cleaned]]:
    """Apply the rules in order.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text, as :func:`forecast.data.epoch.read_epoch` gives it.
    rules : iterable of Rule, optional
        By default :data:`RULES`.

    Returns
    -------
    pandas.DataFrame
        Clean text: numbers as Python reads them, dates in ISO 8601, lists separated by ``"; "``, ``true`` and ``false``.
    list of Cleaned
        What each rule changed.
    """
    counted = []
    for rule in rules or RULES:
        after = rule.apply(frame)
        counted.append(_count(rule, frame, after))
        frame = after
    return frame, counted


def _count(rule: Rule, before: pd.DataFrame, after: pd.DataFrame) -> Cleaned:
    if len(after) != len(before):
        lost = before.index.difference(after.index)
        row = before.loc[lost[0]]
        return Cleaned(rule.name, rule.description, len(lost), f"{row['name']!r}, published {row['published']!r}")
    changed = before.to_numpy() != after.to_numpy()
    cells = int(changed.sum())
    example = ""
    if cells:
        row, column = np.argwhere(changed)[0]
        old, new = (str(frame.to_numpy()[row, column]) for frame in (before, after))
        who = "" if before.columns[column] == "name" else f"{after['name'].iloc[row]}: "
        example = f"{who}{before.columns[column]} {_short(old)!r} → {_short(new)!r}"
    return Cleaned(rule.name, rule.description, cells, example)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _each(frame: pd.DataFrame, columns: Iterable[str], change: Callable[[str], str]) -> pd.DataFrame:
    result = frame.copy()
    for column in columns:
        values = frame[column]
        replaced = {value: change(value) for value in values.unique() if value}
        result[column] = values.map(lambda value, new=replaced: new.get(value, value))
    return result


def _links(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, ["link"], lambda text: "; ".join(dict.fromkeys(text.replace(";", " ").split())))


def plain_text(text: str) -> str:
    r"""Return text without control characters and double spaces, in composed Unicode.

    Examples
    --------
    >>> plain_text(" Cosmos-1.0-\nDiffusion\u00a014B ")
    'Cosmos-1.0-Diffusion 14B'
    """
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text  # nearly every cell
    joined = re.sub(r"(?<=-)[\r\n]+", "", text)  # a name broken after its hyphen
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", joined)).split())


def _plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, frame.columns, plain_text)


def listed(text: str) -> str:
    """Return Epoch AI's comma-separated list as ours, each entry once.

    Examples
    --------
    >>> listed('"SambaNova Systems, Inc",Academia,Academia')
    'SambaNova Systems, Inc; Academia'
    """
    parts = (part.strip().strip('"').strip() for part in _SEPARATOR.split(text.replace("; ", ",")))
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _lists(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, LISTS, listed)


def number(text: str) -> str:
    """Return a number as Python writes it; empty where the text is none.

    Examples
    --------
    >>> number("$1,234"), number("70B"), number("unknown")
    ('1234', '70000000000', '')
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return ""
    value = float(match[1].replace(",", "").replace("_", "")) * _SUFFIX[match[2]]
    return format_number(value) if np.isfinite(value) else ""


def format_number(value: float) -> str:
    """Return the shortest text that reads back as the number.

    Examples
    --------
    >>> format_number(1.75e11), format_number(3.14e23), format_number(0.462)
    ('175000000000', '3.14e+23', '0.462')
    """
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


def _number_text(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, NUMBERS, lambda text: text if is_number(text) else number(text))


def is_number(text: str) -> bool:
    """Return whether Python reads the text as a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _canonical(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, NUMBERS, lambda text: format_number(float(text)))


def _positive(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, NUMBERS, lambda text: text if float(text) > 0 else "")


def _percent(frame: pd.DataFrame) -> pd.DataFrame:
    def fraction(text: str) -> str:
        return format_number(float(text) / 100) if 1 < float(text) <= 100 else text

    return _each(frame, ["utilization"], fraction)


def _values(frame: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_numeric(frame[column].where(frame[column] != ""), errors="coerce")


def _lost_exponent(frame: pd.DataFrame) -> pd.DataFrame:
    # One example through a small network takes more.
    return _each(frame, FLOPS, lambda text: text if float(text) >= 1e9 else "")


def without_noise(text: str) -> str:
    """Return a number without the trailing digits that mark or distort it, such as ``1.54350000000001e+24``.

    Examples
    --------
    >>> without_noise("1.54350000000001e+24"), without_noise("66225.44602672113")
    ('1.5435e+24', '66225.44602672113')
    """
    value = float(text)
    short = float(f"{value:.6g}")
    return format_number(short) if abs(short - value) <= 1e-9 * abs(value) else text


def _noise(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, NUMBERS, without_noise)


def _crossed_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    result = frame.copy()
    compute = _values(frame, "training_compute_flop")
    result.loc[_values(frame, "compute_lower_flop") > compute, "compute_lower_flop"] = ""
    result.loc[_values(frame, "compute_upper_flop") < compute, "compute_upper_flop"] = ""
    return result


def _confidence(frame: pd.DataFrame) -> pd.DataFrame:
    known = resource("models")["confidence"].enum
    return _each(frame, ["confidence"], lambda text: text if text in known else "Unknown")


def _truths(frame: pd.DataFrame) -> pd.DataFrame:
    words = {
        "yes": "true",
        "true": "true",
        "checked": "true",
        "1": "true",
        "no": "false",
        "false": "false",
        "0": "false",
    }
    return _each(frame, TRUTHS, lambda text: words.get(text.casefold(), ""))


def iso_date(text: str) -> str:
    """Return a date in ISO 8601, the first day where month or day are not given; empty where it is none.

    Examples
    --------
    >>> iso_date("2023-7"), iso_date("2023-07-18 00:00:00"), iso_date("soon")
    ('2023-07-01', '2023-07-18', '')
    """
    match = _YEAR_MONTH_DAY.fullmatch(text)
    if match is None:
        return ""
    try:
        return str(np.datetime64(f"{match[1]}-{int(match[2] or 1):02}-{int(match[3] or 1):02}"))
    except ValueError:
        return ""


def _dates(frame: pd.DataFrame) -> pd.DataFrame:
    return _each(frame, ["published"], iso_date)


def _unnamed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["name"] != "") & (frame["published"] != "")]


def _before_2010(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["published"] >= "2010-01-01"]


def _repeated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["name"].duplicated()]


def active_in_name(name: str) -> str:
    """Return the active parameters that a name states, such as the 22e9 of ``Qwen3-235B-A22B``, or nothing.

    Examples
    --------
    >>> active_in_name("Qwen3-235B-A22B"), active_in_name("GPT-4")
    ('22000000000', '')
    """
    match = _ACTIVE.search(name)
    return format_number(float(match[1]) * 1e9) if match else ""


def _active_in_name(frame: pd.DataFrame) -> pd.DataFrame:
    result = frame.copy()
    stated = frame["name"].map(active_in_name)
    result["active_parameters"] = frame["active_parameters"].where(frame["active_parameters"] != "", stated)
    return result


def _dense(frame: pd.DataFrame) -> pd.DataFrame:
    result = frame.copy()
    result.loc[_values(frame, "active_parameters") >= _values(frame, "parameters"), "active_parameters"] = ""
    return result


RULES: tuple[Rule, ...] = (
    Rule("links", "Several links in a cell are separated by '; ', each once.", _links),
    Rule("plain-text", "Tabs, line breaks, no-break and double spaces become one space; ends are trimmed.", _plain_text),
    Rule("unnamed", "Rows without a name or a publication date are dropped.", _unnamed),
    Rule("lists", "Lists are separated by '; ' instead of commas, and name each entry once.", _lists),
    Rule("dates", "Dates are written in ISO 8601.", _dates),
    Rule("undated", "Rows whose publication date is no date are dropped.", _unnamed),
    Rule("before-2010", "Rows published before 2010 are dropped: they are too small to rank.", _before_2010),
    Rule("repeated-names", "Of rows with the same name the first stays.", _repeated),
    Rule("number-text", "Text among numbers ('$1,234', '70B', '45%') is read as a number, or taken away where it is none.", _number_text),
    Rule("number-format", "Numbers are written in their shortest form.", _canonical),
    Rule("noise", "Trailing digits that only tell equal figures apart ('1.54350000000001e+24') are dropped.", _noise),
    Rule("not-positive", "Zero and negative figures are taken away: they stand for unknown.", _positive),
    Rule("percent", "A utilization above 1 is a percentage, and is divided by 100.", _percent),
    Rule("lost-exponent", "Compute below 1e9 FLOP has lost its exponent, and is taken away.", _lost_exponent),
    Rule("crossed-bounds", "A lower bound above the compute, or an upper bound below it, is taken away.", _crossed_bounds),
    Rule("truths", "Yes, No and checked become true and false.", _truths),
    Rule("confidence", "Other words for confidence than the schema's become Unknown.", _confidence),
    Rule("active-in-name", "Active parameters are read from names such as '235B-A22B' where the column is empty.", _active_in_name),
    Rule("dense", "Active parameters that are not fewer than the parameters are taken away: the model is dense.", _dense),
)  # fmt: skip
