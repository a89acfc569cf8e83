"""The JSON envelope ``{schema, result, notes, provenance}``; NaN and infinity become null."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from forecast.report.document import Answer
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Render as JSON."""
    envelope = {
        "schema": answer.schema,
        "result": plain(answer.result),
        "notes": [note.to_dict() for note in answer.notes],
        "provenance": plain(answer.provenance),
    }
    return Rendered(json.dumps(envelope, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def plain(value: Any) -> Any:
    """Return numpy values, dates and mappings as what JSON knows."""
    if type(value) is float:  # by far the most frequent in a long table
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


ENTRY = render
