from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.commands.emit import check_writable, write_files
from forecast.errors import UsageError

ROWS = "date,cost\n" + "\n".join(f"20{10 + i}-01-01,{10 ** (i / 4)}" for i in range(12)) + "\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(ROWS)
    return path


@pytest.fixture
def arguments(data: Path) -> list[str]:
    return ["predict", "cost", "--data", str(data), "--by", "2023"]


def test_every_format_carries_the_same_numbers(cli: Callable, arguments: list[str]) -> None:
    envelope = json.loads(cli(*arguments, "--json").out)
    assert list(envelope) == ["schema", "result", "notes", "provenance"]
    rows = list(csv.DictReader(io.StringIO(cli(*arguments, "-f", "csv").out)))
    assert [float(row["upper"]) for row in rows] == [row["upper"] for row in envelope["result"]["rows"]]
    for name in ("table", "md", "html"):
        assert "90 % interval" in cli(*arguments, "-f", name).out.replace("\u00a0", " ")


def test_notes_go_to_stderr_beside_machine_formats_unless_quiet(cli: Callable, arguments: list[str]) -> None:
    assert "few-points" in cli(*arguments, "--json").err
    assert cli(*arguments, "--json", "-q").err == ""


@pytest.mark.parametrize("suffix", ["md", "html", "json", "csv", "txt"])
def test_the_suffix_decides_the_format(cli: Callable, arguments: list[str], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    outcome = cli(*arguments, "-o", path)
    assert outcome.code == 0
    assert outcome.out == ""
    assert "wrote" in outcome.err
    assert path.read_text()


def test_the_same_call_writes_the_same_bytes(cli: Callable, arguments: list[str], tmp_path: Path) -> None:
    written = []
    for _ in range(2):
        cli(*arguments, "-o", tmp_path / "a.json")
        written.append((tmp_path / "a.json").read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("extra", "part"),
    [
        (["-o", "nowhere/x.json"], "does not exist"), (["-o", "x.xyz"], "names no format"), (["-o", ".", "-f", "md"], "is a folder"),
        (["-f", "yaml"], "unknown format 'yaml'"), (["--json", "-f", "csv"], "contradicts"),
    ],
)  # fmt: skip
def test_an_impossible_output_is_refused_before_any_work(
    cli: Callable, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: list[str], part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    outcome = cli(*arguments, *extra)
    assert outcome.code == 2
    assert part in outcome.err
    assert sorted(tmp_path.rglob("*")) == before


def test_strict_turns_a_warning_into_exit_5_and_writes_nothing(
    cli: Callable, arguments: list[str], tmp_path: Path
) -> None:
    outcome = cli(*arguments, "--strict", "-o", tmp_path / "x.json")
    assert outcome.code == 5
    assert "few-points" in outcome.err
    assert not (tmp_path / "x.json").exists()


def test_a_failure_leaves_the_old_file_as_it_was(cli: Callable, tmp_path: Path, data: Path) -> None:
    out = tmp_path / "x.json"
    out.write_text("old")
    data.write_text(ROWS.replace("2012-01-01,", "2012-01-01,text"))
    assert cli("predict", "cost", "--data", data, "-o", out).code == 3
    assert out.read_text() == "old"


def test_all_files_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("old")
    with pytest.raises(UsageError, match="cannot be written"):
        write_files({tmp_path / "a.md": "new", tmp_path / "missing" / "b.svg": "new"})
    assert (tmp_path / "a.md").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_files_get_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_files({tmp_path / "a.md": "new"})
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o644


def test_an_unwritable_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(UsageError, match="Permission denied"):
        check_writable(tmp_path / "x.md")


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path, root: Path) -> None:
    # The process is stopped while its temporary file is half written.
    code = (
        "import sys, time, signal; from pathlib import Path; from forecast.commands.emit import write_files\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "class Slow(str):\n"
        "    def encode(self):\n"
        "        Path('started').touch(); time.sleep(30); return b''\n"
        "write_files({Path('x.md').resolve(): Slow('x')})\n"
    )
    (tmp_path / "x.md").write_text("old")
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)})
    while not (tmp_path / "started").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    assert sorted(path.name for path in tmp_path.iterdir()) == ["started", "x.md"]
    assert (tmp_path / "x.md").read_text() == "old"
