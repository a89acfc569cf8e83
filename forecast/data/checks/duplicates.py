"""The same model twice: names that differ in spelling only, or one organization's equal figures on one day.

Two rows of a model let it count twice at the frontier.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.data.uses import first_version

#: Spellings of one name this many days apart are taken for one model.
WINDOW_DAYS = 60
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_NOISE = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """Return a name without case, accents, spacing and punctuation, and without the month of a version.

    Examples
    --------
    >>> folded("GLM 4.6") == folded("GLM-4.6"), folded("GPT-4 (Mar 2023)") == folded("GPT-4")
    (True, True)
    >>> folded("PanGu-α") == folded("PanGu-Σ"), folded("GPT 4.1") == folded("GPT 41")
    (False, False)
    """
    plain = (first_version(name) or name).casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _NOISE.sub("", _POINT.sub("p", plain.replace("+", "plus")))


def _find(subject: Subject) -> Iterator[Suspicion]:
    names = subject.text("name")
    kept = (subject.text("exclusion_reason") == "").to_numpy() & ~np.isnat(subject.days)
    keys = names.map({name: folded(name) for name in names.unique()})
    owner = subject.first("organization").str.casefold()
    table = pd.DataFrame({"key": keys, "owner": owner, "day": subject.days}, index=names.index)[kept]
    yield from _pairs(subject, table, ["key", "owner"], "has the same name but for its spelling as")
    same = table.assign(
        parameters=subject.numbers("parameters")[kept], compute=subject.numbers("training_compute_flop")[kept]
    ).dropna()
    columns = ["owner", "parameters", "compute", "day"]
    yield from _pairs(
        subject, same[same["owner"] != ""], columns, "has organization, day, parameters and compute in common with"
    )


def _pairs(subject: Subject, table: pd.DataFrame, columns: list[str], rule: str) -> Iterator[Suspicion]:
    ordered = table.reset_index(names="row").sort_values(
        [*columns, "day", "row"] if "day" not in columns else [*columns, "row"]
    )
    keys = ordered[columns]
    again = (keys == keys.shift()).all(axis=1).to_numpy()
    gap = ordered["day"].diff().to_numpy() / np.timedelta64(1, "D")
    hit = again & (gap <= WINDOW_DAYS)
    if not hit.any():
        return
    names = subject.text("name").to_numpy()
    rows = ordered["row"].to_numpy()
    place = np.flatnonzero(hit)
    late, early = rows[place], rows[place - 1]
    differ = names[late] != names[early]  # the same name twice is the schema's matter
    late, early = late[differ], early[differ]
    rules = [f"{rule} {names[row]!r}" for row in early]
    yield Suspicion("name", late, rules, "merge the rows if they are one model, or tell the names apart")


ENTRY = Check(
    "near-duplicates: one name in two spellings, or one organization's equal figures on one day",
    ("name", "published"),
    _find,
)
