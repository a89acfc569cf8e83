"""`forecast data check`: what to correct in a table, errors first."""

from __future__ import annotations

from dataclasses import asdict

from forecast.data.check import Finding, Inspection
from forecast.data.checks import CHECKS
from forecast.report.document import Answer, Block, Document, Section, Table, Text

#: Lines of the table for readers; JSON and CSV hold more.
SHOWN = 40
_WIDTH = 40


def inspection_answer(inspection: Inspection) -> Answer:
    """Return the findings."""
    blocks: list[Block] = [Text(_verdict(inspection), strong=True)]
    if inspection.findings:
        cells = [
            [item.severity, "" if item.row is None else str(item.row), _say(item), item.remedy]
            for item in inspection.findings[:SHOWN]
        ]
        blocks.append(Table(["", "row", "what is wrong", "remedy"], cells, numeric=("row",)))
        total = inspection.errors + inspection.warnings
        if total > SHOWN:
            blocks.append(Text(f"{total - SHOWN:,} more; --json or -o findings.csv holds the first of each rule."))
    summaries = "; ".join(f"{name} ({CHECKS[name].summary})" for name in inspection.ran)
    blocks.append(Text(f"Checks that had something to look at: {summaries}."))
    return Answer(
        schema="forecast/data-check/1",
        result={
            "table": inspection.table, "schema": inspection.schema, "row_count": inspection.rows,
            "errors": inspection.errors, "warnings": inspection.warnings, "explained": inspection.explained,
            "checks": list(inspection.ran), "rows": [asdict(finding) for finding in inspection.findings],
        },
        document=Document(f"Check of {inspection.table}", [Section("", blocks)]),
        provenance={"data": {inspection.table: inspection.digest}},
        explains=("forecast.data.check", *(f"forecast.data.checks.{name}" for name in inspection.ran)),
        topics=("data:models",),
    )  # fmt: skip


def _say(item: Finding) -> str:
    if item.row is None:
        return f"column {item.column}: {item.rule}"
    value = item.value if len(item.value) <= _WIDTH else item.value[: _WIDTH - 1] + "…"
    return f"{item.name}: {item.column} {value!r} {item.rule}".lstrip(": ")


def _verdict(inspection: Inspection) -> str:
    errors, warnings = inspection.errors, inspection.warnings
    count = f"{inspection.rows:,} rows against the schema {inspection.schema}"
    known = (
        f"; {inspection.explained} findings were looked into and stand (curation.csv says why)"
        if inspection.explained
        else ""
    )
    if not errors and not warnings:
        return f"Nothing to correct in {count}{known}."
    found = [f"{errors:,} error{'s' if errors != 1 else ''}"] if errors else []
    found += [f"{warnings:,} warning{'s' if warnings != 1 else ''}"] if warnings else []
    return f"{' and '.join(found)} in {count}{known}."
