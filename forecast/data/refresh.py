"""`data import epoch`: from Epoch AI's download to ``models.csv``, by rules, decisions and derivations that are all written down.

The bundled table is what this makes of the snapshot that its ``source`` column names; anyone can make it anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.data.cleaning import NUMBERS, Cleaned, clean, format_number, is_number, number
from forecast.data.curation import Decision, Lapsed, curate, load_decisions
from forecast.data.dataset import load_dataset, typed
from forecast.data.derive import derive
from forecast.data.epoch import heading, in_tokens, read_epoch
from forecast.data.schema import Resource, resource
from forecast.data.table import Table
from forecast.data.uses import assign_use
from forecast.errors import DataError
from forecast.notes import Note


@dataclass(frozen=True)
class Imported:
    """What an import made.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text, in the columns of ``models``.
    cleaned : sequence of Cleaned
        What each generic rule changed.
    lapsed : sequence of Lapsed
        Decisions that did not apply.
    notes : sequence of Note
        What to doubt.
    rows_read : int
        Rows of the download.
    """

    frame: pd.DataFrame
    cleaned: Sequence[Cleaned]
    lapsed: Sequence[Lapsed]
    notes: Sequence[Note]
    rows_read: int

    @property
    def csv(self) -> str:
        """The table as the text of ``models.csv``."""
        return to_csv(self.frame)

    @property
    def cleaning_csv(self) -> str:
        """What the rules changed, as the text of ``cleaning.csv``."""
        return to_csv(pd.DataFrame([vars(item) for item in self.cleaned]))


def import_epoch(
    table: Table,
    *,
    decisions: Sequence[Decision] | None = None,
    footprints: pd.DataFrame | None = None,
    today: dt.date | None = None,
) -> Imported:
    """Turn Epoch AI's table into ours.

    Parameters
    ----------
    table : Table
        The download, as read.
    decisions : sequence of Decision, optional
        By default those of ``curation.csv``.
    footprints : pandas.DataFrame, optional
        By default ``model_footprints.csv``.
    today : datetime.date, optional
        Rows dated later are left out; by default today.

    Raises
    ------
    DataError
        When the table is not Epoch AI's, or holds no usable row.
    """
    raw = read_epoch(table)
    notes = [*_unreadable(table, raw)]
    clean_text, cleaned = clean(raw)
    clean_text, late = _known(clean_text, today or dt.datetime.now(tz=dt.UTC).date())
    notes += late
    if clean_text.empty:
        message = f"{table.name}: no row has both a model's name and a publication date since 2010"
        raise DataError(message, hint="is it the right file?")
    about = resource("models")
    text, lapsed = curate(_arrange(clean_text, about), load_decisions() if decisions is None else decisions)
    text = _join_footprints(text, load_dataset("model_footprints").frame if footprints is None else footprints)
    result = assign_use(_written(derive(typed(_fillable(text), about)), about))
    if lapsed:
        first = lapsed[0]
        message = (
            f"{len(lapsed)} of our decisions did not apply to this download, the first to "
            f"{first.decision.name!r}: {first.why}; a newer download may have been corrected there"
        )
        notes.append(Note("decision-lapsed", "info", message))
    result = result.sort_values(["published", "name"], kind="stable").reset_index(drop=True)
    return Imported(result[about.columns], tuple(cleaned), tuple(lapsed), tuple(notes), len(raw))


def to_csv(frame: pd.DataFrame) -> str:
    """Return a frame of text as CSV with Unix line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False, name=None))
    return buffer.getvalue()


def _unreadable(table: Table, raw: pd.DataFrame) -> list[Note]:
    found = []
    for column in NUMBERS:
        bad = {value for value in raw[column].unique() if value and not is_number(value) and not number(value.strip())}
        for row in raw.index[raw[column].isin(bad)][:3] if bad else ():
            place = f"row {row + table.first_row}, column {heading(table, column)!r}"
            found.append(f"{place}: {raw[column][row]!r}")
    if not found:
        return []
    message = f"{table.name}: text where a number belongs was taken as unknown ({'; '.join(found[:3])})"
    return [Note("unreadable-number", "warning", message, "Correct the cells, or let them be unknown.")]


def _known(frame: pd.DataFrame, today: dt.date) -> tuple[pd.DataFrame, list[Note]]:
    late = frame["published"] > today.isoformat()
    if not late.any():
        return frame, []
    row = frame[late].iloc[0]
    message = (
        f"{int(late.sum())} rows dated after {today} were left out, the first {row['name']!r} ({row['published']})"
    )
    return frame[~late], [Note("future-date", "warning", message, "Correct the dates.")]


def _arrange(frame: pd.DataFrame, about: Resource) -> pd.DataFrame:
    """Return the columns of ``models``: tokens or datapoints, notable or not, and where the row was read."""
    result = frame.reindex(columns=about.columns, fill_value="")
    words = in_tokens(frame["domain"])
    result["tokens"] = frame["dataset_size"].where(words, "")
    result["datapoints"] = frame["dataset_size"].where(~words, "")
    result["notable"] = (frame["notability"] != "").map({True: "true", False: "false"})
    result["source"] = "Epoch AI, Data on AI Models" + frame["snapshot"].map(lambda name: f", {name}" if name else "")
    return result


def _join_footprints(text: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    result = text.set_index("name", drop=False)
    for row in footprints.to_dict("records"):
        name = str(row["name"])
        if name not in result.index:
            continue
        for column in ("chip_hours", "energy_kwh", "carbon_kg", "water_l"):
            if not np.isnan(row[column]):
                result.loc[name, column] = format_number(row[column])
                result.loc[name, f"{column}_status"] = row.get(f"{column}_status", "reported")
        result.loc[name, "energy_boundary"] = row["energy_boundary"]
        result.loc[name, "carbon_basis"] = row["carbon_basis"]
        result.loc[name, "footprint_source"] = row["source"]
    return result.reset_index(drop=True)


def _fillable(text: pd.DataFrame) -> pd.DataFrame:
    return text.assign(use="fitted")  # until it is assigned; the column may not be empty


def _written(frame: pd.DataFrame, about: Resource) -> pd.DataFrame:
    columns = {}
    for item in about.fields:
        cells = frame[item.name]
        if item.type in ("number", "integer"):
            columns[item.name] = [("" if np.isnan(value) else format_number(value)) for value in cells.astype(float)]
        elif item.type == "date":
            columns[item.name] = list(cells.dt.strftime("%Y-%m-%d"))
        elif item.type == "boolean":
            columns[item.name] = [{True: "true", False: "false"}.get(value, "") for value in cells]
        else:
            columns[item.name] = list(cells)
    return pd.DataFrame(columns, dtype=object)
