from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!doctype html>"), ("md", b"#")]
)
def test_a_figure_is_written_in_the_format_of_its_suffix(
    cli: Callable, tmp_path: Path, suffix: str, start: bytes
) -> None:
    path = tmp_path / f"x.{suffix}"
    outcome = cli("plot", "trend-fan", "cost", "--draws", "500", "-o", path)
    assert outcome.code == 0
    assert path.read_bytes().startswith(start)


def test_its_numbers_are_written_as_csv(cli: Callable) -> None:
    rows = list(csv.DictReader(cli("plot", "trend-fan", "cost", "--draws", "500", "-f", "csv").out.splitlines()))
    assert {row["table"] for row in rows} == {"forecast", "models"}


def test_the_page_names_the_command_that_draws_it_again(cli: Callable, tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    cli("plot", "trend-fan", "cost", "--by", "2028", "--draws", "500", "-o", path)
    assert f"forecast plot trend-fan cost --by 2028 --draws 500 --output {path}" in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("trend-fann", "cost"), "did you mean 'trend_fan'"), (("trend-fan", "cots"), "did you mean 'cost'"),
        (("trend-fan",), "SUBJECT"), (("drawing", "cost"), "unknown figure"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(cli: Callable, arguments: tuple[str, ...], part: str) -> None:
    outcome = cli("plot", *arguments)
    assert outcome.code == 2
    assert part in outcome.err
