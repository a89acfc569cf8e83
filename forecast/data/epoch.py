"""Epoch AI's table as anyone can download it, brought to the column names of the data package; every cell still text.

Which columns a download has changes with time, so each of ours knows the headings under which Epoch AI has published
it. Headings are compared without regard to case and spacing.

References
----------
Epoch AI, Data on AI Models, https://epoch.ai/data/ai-models
"""

from __future__ import annotations

import pandas as pd

from forecast.data.cells import as_text
from forecast.data.table import Table
from forecast.errors import DataError

#: Where the download is.
HOME = "https://epoch.ai/data/ai-models"

#: Our column -> headings it has had, best first.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("Model", "System", "name"),
    "organization": ("Organization",),
    "country": ("Country (of organization)", "Country (from Organization)", "country"),
    "sector": ("Organization categorization", "Organization categorization (from Organization)", "sector"),
    "domain": ("Domain",),
    "task": ("Task",),
    "published": ("Publication date", "published"),
    "notability": ("Notability criteria", "notability"),
    "frontier": ("Frontier model", "frontier"),
    "parameters": ("Parameters",),
    "active_parameters": ("Active parameters", "active_parameters"),
    "dataset_size": (
        "Training dataset size (total)", "Training dataset size (datapoints)", "Training dataset size (gradients)",
        "Training dataset size", "dataset_size_datapoints",
    ),
    "epochs": ("Epochs",),
    "training_compute_flop": ("Training compute (FLOP)", "training_compute_flop"),
    "compute_lower_flop": ("Training compute lower bound", "compute_lower_flop"),
    "compute_upper_flop": ("Training compute upper bound", "compute_upper_flop"),
    "compute_method": ("Training compute estimation method", "compute_method"),
    "confidence": ("Confidence",),
    "hardware": ("Training hardware", "hardware"),
    "hardware_quantity": ("Hardware quantity", "hardware_quantity"),
    "training_time_hours": ("Training time (hours)", "training_time_hours"),
    "chip_hours": ("Training chip-hours", "chip_hours"),
    "utilization": ("Hardware utilization (MFU)", "Hardware utilization", "mfu"),
    "power_draw_w": ("Training power draw (W)", "power_draw_w"),
    "numerical_format": ("Numerical format", "numerical_format"),
    "batch_size": ("Batch size", "batch_size"),
    "cost_usd": ("Training compute cost (2023 USD)", "cost_usd_2023"),
    "cost_cloud_usd": ("Training compute cost (cloud)", "cost_cloud_usd_2023"),
    "base_model": ("Base model", "base_model"),
    "finetune_compute_flop": ("Finetune compute (FLOP)", "finetune_compute_flop"),
    "accessibility": ("Model accessibility", "accessibility"),
    "open_weights": ("Open model weights?", "Open weights?", "open_weights"),
    "link": ("Link",),
    "snapshot": ("snapshot",),
}  # fmt: skip

#: Without these the table is not Epoch AI's: nothing could be named, dated or ranked.
REQUIRED = ("name", "published", "organization", "parameters", "training_compute_flop", "notability")


def read_epoch(table: Table) -> pd.DataFrame:
    """Return the table under our column names, as text (``""`` where empty); columns it lacks are empty.

    Parameters
    ----------
    table : Table
        The download, as read.

    Raises
    ------
    DataError
        When a column is missing without which it cannot be Epoch AI's table.
    """
    found = columns_found(table.frame)
    if "use" in table.frame.columns and "exclusion_reason" in table.frame.columns:
        message = f"{table.name}: is in this project's own columns already"
        raise DataError(message, hint=f"import takes Epoch AI's download ({HOME}); to compare tables: data diff")
    missing = [HEADINGS[name][0] for name in REQUIRED if name not in found]
    if missing:
        message = f"{table.name}: is not Epoch AI's table of models: no column {', '.join(map(repr, missing))}"
        raise DataError(
            message, hint=f"download the CSV of all or of notable models from {HOME}; to check your own: data check"
        )
    empty = pd.Series("", index=table.frame.index, dtype=object)
    columns = {name: as_text(table.frame[found[name]]) if name in found else empty for name in HEADINGS}
    return pd.DataFrame(columns)


def is_epoch(table: Table) -> bool:
    """Return whether the table has the columns of Epoch AI's."""
    found = columns_found(table.frame)
    return all(name in found for name in REQUIRED) and "use" not in table.frame.columns


def in_tokens(domain: pd.Series) -> pd.Series:
    """Return whether the size of the training set is in tokens: for models of language, among others or alone.

    Examples
    --------
    >>> in_tokens(pd.Series(["Multimodal; Language", "Vision; Language", ""])).tolist()
    [True, False, False]
    """
    parts = domain.str.split(r"[,;]\s*", regex=True)
    return parts.map(lambda names: "Language" in names and names[0] in ("Language", "Multimodal")).astype(bool)


def heading(table: Table, column: str) -> str:
    """Return under which heading the table has one of our columns, or our own name."""
    return columns_found(table.frame).get(column, column)


def columns_found(frame: pd.DataFrame) -> dict[str, str]:
    """Return our columns that a frame has, with its own headings."""
    known = {" ".join(str(name).split()).casefold(): str(name) for name in frame.columns}
    found = {}
    for ours, headings in HEADINGS.items():
        for candidate in headings:
            if candidate.casefold() in known:
                found[ours] = known[candidate.casefold()]
                break
    return found
