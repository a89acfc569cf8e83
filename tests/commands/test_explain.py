from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from forecast.app import app, run

SECTION = "How it was made, and what to cite"
#: Command -> arguments that are quick, and a part of what is explained. {…} are files of the fixture below.
CASES: dict[str, tuple[str, str]] = {
    "predict": ("cost --by 2028", "equal parts of the line and of the random walk"),
    "next": ("--by 2028 --draws 500", "6 N_active D = C"),
    "fit": ("{runs} --law power --y loss --x compute_flop --draws 100", "straight line on log-log axes"),
    "allocate": ("chinchilla --compute 1e24", "Compute-optimal"),
    "estimate": ("--params 70B --tokens 15T --draws 500", "computing energy times PUE"),
    "compare": ("{runs} --laws power,power-floor --y loss --x compute_flop --draws 100", "Extrapolation"),
    "decompose": ("BLOOM GPT-3", "logarithmic mean"),
    "design": ("--runs 9 --budget 1e21", "log-spaced budgets"),
    "backtest": ("compute --origins 2023:2024", "Continuous ranked probability score"),
    "sensitivity": ("cost --draws 500", "choices that are as defensible"),
    "afford": ("--draws 500", "price per FLOP"),
    "audit": ("--model GPT-3", "a whole against its parts"),
    "report": ("article --draws 500", "how scarce what is taken from the ground is"),
    "plot": ("trend-fan cost --draws 500", "The figures by name"),
    "show": ("{fit}", "a certificate"),
    "list": ("laws", "found by file name"),
    "cite": ("chinchilla", "What to cite"),
    "config": ("", "flags, then the environment"),
    "doctor": ("", "installation"),
    "derive": ("", "The training run of a dataset model"),
    "data list": ("", "typed by the schema"),
    "data show": ("GPT-3", "how it is known"),
    "data check": ("{runs}", "say what to correct"),
    "data diff": ("models models", "what changed between two tables"),
    "data card": ("", "Decisions about single models"),
    "data export": ("models -o {copy}", "attribution"),
    "data import": ("epoch {download} -o {imported}", "as anyone can download it"),
    "ledger add": ("cost --by 2028 --ledger {ledger}", "A ledger of forecasts"),
    "ledger list": ("--ledger {kept}", "A ledger of forecasts"),
    "ledger score": ("--ledger {kept}", "Continuous ranked probability score"),
}


#: Other answers of the same commands.
VARIANTS: list[tuple[str, str]] = [
    ("report cost --draws 500", "equal parts of the line and of the random walk"),
    ("report {plan}", "computing energy times PUE"),
    ("report {fit}", "a certificate"),
    ("sensitivity {plan}", "first-order Sobol index"),
    ("predict {fit} --at N=1e9,D=1e11", "how far that is from the data"),
    ("fit {runs} --law power --y loss --x compute_flop --by-group source --draws 100", "Many fits at once"),
    ("fit {runs} --formula log(loss)~log(compute_flop)", "formula"),
    ("design {fit} --runs 4 --budget 1e20", "built greedily"),
    ("estimate --plans {plans}", "Many plans at once"),
    ("next --backtest", "Continuous ranked probability score"),
    ("data show models", "how it is known"),
]


def commands() -> set[str]:
    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {each}" for each in inner} if inner else {name}
    return found


def test_every_command_is_explained() -> None:
    assert commands() == set(CASES)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("explain")
    names = {name: folder / name for name in ("runs.csv", "fit.json", "copy.csv", "imported.csv", "download.csv")}
    assert run(["data", "export", "chinchilla", "-o", str(names["runs.csv"]), "-q"]) == 0
    fit = ["fit", "chinchilla", "--law", "chinchilla", "--where", "loss<3.5", "--draws", "100", "-q"]
    assert run([*fit, "-o", str(names["fit.json"])]) == 0
    assert (
        run(["ledger", "add", "cost", "--by", "2028", "--known-by", "2024", "--ledger", str(folder / "kept"), "-q"])
        == 0
    )
    header = "Model,Domain,Organization,Publication date,Parameters,Training compute (FLOP),Notability criteria"
    names["download.csv"].write_text(f"{header}\nA,Language,B,2024-01-01,1e9,1e22,Highly cited\n")
    (folder / "plan.toml").write_text('params = "70B"\ntokens = "15T"\nchip = "H100"\n')
    (folder / "plans.csv").write_text("params,tokens,chip\n70B,15T,H100\n7B,2T,A100\n")
    return {name.split(".")[0]: path for name, path in names.items()} | {
        "plan": folder / "plan.toml", "plans": folder / "plans.csv",
        "kept": folder / "kept", "ledger": folder / "added",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "part"), [*((f"{name} {rest}", part) for name, (rest, part) in CASES.items()), *VARIANTS]
)
def test_explain_adds_a_section_and_changes_nothing_else(
    cli: Callable, files: dict[str, Path], line: str, part: str
) -> None:
    words = [*(word.format(**files) for word in line.split()), "-f", "md"]
    plain = cli(*words)
    files["ledger"].unlink(missing_ok=True)
    explained = cli(*words, "--explain")
    assert (plain.code, explained.code) in ((0, 0), (3, 3)), plain.err
    assert SECTION not in plain.out
    before, after = explained.out.split(f"## {SECTION}\n")
    section, _, rest = after.partition("\n## What to doubt\n")
    told = " ".join(section.split())
    assert part in told
    assert "`" not in told.replace("```", "")
    doubts = plain.out.partition("\n## What to doubt\n")
    assert before.replace(" --explain", "").strip() == doubts[0].strip()
    assert rest == doubts[2]


def test_it_says_what_to_cite(cli: Callable) -> None:
    told = cli("predict", "cost", "--explain").out
    assert "https://epoch.ai/data/ai-models" in told


def test_it_changes_no_number(cli: Callable) -> None:
    rows = [
        json.loads(cli("predict", "cost", "--json", *extra).out)["result"]["rows"] for extra in ((), ("--explain",))
    ]
    assert rows[0] == rows[1]
