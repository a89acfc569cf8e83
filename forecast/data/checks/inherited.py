"""Fine-tunes that carry their base model's compute: at the frontier they count a training run twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecast.data.checks._check import Check, Subject, Suspicion

_NONE = np.array([], dtype=np.intp)
_FAMILY = re.compile(r"[^\W\d_]+")


def _find(subject: Subject) -> Iterator[Suspicion]:
    tuned = (subject.text("base_model") != "").to_numpy()
    compute = subject.numbers("training_compute_flop")
    if subject.has("use"):
        used = (subject.text("use") != "excluded").to_numpy()
        yield Suspicion(
            "use", tuned & used, "is a fine-tune (it has a base_model) that would be ranked and fitted",
            "set use to excluded and exclusion_reason to fine-tune", "error",
        )  # fmt: skip
    else:
        used = np.ones(len(compute), dtype=bool)
        count = int((tuned & np.isfinite(compute)).sum())
        if count:
            yield Suspicion(
                "base_model", _NONE, f"{count} rows name a base model and state compute, which includes that model's",
                "leave them out where the frontier is ranked ('data import epoch' does)", whole_column=True,
            )  # fmt: skip
    yield from _copied(subject, used & ~tuned & np.isfinite(compute), compute)


def _related(name: str, other: str, compute: float) -> bool:
    """Whether equal compute is no coincidence: one family's name, or more than three digits in common."""
    family, base = _FAMILY.match(name), _FAMILY.match(other)
    kin = family is not None and base is not None and family[0].casefold() == base[0].casefold()
    return kin or float(f"{compute:.2e}") != compute


def _copied(subject: Subject, candidates: np.ndarray, compute: np.ndarray) -> Iterator[Suspicion]:
    owner = subject.first("organization").str.casefold()
    table = pd.DataFrame({"owner": owner, "compute": compute, "day": subject.days}, index=owner.index)[candidates]
    table = table[table["owner"] != ""].reset_index(names="row").sort_values(["owner", "compute", "day", "row"])
    again = (table[["owner", "compute"]] == table[["owner", "compute"]].shift()).all(axis=1).to_numpy()
    later = table["day"].diff().to_numpy() > np.timedelta64(0, "D")
    place = np.flatnonzero(again & later)
    rows = table["row"].to_numpy()
    names = subject.text("name").to_numpy()
    place = np.array(
        [p for p in place if _related(names[rows[p]], names[rows[p - 1]], compute[rows[p]])], dtype=np.intp
    )
    rules = [f"is the compute of the same organization's earlier {names[row]!r}" for row in rows[place - 1]]
    yield Suspicion(
        "training_compute_flop", rows[place], rules,
        "if it was trained from that model, name it in base_model; otherwise check the figure",
    )  # fmt: skip


ENTRY = Check(
    "fine-tunes that would be ranked, and compute equal to an earlier model's",
    ("name", "published", "training_compute_flop"),
    _find,
)
