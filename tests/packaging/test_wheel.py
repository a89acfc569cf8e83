"""The wheel in a clean environment, outside the checkout, with only what it declares."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    run([sys.executable, "-m", "venv", "venv"], folder)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(
        [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)], folder
    )
    return binaries / "forecast"


def run(command: list[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_and_its_data_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"forecast"}
    assert "forecast/_bundled/datasets/models.csv" in names
    assert "forecast/_bundled/templates/page.html" in names
    assert "forecast/py.typed" in names


def test_it_works_where_there_is_nothing_else(installed: Path, tmp_path: Path) -> None:
    assert "models" in run([str(installed), "data", "list"], tmp_path)
    result = json.loads(run([str(installed), "predict", "cost", "--by", "2028", "--json"], tmp_path))["result"]
    assert result["rows"][-1]["date"] == "2028-01-01"
    run([str(installed), "report", "-o", "report.md"], tmp_path)
    assert "90 %" in (tmp_path / "report.md").read_text(encoding="utf-8")
