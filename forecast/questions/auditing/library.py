"""Claims found by run, by figure and by hours: what a claim is compared with."""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from forecast.data.catalog import Row, rows_of
from forecast.data.looked import range_of
from forecast.questions.auditing.claims import Claim, Claims, Stated, folded, read_figure
from forecast.questions.auditing.identities import implied
from forecast.questions.auditing.known import SLACK, find_accelerator

#: A value that more claims than this state says nothing of where it comes from.
_CROWD = 20


class Library:
    """Claims by run, and those that others are measured against."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        self._failing: dict[int, set[str]] = {}
        self.by_run: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            if claim.run:
                self.by_run[claim.run].append(claim)
        self.by_value: dict[tuple[str, int], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            for name, figure in claim.stated.items():
                self.by_value[name, _bin(figure.value)].append(claim)

    def kin(self, claim: Claim) -> list[Claim]:
        """Return the other claims about the same run."""
        return [each for each in self.by_run.get(claim.run, ()) if each is not claim] if claim.run else []

    def alike(self, claim: Claim, target: str, value: float) -> list[Claim]:
        """Return claims about other runs that state nearly that value, and rightly so as far as their own rows tell."""
        names = (target, "carbon_kg", "carbon_operational_kg") if target.startswith("carbon") else (target,)
        found: dict[int, Claim] = {}
        for name in dict.fromkeys(names):
            place = _bin(value)
            near = [each for step in (-1, 0, 1) for each in self.by_value.get((name, place + step), ())]
            if len(near) > _CROWD:
                continue
            for each in near:
                if (
                    each is not claim
                    and not (claim.run and each.run == claim.run)
                    and folded(each.model) != folded(claim.model)
                ):
                    found[id(each)] = each
        return [each for each in found.values() if self._sound(each, names)]

    def _sound(self, claim: Claim, names: Sequence[str]) -> bool:
        if id(claim) not in self._failing:
            self._failing[id(claim)] = {
                each.target for each in implied(claim) if not each.holds(claim.stated[each.target])
            }
        return not self._failing[id(claim)].intersection(names)

    def twins(self, claim: Claim, target: str) -> list[Claim]:
        """Return claims with as many hours of the same chip that state the quantity too."""
        hours, chip = claim.stated.get("chip_hours"), find_accelerator(claim.fact("accelerator"))
        if hours is None or chip is None:
            return []
        place = _bin(hours.value)
        near = [each for step in (-1, 0, 1) for each in self.by_value.get(("chip_hours", place + step), ())]
        return [
            each for each in near
            if each is not claim and target in each.stated and find_accelerator(each.fact("accelerator")) is chip
            and abs(each.stated["chip_hours"].value / hours.value - 1) < SLACK
        ]  # fmt: skip


def _bin(value: float) -> int:
    return math.floor(100 * math.log10(value)) if value > 0 else -(10**6)


def model_facts(run: str) -> dict[str, Stated]:
    """Return size, data and compute of a run in the bundled models, where they are no imputation."""
    row = _models().get(run)
    if row is None:
        return {}
    spread = range_of("compute_spread")
    found = {}
    for ours, column in (
        ("parameters", "parameters"),
        ("active_parameters", "active_parameters"),
        ("tokens", "tokens"),
        ("compute_flop", "training_compute_flop"),
    ):
        if row[column] is None or row[f"{column}_status"] == "imputed":
            continue
        figure = read_figure(f"{row[column]:.3g}", ours)
        if ours == "compute_flop":
            figure = replace(figure, low=figure.value / (spread.high or 1), high=figure.value * (spread.high or 1))
        found[ours] = figure
    return found


@functools.cache
def _models() -> dict[str, Row]:
    return {row["name"]: row for row in rows_of("models")}


def families_of(claims: Claims) -> dict[str, list[Claim]]:
    """Return the claims that name another row as the whole they are part of, by its folded name."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims.rows:
        if claim.fact("part_of"):
            found[folded(claim.fact("part_of"))].append(claim)
    return found
