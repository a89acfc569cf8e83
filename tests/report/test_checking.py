from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

ROWS = [(f"20{10 + i // 4}-{1 + 3 * (i % 4):02}-01", 10 ** (i / 16 + 0.2 * math.sin(i))) for i in range(57)]


def _write(path: Path, rows: list[tuple[str, float]]) -> Path:
    path.write_text("date,cost\n" + "".join(f"{date},{value}\n" for date, value in rows))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path / "mine.csv", ROWS)
    return tmp_path


@pytest.fixture
def written(folder: Path, cli: Callable) -> Callable[[str], Path]:
    """Write a report on the small table in a format."""

    def write(suffix: str, *more: str) -> Path:
        path = folder / f"r.{suffix}"
        assert cli("report", "cost", "--data", "mine.csv", "-o", path, *more).code == 0
        return path

    return write


@pytest.mark.parametrize("suffix", ["md", "html", "json"])
def test_an_unchanged_report_holds(written: Callable, cli: Callable, suffix: str) -> None:
    outcome = cli("report", "--check", written(suffix))
    assert outcome.code == 0
    assert "still holds" in outcome.out
    assert "All are the same" in outcome.out


@pytest.mark.parametrize("suffix", ["md", "html", "json"])
def test_more_data_is_told_with_what_moved_and_by_how_much(
    written: Callable, cli: Callable, folder: Path, suffix: str
) -> None:
    path = written(suffix)
    _write(folder / "mine.csv", [*ROWS, ("2024-01-01", 10**4.2)])
    outcome = cli("report", "--check", path, "--json")
    assert outcome.code == 3
    result = json.loads(outcome.out)["result"]
    assert not result["holds"]
    assert not result["edited"]
    assert any(reason.startswith("table mine.csv") for reason in result["reasons"])
    member = [row for row in result["rows"] if "member" in row["label"] and "2025-01-01" in row["label"]]
    assert {row["quantity"] for row in member} == {"median", "lower", "upper"}
    for row in member:
        assert row["ratio"] == pytest.approx(row["now"] / row["stated"])
    assert all("absent" not in str(row) and row["now"] is not None for row in member)


def test_data_that_changes_nothing_holds_and_says_so(written: Callable, cli: Callable, folder: Path) -> None:
    path = written("md")
    (folder / "mine.csv").write_text((folder / "mine.csv").read_text() + "\n")
    outcome = cli("report", "--check", path)
    assert outcome.code == 0
    assert "same-numbers" in outcome.out


def test_another_version_is_told(written: Callable, cli: Callable) -> None:
    path = written("json")
    envelope = json.loads(path.read_text())
    envelope["provenance"]["versions"]["scaling-forecast"] = "0.0.1"
    path.write_text(json.dumps(envelope))
    outcome = cli("report", "--check", path)
    assert outcome.code == 0
    assert "version of scaling-forecast: 0.0.1 when written" in outcome.out


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_an_edited_text_is_noticed_though_its_numbers_hold(written: Callable, cli: Callable, suffix: str) -> None:
    path = written(suffix)
    path.write_text(path.read_text().replace("on 1 Jan 2027", "on 1 Jan 2021", 1))
    outcome = cli("report", "--check", path)
    assert outcome.code == 3
    assert "is not what was written" in outcome.out


def test_an_edited_number_is_noticed(written: Callable, cli: Callable) -> None:
    path = written("json")
    envelope = json.loads(path.read_text())
    envelope["result"]["targets"][0]["rows"][0]["median"] *= 2
    path.write_text(json.dumps(envelope))
    outcome = cli("report", "--check", path)
    assert outcome.code == 3
    assert "×0.5" in outcome.out
    assert "changed in the file" in outcome.out


def test_line_ends_do_not_count_as_an_edit(written: Callable, cli: Callable) -> None:
    path = written("md")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert cli("report", "--check", path).code == 0


def test_a_prediction_can_be_checked_too(folder: Path, cli: Callable) -> None:
    path = folder / "p.json"
    assert cli("predict", "cost", "--data", "mine.csv", "--by", "2026", "-o", path).code == 0
    assert cli("report", "--check", path).code == 0


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.md", "# Mine\n", "holds no record"), ("a.html", "<p>Mine</p>", "holds no record"),
        ("a.json", '{"a": 1}', "holds no record"), ("a.json", "[1]", "holds no record"),
        ("a.json", "{nonsense", "damaged"), ("a.json", "[" * 100_000, "damaged"),
        ("a.md", "<!-- forecast\n{}\n-->\n", "its schema is 'None'"),
        ("a.md", '<!-- forecast\n{"schema": "forecast/record/1"}\n-->\n', "parts of it are missing"),
        ("a.md", '<!-- forecast\n{"schema"', "has no end"), ("a.txt", "x", "only .md, .html and .json"),
        ("a.md", b"\xff\xfe", "not UTF-8"),
    ],
)  # fmt: skip
def test_foreign_and_damaged_files_are_refused(
    folder: Path, cli: Callable, name: str, content: str | bytes, part: str
) -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = cli("report", "--check", name)
    assert outcome.code == 2
    assert part in outcome.err


def test_a_missing_file_is_refused(folder: Path, cli: Callable) -> None:
    outcome = cli("report", "--check", "none.md")
    assert outcome.code == 2
    assert "No such file" in outcome.err


@pytest.mark.parametrize(
    "call",
    [
        "rm -rf /", "forecast report --check r.json", "forecast data list", "forecast 'unfinished", "", "forecast nonsense x", None,
        ["forecast", "report"], "python -c 'print(1)'",
    ],
)  # fmt: skip
def test_a_record_runs_only_the_command_it_answers(written: Callable, cli: Callable, call: object) -> None:
    path = written("json")
    envelope = json.loads(path.read_text())
    envelope["provenance"]["call"] = call
    path.write_text(json.dumps(envelope))
    outcome = cli("report", "--check", path)
    assert outcome.code == 2
    assert "can be run again" in outcome.err


def test_a_check_writes_nothing(written: Callable, cli: Callable, folder: Path) -> None:
    path = written("json")
    envelope = json.loads(path.read_text())
    envelope["provenance"]["call"] = envelope["provenance"]["call"].replace(str(path), "planted.json")
    path.write_text(json.dumps(envelope))
    assert cli("report", "--check", path).code == 0
    assert sorted(each.name for each in folder.iterdir()) == ["mine.csv", "r.json"]


def test_data_that_went_away_is_told(written: Callable, cli: Callable, folder: Path) -> None:
    path = written("md")
    (folder / "mine.csv").unlink()
    outcome = cli("report", "--check", path)
    assert outcome.code == 2
    assert "mine.csv" in outcome.err


def test_no_clock_unless_asked(written: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written("md").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert written("md").read_bytes() == first
    assert "1 Jan 1970" in written("md", "--dated", "now").read_text()
    assert "24 Nov 2026" in written("html", "--dated", "2026-11-24").read_text()


def test_a_clock_that_is_none_is_refused(folder: Path, cli: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    outcome = cli("report", "cost", "--data", "mine.csv", "--dated", "now", "-o", "r.md")
    assert outcome.code == 2
    assert "SOURCE_DATE_EPOCH" in outcome.err
