from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path


def test_the_published_claims_are_audited_in_every_format(cli: Callable) -> None:
    result = json.loads(cli("audit", "--json").out)["result"]
    assert result["claims"] > 100
    assert sum(result["verdicts"].values()) == len(result["rows"])
    assert {"model", "check", "stated", "implied", "ratio", "verdict", "why"} <= result["rows"][0].keys()
    rows = list(csv.DictReader(io.StringIO(cli("audit", "-f", "csv").out)))
    assert [row["verdict"] for row in rows] == [row["verdict"] for row in result["rows"]]
    page = cli("audit", "-f", "md").out
    assert "Llama 3.3 70B" in page
    assert "architecture search" in page


def test_one_model_by_alias(cli: Callable) -> None:
    rows = json.loads(cli("audit", "--model", "gpt3", "--json").out)["result"]["rows"]
    assert {row["model"] for row in rows} == {"GPT-3 175B"}


def test_own_claims_from_a_file_or_standard_input(cli: Callable, process: Callable, tmp_path: Path) -> None:
    text = "model,energy_mwh,intensity,carbon_t\nmine,1234,400,493.6\n<b>,1234,400,49.36\n"
    path = tmp_path / "claims.csv"
    path.write_text(text)
    rows = json.loads(cli("audit", path, "--json").out)["result"]["rows"]
    assert [(row["verdict"], row["row"]) for row in rows] == [("agrees", 2), ("error", 3)]
    piped = json.loads(process("audit", "-", "--json", stdin=text).stdout)["result"]["rows"]
    assert piped == rows
    assert "<b>" not in cli("audit", path, "-f", "html").out.split("<table", 1)[1]


def test_wrong_input_ends_with_its_code_and_no_file(cli: Callable, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("model,energy\na,-1\n")
    out = tmp_path / "out.md"
    result = cli("audit", path, "-o", out)
    assert result.code == 3
    assert "row 2, column 'energy'" in result.err
    assert not out.exists()
    assert cli("audit", tmp_path / "none.csv").code == 2
    assert cli("audit", "--model", "GPT-33").code == 2
