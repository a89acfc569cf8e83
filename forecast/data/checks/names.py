"""Tabs, line breaks, no-break and invisible characters, and spaces at the ends: such names never match."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.data.cleaning import plain_text

_COLUMNS = ("name", "alias", "organization", "base_model", "hardware")


def _find(subject: Subject) -> Iterator[Suspicion]:
    for column in _COLUMNS:
        if subject.has(column):
            cells = subject.text(column)
            plain = {cell: plain_text(cell) for cell in cells.unique()}
            bad = (cells.map(plain) != cells).to_numpy()
            remedies = [f"write {plain[cell]!r}" for cell in cells[bad]]
            yield Suspicion(column, bad, "has control characters or stray spaces", remedies, "error")


ENTRY = Check("tabs, line breaks, no-break and double spaces in names", (), _find)
