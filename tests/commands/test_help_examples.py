"""Every example in a command's help runs as it stands, in a folder with the files it names."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from forecast.app import app, run
from forecast.data.resources import datasets_folder

#: Examples that are not run here, and where they are tried instead.
ELSEWHERE = {
    "forecast backtest --simulated": "half a minute; tests/questions tries it with fewer worlds",
    "forecast data card curation --check": "compares with a checkout; test_data_commands does",
}


def commands(group: Any) -> Iterator[Any]:
    for entry in group.commands.values():
        yield from commands(entry) if hasattr(entry, "commands") else [entry]


ALL = list(commands(typer.main.get_command(app)))
EXAMPLES = [
    line
    for command in ALL
    for line in re.findall(r"^\s*(forecast .*)$", inspect.cleandoc(command.callback.__doc__ or ""), re.MULTILINE)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that an example reads."""
    place = tmp_path_factory.mktemp("examples")
    (place / "datasets").mkdir()
    rng = np.random.default_rng(3)
    size, tokens = 10 ** rng.uniform(6, 9, 60), 10 ** rng.uniform(8, 10.5, 60)
    loss = 1.8 + 480 / size**0.35 + 2100 / tokens**0.37
    rows = zip(size, tokens, 6 * size * tokens, loss * np.exp(rng.normal(0, 0.003, 60)), strict=True)
    (place / "runs.csv").write_text(
        "params,tokens,flops,loss\n" + "".join(",".join(map(repr, map(float, row))) + "\n" for row in rows)
    )
    lines = [
        f"{run_},{n!r},{d * share!r},{float(1.8 + 480 / n**0.35 + 2100 / (d * share) ** 0.37 + rng.normal(0, 0.01))!r}"
        for run_, (n, d) in enumerate(zip(size[:20].tolist(), tokens[:20].tolist(), strict=True))
        for share in (0.25, 0.5, 1.0)
    ]
    (place / "checkpoints.csv").write_text("run,params,tokens,loss\n" + "\n".join(lines) + "\n")
    steps = np.geomspace(10, 1e5, 40)
    curve = 1.5 + 20 * steps**-0.4 * np.exp(rng.normal(0, 0.01, 40))
    (place / "curve.csv").write_text(
        "steps,loss\n" + "".join(f"{a!r},{b!r}\n" for a, b in zip(steps.tolist(), curve.tolist(), strict=True))
    )
    reached = 0.2 + 0.7 / (1 + np.exp(6 * (np.linspace(1.9, 3.4, 30) - 2.5)))
    (place / "accuracy.csv").write_text(
        "loss,accuracy\n"
        + "".join(f"{a!r},{b!r}\n" for a, b in zip(np.linspace(1.9, 3.4, 30).tolist(), reached.tolist(), strict=True))
    )
    months = [(2014 + i // 6, 1 + 2 * (i % 6)) for i in range(72)]
    mine = [
        f"{year}-{month:02d}-15,{10 ** (i / 20) * np.exp(rng.normal(0, 0.3))!r}"
        for i, (year, month) in enumerate(months)
    ]
    (place / "mine.csv").write_text(
        "date,loss_usd,size\n"
        + "".join(f"{line},{line.split(',')[1]}\n" for line in mine).replace("np.float64(", "").replace(")", "")
    )
    (place / "plan.toml").write_text('params = "70B"\ntokens = "15T"\nchip = "H100"\n')
    (place / "plans.csv").write_text("params,tokens,chip\n70B,15T,H100\n7B,2T,A100\n")
    (place / "claims.csv").write_text("model,chip_hours,power_per_chip_w,energy_kwh\nA,1000,400,400\nB,1000,400,4000\n")
    for name in ("newer.csv", "refreshed.csv"):
        (place / name).write_bytes((datasets_folder() / "models.csv").read_bytes())
    epoch = [
        "Model,Organization,Publication date,Domain,Parameters,Training compute (FLOP),Confidence,Notability criteria,Link"
    ]
    epoch += [
        f"M{i},Lab,20{18 + i}-03-01,Language,{10 ** (8 + i)},{10 ** (20 + i)},Confident,Highly cited,https://example.org"
        for i in range(5)
    ]
    (place / "all_ai_models.csv").write_text("\n".join(epoch) + "\n")
    return place


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """The same folder, with what examples read that others write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in (
            "fit chinchilla --law chinchilla --where 'loss<3.44' -o fit.json -q --draws 200",
            "fit runs.csv --law chinchilla -o loss.json -q --draws 200", "fit accuracy.csv --law logistic --x loss --y accuracy -o accuracy.json -q --draws 200",
            "report -o report.md -q", "ledger add compute --by 2028 -q",
        ):  # fmt: skip
            assert run(shlex.split(line)) == 0, line
    return folder


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line not in ELSEWHERE])
def test_an_example_runs(cli: Callable, made: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.chdir(made)
    outcome = cli(*shlex.split(line)[1:])
    if line.endswith(".pdf") and importlib.util.find_spec("weasyprint") is None:
        assert "scaling-forecast[pdf]" in outcome.err
        return
    # A check may find something to say, which is its answer; nothing else may fail.
    finds = line.startswith("forecast data check")
    assert outcome.code in ((0, 3) if finds else (0,)), outcome.err
    assert outcome.out or outcome.err


def test_every_command_has_examples() -> None:
    without = [
        command.name
        for command in ALL
        if not re.search(r"^\s*forecast ", inspect.cleandoc(command.callback.__doc__ or ""), re.MULTILINE)
    ]
    assert without == []


def test_what_is_left_out_still_exists() -> None:
    assert set(ELSEWHERE) <= set(EXAMPLES)
