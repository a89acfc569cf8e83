"""What each row is used for: fitted, history that only ranks, or excluded, and then why."""

from __future__ import annotations

import re

import pandas as pd

#: The first day of the fitted rows; older ones rank.
FITTED_FROM = "2018-01-01"

_VERSION = re.compile(r"^(.*\S) \((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d\)$")


def first_version(name: str) -> str:
    """Return the name that a later version carries a month after; empty where it carries none.

    Examples
    --------
    >>> first_version("DeepSeek-V3 (Mar 2025)"), first_version("DeepSeek-V3")
    ('DeepSeek-V3', '')
    """
    match = _VERSION.fullmatch(name) if name.endswith(")") else None
    return match[1] if match else ""


def assign_use(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill ``use`` and, where curation did not, ``exclusion_reason``.

    A later version of a model that has a row, and a model whose training started from another's weights, are excluded:
    they carry the compute and the size of the model they come from, and would enter the frontier a second time.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text columns of ``models``.
    """
    result = frame.copy()
    first = frame["name"].map(first_version)
    published = dict(zip(frame["name"], frame["published"], strict=True))
    older = first.map(lambda name: published.get(name, "9999")) < frame["published"]
    later = (first != "") & older
    for reason, rows in (
        ("later version", later),
        ("fine-tune", frame["base_model"] != ""),
        ("implausible", frame["confidence"] == "Wrong"),  # Epoch AI's own word
    ):
        free = result["exclusion_reason"] == ""
        result["exclusion_reason"] = result["exclusion_reason"].where(~(free & rows), reason)
    use = (frame["published"] >= FITTED_FROM).map({True: "fitted", False: "history"})
    result["use"] = use.where(result["exclusion_reason"] == "", "excluded")
    return result
