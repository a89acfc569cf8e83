from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def offered(words: str, folder: Path) -> list[str]:
    code = "from forecast.app import app; app(prog_name='forecast')"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "_FORECAST_COMPLETE": "complete_bash", "COMP_WORDS": f"forecast {words}",
        "COMP_CWORD": str(len(words.split()) if not words.endswith(" ") else len(words.split()) + 1),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.split("\n") if done.stdout.strip() else [""]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("predict co", "compute"), ("predict cost --method theil", "theil_sen"), ("fit chinchilla --law chin", "chinchilla"),
        ("fit chinchilla --y lo", "loss"), ("estimate --chip H1", "H100"), ("next --region FR", "FRA"), ("next --scenario po", "power"),
        ("data show Chin", "Chinchilla"), ("data show haf", ""), ("fit mi", "mine.csv"), ("fit mine.csv --y my", "my_loss"),
        ("predict my --data mine.csv", ""),
    ],
)  # fmt: skip
def test_the_tab_key_offers(words: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("my_params,my_loss\n1,2\n")
    assert part in offered(words, tmp_path)


def test_a_broken_file_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    assert offered("fit bad.csv --y a", tmp_path) == [""]
