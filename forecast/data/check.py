"""`data check`: run every check over a table and say what to correct, row by row.

A finding about a row of the bundled models that was looked into and stands is explained by a decision to ``keep`` in
``curation.csv``, and is counted instead of shown, as long as the value is still the one that was looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.data.cells import as_text
from forecast.data.checks import CHECKS
from forecast.data.checks._check import Severity, Subject, Suspicion
from forecast.data.curation import ANYTHING, Decision, explained, load_decisions, same
from forecast.data.epoch import HEADINGS, columns_found, heading, in_tokens, is_epoch, read_epoch
from forecast.data.schema import Field, Resource, dataset_names, resource
from forecast.data.table import Table
from forecast.errors import UsageError

#: Findings kept of one rule; the rest are counted.
KEPT = 200


@dataclass(frozen=True)
class Finding:
    """One cell to look at; ``row`` is None where a whole column is meant."""

    check: str
    severity: Severity
    row: int | None
    name: str
    column: str
    value: str
    rule: str
    remedy: str


@dataclass(frozen=True)
class Inspection:
    """What the checks found in a table.

    Parameters
    ----------
    table, schema : str
        The file, and the schema it was held against.
    rows : int
        How many it has.
    findings : tuple of Finding
        Errors first, then by row; of each rule at most :data:`KEPT`.
    errors, warnings : int
        How many there are in all.
    explained : int
        Findings that curation looked into and that stand.
    ran : tuple of str
        The checks that had something to look at.
    digest : str
        SHA-256 of the file.
    """

    table: str
    schema: str
    rows: int
    findings: tuple[Finding, ...]
    errors: int
    warnings: int
    explained: int
    ran: tuple[str, ...]
    digest: str


def inspect_table(table: Table, *, schema: str | None = None, today: dt.date | None = None) -> Inspection:
    """Run every check over a table.

    Parameters
    ----------
    table : Table
        As read.
    schema : str, optional
        One of :func:`forecast.data.schema.dataset_names`, or ``epoch``; by default inferred from the columns.
    today : datetime.date, optional
        Later dates lie in the future.

    Raises
    ------
    UsageError
        When the schema is unknown, or none fits the columns.
    """
    name = schema or infer_schema(table)
    subject = _subject(table, name, today or dt.datetime.now(tz=dt.UTC).date())
    known = explained(load_decisions()) if name in ("models", "epoch") else {}
    findings: list[Finding] = []
    counts = {"error": 0, "warning": 0}
    ran, answered = [], 0
    for check_name in CHECKS.names():
        check = CHECKS[check_name]
        if not subject.has(*check.needs):
            continue
        ran.append(check_name)
        for suspicion in check.find(subject):
            found, count, stand = _findings(check_name, suspicion, subject, table, known)
            findings += found
            counts[suspicion.severity] += count
            answered += stand
    order = {"error": 0, "warning": 1}
    findings.sort(key=lambda item: (order[item.severity], item.row or 0, item.check))
    return Inspection(
        table.name, name, len(table.frame), tuple(findings), counts["error"], counts["warning"], answered, tuple(ran),
        table.digest,
    )  # fmt: skip


def infer_schema(table: Table) -> str:
    """Return which schema the columns are those of.

    Raises
    ------
    UsageError
        When none has half of its required columns in the table.
    """
    if is_epoch(table):
        return "epoch"
    columns = {str(name) for name in table.frame.columns}
    shares = {name: _overlap(resource(name), columns) for name in dataset_names()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < 0.5:
        message = f"{table.name}: its columns are those of no known table"
        raise UsageError(message, hint=f"name one with --schema: epoch, {', '.join(dataset_names())}")
    return best


def _overlap(about: Resource, columns: set[str]) -> float:
    required = [item.name for item in about.fields if item.required]
    shared = len(columns & set(about.columns)) / max(len(columns), 1)
    return shared * sum(name in columns for name in required) / max(len(required), 1)


def _subject(table: Table, schema: str, today: dt.date) -> Subject:
    if schema != "epoch":
        frame = pd.DataFrame({str(name): as_text(table.frame[name]) for name in table.frame.columns})
        return Subject(frame, resource(schema), today)
    found = columns_found(table.frame)
    frame = read_epoch(table).reset_index(drop=True)[list(found)]
    if {"dataset_size", "domain"} <= set(found):
        frame = frame.assign(tokens=frame["dataset_size"].where(in_tokens(frame["domain"]), ""))
    return Subject(frame, _epoch_resource(), today, lists=",")


def _epoch_resource() -> Resource:
    """Return what the schema of models says of Epoch AI's columns; its texts and lists are its own."""
    about = resource("models")
    ours = [item for item in about.fields if item.name in HEADINGS or item.name == "tokens"]
    texts = [
        replace(item, type="string", constraints={}) if item.enum or item.type == "boolean" else item for item in ours
    ]
    size = replace(about["datapoints"], name="dataset_size")
    return replace(about, name="epoch", fields=(*texts, size, Field("snapshot", "string")))


def _findings(
    check: str, suspicion: Suspicion, subject: Subject, table: Table, known: Mapping[tuple[str, str], Decision]
) -> tuple[list[Finding], int, int]:
    """Return the first findings of a suspicion, how many there are, and how many more are explained."""
    shown = heading(table, suspicion.column) if subject.lists == "," else suspicion.column
    positions = suspicion.positions
    if not len(positions):
        one = Finding(check, suspicion.severity, None, "", shown, "", str(suspicion.rule), str(suspicion.remedy))
        return ([one], 1, 0) if suspicion.whole_column else ([], 0, 0)
    names, cells = subject.text(_label(subject)), subject.text(suspicion.column)
    suspects = {name for kind, name in known if kind == check}
    answered = np.zeros(len(positions), dtype=bool)
    for place in np.flatnonzero(names.iloc[positions].isin(suspects).to_numpy()):
        row = positions[place]
        expected = known[check, names.iloc[row]].old_value
        answered[place] = expected == ANYTHING or same(cells.iloc[row], expected)
    kept = np.flatnonzero(~answered)
    found = [
        Finding(
            check, suspicion.severity, int(positions[place]) + table.first_row, names.iloc[positions[place]], shown,
            cells.iloc[positions[place]], _pick(suspicion.rule, place), _pick(suspicion.remedy, place),
        )
        for place in kept[:KEPT]
    ]  # fmt: skip
    return found, len(kept), int(answered.sum())


def _label(subject: Subject) -> str:
    """Return the column that says which row is meant: the name, or what stands first."""
    return "name" if subject.has("name") else str(subject.frame.columns[0])


def _pick(text: str | Sequence[str], place: int) -> str:
    return text if isinstance(text, str) else text[place]
