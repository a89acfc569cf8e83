"""The gallery is what its commands make: its text byte for byte with the same versions, its numbers with any."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from forecast.report.checking import TOLERANCE
from forecast.report.record import read_record

ROOT = Path(__file__).resolve().parents[2]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "reports" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


#: A digest of a text changes with the last digit in it.
_DIGEST = re.compile(r"\b[0-9a-f]{16,64}\b")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")

GALLERY = load()
SHOWN = GALLERY.FOLDER
#: What a report carries to be checked by.
RECORD = re.compile(r'<!-- forecast\n.*?\n-->|<script type="application/json" id="forecast">.*?</script>', re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    for name in GALLERY.INPUTS:
        shutil.copy(SHOWN / name, folder)
    GALLERY.make(folder)
    return folder


def same_versions() -> bool:
    stated = ", ".join(f"{name} {version}" for name, version in GALLERY.made_with().items())
    return f"Made with {stated}." in (SHOWN / GALLERY.INDEX).read_text(encoding="utf-8")


def numbers(value: object) -> list[float]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int | float):
        return [float(value)]
    parts = value.values() if isinstance(value, dict) else value
    assert isinstance(value, dict | list)
    return [number for part in parts for number in numbers(part)]


def test_the_same_files_are_made(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == sorted(path.name for path in SHOWN.iterdir())


def told(path: Path) -> str:
    """Return a file without the unrounded numbers, which are compared by themselves."""
    return "" if path.suffix == ".json" else RECORD.sub("", path.read_text(encoding="utf-8"))


def unrounded(path: Path) -> list[float]:
    if path.suffix == ".json":
        return numbers(json.loads(path.read_text(encoding="utf-8")))
    return numbers(read_record(path).numbers)


def alike(new: str, old: str) -> bool:
    """The same text, or the same words with coordinates that only rounding on another processor tells apart."""
    if new == old:
        return True
    texts = [_DIGEST.sub("digest", content) for content in (new, old)]
    (words, found), (old_words, expected) = (
        (_NUMBER.split(text), list(map(float, _NUMBER.findall(text)))) for text in texts
    )
    return words == old_words and found == pytest.approx(expected, rel=TOLERANCE, abs=2e-3)


def test_every_file_tells_what_its_command_makes(made: Path) -> None:
    if same_versions():
        changed = [path.name for path in made.iterdir() if not alike(told(path), told(SHOWN / path.name))]
        assert not changed, "run: make examples"


def test_every_number_is_the_one_that_its_command_makes(made: Path) -> None:
    for path in made.iterdir():
        if path.suffix in (".md", ".html", ".json") and path.name != GALLERY.INDEX:
            old = unrounded(SHOWN / path.name)
            assert unrounded(path) == pytest.approx(old, rel=TOLERANCE, abs=1e-9), f"{path.name}: run make examples"


def test_the_index_links_every_report_and_every_figure_is_there(made: Path) -> None:
    linked = set(re.findall(r"\]\((\S+?)\)", (made / GALLERY.INDEX).read_text(encoding="utf-8")))
    assert linked == {name for example in GALLERY.EXAMPLES for name in example.files}
    for page in made.glob("*.md"):
        for picture in re.findall(r"\]\(<(.+?\.svg)>\)", page.read_text(encoding="utf-8")):
            assert (made / picture).is_file(), f"{page.name}: {picture}"


def test_it_stays_small_enough_to_be_read_online() -> None:
    assert sum(path.stat().st_size for path in SHOWN.iterdir()) < 6e6


@pytest.mark.parametrize("name", [name for example in GALLERY.EXAMPLES for name in example.files])
def test_each_report_carries_a_record_and_says_what_to_run(name: str) -> None:
    record = read_record(SHOWN / name)
    assert not record.edited
    assert str(record.provenance["call"]).startswith("forecast ")
    assert f"{name}" in str(record.provenance["call"])
