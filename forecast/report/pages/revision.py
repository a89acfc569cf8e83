"""`forecast data diff`: rows and figures that changed, and what that does to growth."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from forecast.questions.revision import Growth, Revision
from forecast.report.document import Answer, Block, Document, Section, Table, Text

#: Changed cells shown to readers; JSON and CSV hold all.
SHOWN = 40
_NAMES = 12


def revision_answer(revision: Revision, old: str, new: str) -> Answer:
    """Return what a refresh changed.

    Parameters
    ----------
    revision : Revision
        The result.
    old, new : str
        What the two tables are called.
    """
    found = revision.difference
    blocks: list[Block] = [
        Text(
            f"{len(found.added):,} rows added, {len(found.removed):,} removed, {len(found.changes):,} cells changed "
            f"({found.rows[0]:,} rows before, {found.rows[1]:,} after).",
            strong=True,
        ),
        Table(
            ["growth a year", "before (90 % CI)", "after (90 % CI)", "models"],
            [
                [metric, _say(before), _say(after), _counts(before, after)]
                for metric, (before, after) in revision.growth.items()
            ],
            "Growth of the frontier: least squares on the running top 10, ranked on every row, fitted from 2018",
        ),
    ]
    blocks += [
        Text(f"{label}: {_list(names)}")
        for label, names in (("Added", found.added), ("Removed", found.removed))
        if names
    ]
    if found.changes:
        cells = [
            [
                change.name,
                change.column,
                change.old,
                change.new,
                "" if change.factor is None else f"×{change.factor:.3g}",
            ]
            for change in found.changes[:SHOWN]
        ]
        more = (
            f"; {len(found.changes) - SHOWN:,} more with --json or -o changes.csv" if len(found.changes) > SHOWN else ""
        )
        blocks.append(
            Table(["model", "column", "before", "after", "factor"], cells, f"Changed cells{more}", ("factor",))
        )
    return Answer(
        schema="forecast/data-diff/1",
        result={
            "old": old, "new": new, "old_rows": found.rows[0], "new_rows": found.rows[1], "added": list(found.added),
            "removed": list(found.removed), "columns": found.columns(),
            "growth": {metric: {"old": _plain(before), "new": _plain(after)} for metric, (before, after) in revision.growth.items()},
            "rows": [asdict(change) for change in found.changes],
        },
        document=Document(f"From {old} to {new}", [Section("", blocks)]),
        explains=("forecast.questions.revision", "forecast.data.diff"),
        topics=("data:models",),
    )  # fmt: skip


def _say(growth: Growth | None) -> str:
    if growth is None:
        return "cannot be fitted"
    return f"×{growth.factor_per_year:.3f} ({growth.lower:.2f} to {growth.upper:.2f})"


def _counts(before: Growth | None, after: Growth | None) -> str:
    return " → ".join("–" if growth is None else str(growth.n) for growth in (before, after))


def _plain(growth: Growth | None) -> dict[str, Any] | None:
    return None if growth is None else asdict(growth)


def _list(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
