from __future__ import annotations

import datetime as dt
import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.data.table import Table, read_table
from forecast.errors import DataError, MissingExtraError, UsageError

FRAME = pd.DataFrame({"date": ["2020-01-01", "2021-06"], "cost": ["1e6", ""]})


def write(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "date,cost\n2020-01-01,1e6\n2021-06,\n"),
        ("t.csv", "\ufeffdate,cost\r\n2020-01-01,1e6\r\n2021-06,\r\n"),
        ("t.csv", "date;cost\n2020-01-01;1e6\n2021-06;\n"),
        ("t.tsv", "date\tcost\n2020-01-01\t1e6\n2021-06\t\n"),
        ("t.csv", 'date,cost\n"2020-01-01","1e6"\n2021-06\n'),
        ("t.jsonl", '{"date": "2020-01-01", "cost": 1e6}\n{"date": "2021-06"}\n'),
        ("t.json", '[{"date": "2020-01-01", "cost": 1e6}, {"date": "2021-06", "cost": null}]'),
    ],
)
def test_every_text_format_gives_the_same_columns(tmp_path: Path, name: str, content: str) -> None:
    table = read_table(write(tmp_path, content, name))
    assert table.numbers("cost")[0] == 1e6
    assert np.isnan(table.numbers("cost")[1])
    assert table.dates("date").tolist() == [dt.date(2020, 1, 1), dt.date(2021, 6, 1)]


def test_gzip_parquet_and_excel(tmp_path: Path) -> None:
    typed = pd.DataFrame({"date": ["2020-01-01"], "cost": [2.5]})
    write(tmp_path, gzip.compress(b"date,cost\n2020-01-01,2.5\n"), "t.csv.gz")
    typed.to_parquet(tmp_path / "t.parquet")
    typed.to_excel(tmp_path / "t.xlsx", index=False)
    for name in ("t.csv.gz", "t.parquet", "t.xlsx"):
        assert read_table(tmp_path / name).numbers("cost").tolist() == [2.5]


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b" \n\n", "is empty"),
        ("t.csv", b"a,b\n", "a header but no rows"),
        ("t.csv", b"a,a\n1,2\n", "column 'a' stands more than once"),
        ("t.csv", b"a,\n1,2\n", "has no name"),
        ("t.csv", b"a,b\n1,2,3\n", "row 2 has 3 cells where the header has 2"),
        ("t.csv", b"a,b\n1,\xe9\n", "row 2 is not UTF-8"),
        ("t.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("t.csv", b"\x89PNG\r\n\x00\x00", "binary"),
        ("t.csv", b"<!doctype html><p>", "looks like HTML"),
        ("t.csv", b'{"a": 1}', "looks like JSON"),
        ("t.csv.gz", b"\x1f\x8b broken", "damaged gzip"),
        ("t.jsonl", b'{"a": 1}\n{"a":\n', "row 2 is not JSON"),
        ("t.jsonl", b'{"a": 1}\n[2]\n', "row 2 is not an object"),
        ("t.json", b"[1, 2", "is not JSON"),
        ("t.parquet", b"PAR1 nonsense", "is not a Parquet file"),
        ("t.xlsx", b"PK\x03\x04 nonsense", "is not an Excel workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(tmp_path: Path, name: str, content: bytes, part: str) -> None:
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, content, name))
    assert part in caught.value.message
    assert name in caught.value.message


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    write(tmp_path, "a\n1\n", "runs.csv")
    with pytest.raises(UsageError, match="no such file") as caught:
        read_table(tmp_path / "run.csv")
    assert caught.value.hint == "did you mean 'runs.csv'?"
    with pytest.raises(UsageError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(UsageError, match="unknown file type"):
        read_table(write(tmp_path, "a", "t.docx"))


def test_too_many_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(10_000))
    with pytest.raises(DataError, match="10,000 columns"):
        read_table(write(tmp_path, f"{header}\n{header}\n"))


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, b"PAR1", "t.parquet")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="'parquet'"):
        read_table(path)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("abc", "is not a number"),
        ("$1,234", "is not a number"),
        ("-5", "must be greater than 0"),
        ("0", "must be greater than 0"),
        ("inf", "must be finite"),
        ("-inf", "must be finite"),
        ("72%", "is not a number"),
    ],
)
def test_a_bad_number_is_named_with_its_row(cell: str, rule: str) -> None:
    frame = pd.DataFrame({"cost": ["1", "2", cell]})
    with pytest.raises(DataError) as caught:
        Table(frame, "f.csv", "").numbers("cost", positive=True)
    assert f"row 4, column 'cost': {cell!r} {rule}" in caught.value.message


def test_an_empty_cell_is_refused_only_where_required() -> None:
    table = Table(pd.DataFrame({"cost": ["1", " "]}), "f.csv", "")
    assert np.isnan(table.numbers("cost")[1])
    with pytest.raises(DataError, match="row 3, column 'cost'"):
        table.numbers("cost", required=True)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("soon", "is not a date"),
        ("01/02/2023", "is not a date"),
        ("2023-02-30", "is not a date"),
        ("2031-01-01", "lies in the future"),
    ],
)
def test_a_bad_date_is_named_with_its_row(cell: str, rule: str) -> None:
    table = Table(pd.DataFrame({"date": ["2020", cell]}), "f.csv", "")
    with pytest.raises(DataError) as caught:
        table.dates("date", latest=dt.date(2026, 1, 1))
    assert f"row 3, column 'date': {cell!r} {rule}" in caught.value.message


def test_an_unknown_column_gives_the_nearest() -> None:
    with pytest.raises(DataError, match="no column 'cots' for the target; did you mean 'cost'"):
        Table(FRAME, "f.csv", "").numbers("cots", role="the target")


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("a,b\n1,2\n", '{"a": 1, "b": 2}\n', '[{"a": 1, "b": 2}]'):
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr("sys.stdin", stream)
        assert read_table("-").numbers("b").tolist() == [2]


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    one, two = write(tmp_path, "a\n1\n", "a.csv"), write(tmp_path, "a\n2\n", "b.csv")
    assert read_table(one).digest != read_table(two).digest
    assert read_table(one).digest == read_table(one).digest


def test_a_million_rows_are_checked_quickly_and_named_exactly(tmp_path: Path) -> None:
    lines = ["x"] + ["1.5"] * 1_000_000
    lines[777_777] = "oops"
    path = write(tmp_path, "\n".join(lines) + "\n")
    with pytest.raises(DataError, match="row 777778, column 'x': 'oops'"):
        read_table(path).numbers("x")
