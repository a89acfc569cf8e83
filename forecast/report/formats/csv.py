"""The answer's long table as CSV; text that a spreadsheet would run as a formula gets a leading apostrophe."""

from __future__ import annotations

import csv
import io
from typing import Any

from forecast.report.document import Answer
from forecast.report.formats.json import plain
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Render as CSV."""
    rows = answer.long_table()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(plain(row.get(column))) for column in columns] for row in rows)
    return Rendered(buffer.getvalue())


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else value


ENTRY = render
