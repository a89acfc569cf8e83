from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.questions.comparison import compare

ARGUMENTS = ("compare", "chinchilla", "--laws", "chinchilla,power_floor", "--where", "loss<3.44", "--draws", "100")


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict:
    from forecast.app import run

    path = tmp_path_factory.mktemp("compare") / "found.json"
    assert run([*ARGUMENTS, "-o", str(path), "-q"]) == 0
    return json.loads(path.read_text())


def test_command_and_python_agree_to_the_last_digit(answer: dict) -> None:
    found = compare("chinchilla", ["chinchilla", "power_floor"], where=["loss<3.44"], draws=100)
    assert answer["schema"] == "forecast/compare/1"
    assert [row["value"] for row in answer["result"]["rows"]] == [row.value for row in found.rows]
    assert [row["coverage"] for row in answer["result"]["coverage"]] == [r.coverage for r in found.records]


def test_the_two_questions_are_answered_in_words(cli: Callable, answer: dict) -> None:
    table = " ".join(cli(*ARGUMENTS, "-f", "md").out.split())
    assert "chinchilla describes the rows best (AICc)" in table
    assert "chinchilla predicts larger scales best (CRPS)" in table
    assert "Larger scales predicted from the smallest 50 %, 60 %, 70 %, 80 % of the rows" in table
    cuts = answer["result"]["cuts"]
    assert [cut["fitted"] for cut in cuts] == [120, 144, 168, 192]


def test_csv_is_one_row_per_law_criterion_and_cut(cli: Callable, answer: dict) -> None:
    lines = cli(*ARGUMENTS, "-f", "csv", "-q").out.strip().split("\n")
    assert lines[0] == "law,criterion,cut,n,value,best,difference,lower,upper,level,told_apart"
    assert len(lines) - 1 == len(answer["result"]["rows"]) == 2 * (2 + 2 * 5)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["chinchilla", "--laws", "chinchilla"], 2, "two laws or more"),
        (["chinchilla", "--laws", "chinchilla,kaplna"], 2, "did you mean 'kaplan'"),
        (["chinchila", "--laws", "chinchilla,kaplan"], 2, "did you mean 'chinchilla'"),
        (["chinchilla", "--laws", "chinchilla,kaplan", "--role", "N=size"], 3, "no column 'size'"),
        (["chinchilla", "--laws", "chinchilla,kaplan", "--cut", "60"], 2, "between 0 and 1"),
    ],
)
def test_wrong_calls_say_what_to_do(cli: Callable, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    out = tmp_path / "found.json"
    found = cli("compare", *arguments, "-o", out)
    assert found.code == code
    assert words in found.err
    assert not out.exists()
