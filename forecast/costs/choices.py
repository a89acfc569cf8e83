"""The choices of a plan that are no numbers (chip, precision, place, date, provider, commitment) and their defaults."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

from forecast.costs.plan import RunPlan, data_date
from forecast.data.constants import constant
from forecast.data.lookup import Row, find_chip, find_zone, pue_for
from forecast.errors import UsageError, did_you_mean

#: The chip most large runs of a time used, the newest first; a plan without a chip gets the first one on the market.
DEFAULT_CHIPS = (
    "NVIDIA H100 SXM5 80GB",
    "NVIDIA A100 SXM4 80 GB",
    "NVIDIA Tesla V100 SXM2 16 GB",
    "NVIDIA Tesla P100 SXM2",
)
DEFAULT_REGION = "USA"
DEFAULT_PROVIDER = "hyperscale"
#: Precision -> the column of its dense peak; of the last, the first that the chip has is the default.
PRECISIONS = {
    "fp32": "peak_fp32_flop_per_s", "tf32": "peak_tf32_flop_per_s", "bf16": "peak_fp16_flop_per_s",
    "fp16": "peak_fp16_flop_per_s", "fp8": "peak_fp8_flop_per_s", "fp4": "peak_fp4_flop_per_s",
}  # fmt: skip
_DEFAULT_PRECISIONS = ("bf16", "tf32", "fp32")


@dataclass(frozen=True)
class Assumed:
    """An input, or a choice, that the plan leaves open.

    Parameters
    ----------
    name, unit : str
        Of the input.
    value : float or str
        What is taken; a text for a choice such as the chip.
    low, high : float
        The range that holds 90 %; the value itself where none is known or needed.
    source, note, convention : str
        Where it comes from, what to know about it, and what it includes.
    """

    name: str
    unit: str
    value: Any
    low: Any
    high: Any
    source: str
    note: str = ""
    convention: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def choose(plan: RunPlan) -> tuple[RunPlan, tuple[Assumed, ...]]:
    """Return the plan with every choice made, and the choices that were assumed."""
    taken: list[Assumed] = []

    def default(name: str, value: Any, why: str) -> Any:
        taken.append(Assumed(name, "", value, None, None, why))
        return value

    date = plan.date or default("date", data_date(), "default: the last day that the datasets know")
    _check_date(date)
    chip = plan.chip or default("chip", _default_chip(date), "default: the chip most large runs of the time use")
    row = find_chip(chip)
    _check_released(row, date)
    precision = plan.precision or default(
        "precision",
        next((each for each in _DEFAULT_PRECISIONS if row[PRECISIONS[each]]), "fp32"),
        "default of the chip",
    )
    check_choice("precision", precision)
    region = plan.region or default("region", DEFAULT_REGION, "default: where most large models are trained")
    zone = find_zone(region)
    provider = plan.provider
    if provider is None:
        provider = zone["zone"] if zone["zone_kind"] == "cloud_region" else default(
            "provider", DEFAULT_PROVIDER, "default: a large data centre"
        )  # fmt: skip
    commitment = plan.commitment
    if commitment is None:
        commitment = "on_demand" if plan.own else default("commitment", "on_demand", "default: the list price")
    commitment = {"reserved_1y": "1y", "reserved_3y": "3y"}.get(commitment, commitment)
    filled = replace(
        plan, chip=row["accelerator"], precision=precision, region=zone["zone"], provider=provider, date=date,
        commitment=commitment,
    )  # fmt: skip
    return filled, tuple(taken)


def check_choice(name: str, value: Any) -> None:
    """Refuse a chip, place, precision, commitment or provider that is not known.

    Raises
    ------
    UsageError
        With the nearest name.
    """
    if name == "chip":
        find_chip(value)
    elif name == "region":
        find_zone(value)
    elif name == "provider":
        pue_for(value, data_date())
    elif name == "precision" and value not in PRECISIONS:
        message = f"unknown precision {value!r}{did_you_mean(value, PRECISIONS)}"
        raise UsageError(message)
    elif name == "date":
        _check_date(value)


def _check_date(date: dt.date) -> None:
    last = data_date()
    horizon = int(constant("longest_horizon_years"))
    if date > dt.date(last.year + horizon, last.month, 1):
        message = f"date: {date} is more than {horizon} years after what the datasets know ({last})"
        raise UsageError(message, hint="prices, grids and chips of that time cannot be assumed; choose an earlier date")


def _check_released(row: Row, date: dt.date) -> None:
    if row["released"] is not None and date < row["released"].date():
        message = f"date: on {date} there was no {row['accelerator']}; it was released on {row['released'].date()}"
        instead = _default_chip(date)
        known = find_chip(instead)["released"].date() <= date
        raise UsageError(message, hint=f"of that time: {instead}" if known else "give an earlier chip")


def _default_chip(date: dt.date) -> str:
    return next((name for name in DEFAULT_CHIPS if date >= find_chip(name)["released"].date()), DEFAULT_CHIPS[-1])
