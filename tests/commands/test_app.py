from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import forecast
from forecast.app import app


def test_help_imports_nothing_heavy(root: Path) -> None:
    code = (
        "import sys; from forecast.app import run; run(['--help']); "
        "print('heavy:', [m for m in ('numpy', 'pandas', 'scipy', 'matplotlib', 'statsmodels', 'sklearn', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("heavy: []")


def test_no_arguments_print_the_help(cli: Callable) -> None:
    assert "predict" in cli().out


def test_version(cli: Callable) -> None:
    assert cli("--version").out == f"scaling-forecast {forecast.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["foo"], ["predict"], ["predict", "cost", "--wher"], ["predict", "cost", "--seed", "x"]]
)
def test_wrong_usage_is_exit_2_with_the_way_to_help(cli: Callable, arguments: list[str]) -> None:
    outcome = cli(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("Error: ")
    assert "--help" in outcome.err
    assert outcome.out == ""


def test_our_own_bug_is_exit_1_and_says_so(cli: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("forecast.trends.prediction.predict", broken)
    outcome = cli("predict", "cost")
    assert outcome.code == 1
    assert "this is a bug of scaling-forecast" in outcome.err
    assert "Traceback" not in outcome.err
    assert "Traceback" in cli("predict", "cost", "-v").err


def test_every_command_has_help_with_an_example(cli: Callable) -> None:
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert names
    for name in names:
        assert f"forecast {name}" in cli(name, "--help").out


def test_public_names_are_few_lazy_and_real() -> None:
    assert len(forecast.__all__) <= 16
    for name in forecast.__all__:
        assert getattr(forecast, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = forecast.nothing
    assert set(dir(forecast)) == set(forecast.__all__)


def test_public_functions_do_not_share_the_name_of_a_module(root: Path) -> None:
    modules = {path.stem for path in (root / "forecast").iterdir()}
    assert not modules & set(forecast._PUBLIC)


def test_data_and_report_folders_are_no_packages(root: Path) -> None:
    assert not list((root / "datasets").rglob("__init__.py"))
    assert not list((root / "reports").rglob("__init__.py"))


def test_a_closed_pipe_is_not_an_error(root: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} cli.py --help | head -1", shell=True, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
