"""The answer of `forecast report --check`: whether a report still holds, what changed, and by how much."""

from __future__ import annotations

from dataclasses import asdict

from forecast.notes import Note
from forecast.report.checking import Change, Check
from forecast.report.document import Answer, Block, Bullets, Document, Section, Table, Text

_SHOWN = 20


def check_answer(name: str, check: Check, call: str) -> Answer:
    """Return the answer.

    Parameters
    ----------
    name : str
        The file checked.
    check : Check
        What was found.
    call : str
        The command that was run again.
    """
    rows = [asdict(change) | {"ratio": change.ratio} for change in check.changes]
    return Answer(
        schema="forecast/check/1",
        result={
            "file": name, "holds": check.holds, "edited": check.edited, "compared": check.compared,
            "reasons": list(check.reasons), "rows": rows,
        },
        document=Document(
            f"{name} {'still holds' if check.holds else 'no longer holds'}", [Section("", _blocks(check, call))]
        ),
        notes=_notes(check),
        explains=("forecast.report.checking", "forecast.report.record"),
        next_command=call,
    )  # fmt: skip


def _blocks(check: Check, call: str) -> list[Block]:
    count = len(check.changes)
    blocks: list[Block] = [
        Text(
            f"{check.compared} numbers were computed again with: {call}. "
            + ("All are the same." if not count else f"{count} {'is' if count == 1 else 'are'} different.")
        )
    ]
    if check.edited:
        blocks.append(Text("Its text is not what was written: it was edited, or damaged on its way.", strong=True))
    if check.changes:
        blocks.append(_table(check))
    if check.reasons:
        blocks += [Text("What is different from when it was written:"), Bullets(check.reasons)]
    elif check.changes:
        blocks.append(Text("Data, versions and settings are the same, so the numbers were changed in the file."))
    return blocks


def _table(check: Check) -> Table:
    """Return the changes, one row per place, each cell saying what was stated, what is now, and their ratio."""
    found = dict.fromkeys(change.quantity for change in check.changes)
    names: list[str] = [name for name in ("median", "lower", "upper") if name in found]
    names += [name for name in found if name not in names]
    places: dict[str, dict[str, str]] = {}
    for change in check.changes:
        places.setdefault(change.label, {})[change.quantity] = _cell(change)
    cut = f"; {_SHOWN} of {len(places)}, --json has all" if len(places) > _SHOWN else ""
    caption = f"Stated → now, and now against stated; the largest change first{cut}. A dash: no change."
    rows = [[place, *(cells.get(name, "–") for name in names)] for place, cells in list(places.items())[:_SHOWN]]
    return Table(["what", *names], rows, caption)


def _cell(change: Change) -> str:
    ratio = "" if change.ratio is None else f", ×{change.ratio:.3g}"
    return f"{_number(change.stated)} → {_number(change.now)}{ratio}"


def _number(value: float | None) -> str:
    return "absent" if value is None else f"{value:.3g}".replace("e+", "e")


def _notes(check: Check) -> list[Note]:
    if not check.holds or not check.reasons:
        return []
    return [Note("same-numbers", "info", "something changed since it was written, but no number did")]
