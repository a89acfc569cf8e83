from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.errors import MissingExtraError, UsageError
from forecast.report.formats import csv as csv_format
from forecast.report.formats import json as json_format
from forecast.report.formats import pdf, png, svg, terminal


def test_hostile_text_survives_json(make_answer: Callable, hostile: str) -> None:
    envelope = json.loads(json_format.render(make_answer(hostile)).text)
    assert envelope["result"]["rows"][0]["target"] == hostile


def test_a_spreadsheet_runs_no_cell(make_answer: Callable, hostile: str) -> None:
    (row,) = csv.DictReader(io.StringIO(csv_format.render(make_answer(hostile)).text))
    assert row["target"].removeprefix("'") == hostile
    assert row["target"][0] not in "=+-@"


def test_no_text_moves_the_cursor(make_answer: Callable, hostile: str) -> None:
    text = terminal.render(make_answer(hostile)).text
    assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), 127, 0x202E, 0x2066)}


def test_an_image_is_the_only_figure(make_answer: Callable) -> None:
    assert svg.render(make_answer()).text.startswith("<svg")
    with pytest.raises(UsageError, match="forecast plot"):
        png.render(make_answer())


def test_without_weasyprint_the_extra_is_named(make_answer: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingExtraError, match="'pdf'"):
        pdf.render(make_answer())


def test_the_bundled_scripts_are_those_of_the_registry(root: Path) -> None:
    folder = root / "reports" / "templates" / "vendor"
    stated = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(stated) == {path.name for path in folder.iterdir()} - {"README.md", "SHA256SUMS"}
    for name, digest in stated.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    versions = (root / "Makefile").read_text().split("VENDORED := ", 1)[1].splitlines()[0].split()
    for each in versions:
        name, version = each.split("@")
        assert f"{version} |" in next(
            line for line in (folder / "README.md").read_text().splitlines() if f"`{name}.min.js`" in line
        )
