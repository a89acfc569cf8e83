"""What follows from stated figures, and for every figure how it is known.

``6ND``: compute = 6 × active parameters × tokens × epochs; chip-hours = accelerators × hours; energy = power ×
time. A figure is *reported* (by the developer or in the paper), *derived* (counted from stated figures) or *imputed*
(an estimate where the inputs were not stated). A statement about a figure that curation made stands.

References
----------
Kaplan et al. (2020), Scaling Laws for Neural Language Models, arXiv:2001.08361, for ``6ND``.
Cottier et al. (2024), The rising costs of training frontier AI models, arXiv:2405.21015, for cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.data.constants import constant

COST_METHOD = "amortised hardware and energy (Cottier et al. 2024)"
COST_DOLLAR_YEAR = "2023"  # what Epoch AI's column is in, by its heading

#: Derived figures are good to a few digits; more would be noise in the file.
_DIGITS = 6
_SEEN_BY_DEVELOPER = ("Reported",)
_COUNTED = ("Operation counting", "Hardware")


def derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill what follows from other columns, and say of every figure how it is known.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed columns of the data package's ``models``: floats (NaN where unknown) and text.

    Returns
    -------
    pandas.DataFrame
        A new frame.
    """
    result = frame.copy()
    _statuses_of_size(result)
    _compute(result)
    _chip_hours(result)
    _power(result)
    _energy(result)
    _cost(result)
    for column in ("parameters", "active_parameters", "tokens", "datapoints", "carbon_kg", "water_l"):
        result.loc[result[column].isna(), f"{column}_status"] = ""
    return result


def _fill_status(frame: pd.DataFrame, column: str, status: pd.Series | str) -> None:
    known, open_ = frame[column].notna(), frame[f"{column}_status"] == ""
    frame[f"{column}_status"] = frame[f"{column}_status"].where(~(known & open_), status).where(known, "")


def _statuses_of_size(frame: pd.DataFrame) -> None:
    # A speculative size of a model that nobody outside can weigh is somebody's estimate.
    closed = ~frame["accessibility"].str.startswith("Open weights")
    guessed = (frame["confidence"] == "Speculative") & closed
    status = pd.Series(np.where(guessed, "imputed", "reported"), index=frame.index)
    for column in ("parameters", "active_parameters", "tokens", "datapoints"):
        _fill_status(frame, column, status)
    _fill_status(frame, "carbon_kg", "reported")
    _fill_status(frame, "water_l", "reported")


def _compute(frame: pd.DataFrame) -> None:
    method = frame["compute_method"]
    reported = method.map(lambda text: any(word in text for word in _SEEN_BY_DEVELOPER))
    counted = method.map(lambda text: any(word in text for word in _COUNTED))
    sure = frame["confidence"] == "Confident"
    inputs = frame["parameters"].notna() & (frame["tokens"].notna() | frame["datapoints"].notna())
    inputs |= frame["hardware_quantity"].notna() & frame["training_time_hours"].notna()
    speculative = frame["confidence"] == "Speculative"
    derived = ~speculative & (counted | (method.str.contains("Third-party") & sure) | ((method == "") & inputs))
    status = np.where(reported, "reported", np.where(derived, "derived", "imputed"))
    _fill_status(frame, "training_compute_flop", pd.Series(status, index=frame.index))

    active = frame["active_parameters"].fillna(frame["parameters"])
    whole = frame["epochs"].notna() | (frame["tokens"] >= constant("single_epoch_tokens"))
    known = (frame["parameters_status"] != "imputed") & (frame["tokens_status"] != "imputed")
    gap = frame["training_compute_flop"].isna() & (frame["base_model"] == "") & whole & known
    gap &= frame["domain"].str.startswith("Language")
    filled = _round(6 * active * frame["tokens"] * frame["epochs"].fillna(1)).where(gap)
    new = filled.notna()
    frame.loc[new, "training_compute_flop"] = filled[new]
    frame.loc[new, "compute_method"] = "6ND"
    frame.loc[new, "training_compute_flop_status"] = "derived"


def _chip_hours(frame: pd.DataFrame) -> None:
    _fill_status(frame, "chip_hours", "reported")
    product = _round(frame["hardware_quantity"] * frame["training_time_hours"])
    _fill(frame, "chip_hours", product, "derived")


def _power(frame: pd.DataFrame) -> None:
    stated = (frame["hardware"] != "") & frame["hardware_quantity"].notna() & (frame["confidence"] != "Speculative")
    _fill_status(frame, "power_draw_w", pd.Series(np.where(stated, "derived", "imputed"), index=frame.index))


def _energy(frame: pd.DataFrame) -> None:
    _fill_status(frame, "energy_kwh", "reported")
    # Chip-hours count what ran; accelerators × hours count what was there at the most.
    per_chip = frame["power_draw_w"] / frame["hardware_quantity"] * frame["chip_hours"] / 1000
    whole = frame["power_draw_w"] * frame["training_time_hours"] / 1000
    energy = _round(per_chip.fillna(whole))
    gap = frame["energy_kwh"].isna() & energy.notna()
    _fill(frame, "energy_kwh", energy, frame["power_draw_w_status"])
    frame.loc[gap, "energy_boundary"] = "facility"


def _cost(frame: pd.DataFrame) -> None:
    counted = frame["hardware_quantity"].notna() | frame["chip_hours"].notna()
    stated = (frame["hardware"] != "") & counted & (frame["confidence"] != "Speculative")
    _fill_status(frame, "cost_usd", pd.Series(np.where(stated, "derived", "imputed"), index=frame.index))
    known = frame["cost_usd"].notna()
    frame["cost_method"] = frame["cost_method"].where(~known | (frame["cost_method"] != ""), COST_METHOD)
    priced = known | frame["cost_cloud_usd"].notna()
    frame["cost_dollar_year"] = frame["cost_dollar_year"].where(
        frame["cost_dollar_year"].notna() | ~priced, float(COST_DOLLAR_YEAR)
    )


def _fill(frame: pd.DataFrame, column: str, values: pd.Series, status: pd.Series | str) -> None:
    gap = frame[column].isna() & values.notna()
    frame[f"{column}_status"] = frame[f"{column}_status"].where(~gap, status)
    frame[column] = frame[column].where(~gap, values)


def _round(values: pd.Series) -> pd.Series:
    return values.map(lambda value: float(f"{value:.{_DIGITS}g}")).astype(float)
