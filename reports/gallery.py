"""Make reports/examples again: ``python reports/gallery.py`` (``make examples``) runs every command of the gallery.

Each example is what a user would type, run in the folder of the examples itself, so that its reports carry commands
that make them again and ``forecast report --check`` finds what they rest on. A test runs the same and compares.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forecast.app import run
from forecast.provenance import versions

FOLDER = Path(__file__).resolve().parent / "examples"
#: Written by hand; everything else in the folder is made.
INPUTS = ("run-70b.toml",)
INDEX = "README.md"


@dataclass(frozen=True)
class Example:
    """A title, what a reader finds in it, the files to open, and the commands that make them."""

    title: str
    about: str
    files: tuple[str, ...]
    commands: tuple[str, ...]


EXAMPLES = (
    Example(
        "The next generation", "Parameters, compute and cost of the next frontier models, and every metric of one run from "
        "the same draws, with intervals and the track record of the method.",
        ("next-generation.md", "next-generation.html"),
        ("forecast report -o next-generation.md", "forecast report -o next-generation.html"),
    ),
    Example(
        "What the article said, and what the data say", "The claims of an article on the human and environmental costs of "
        "generative AI, examined one by one.",
        ("article.md", "article.html"),
        ("forecast report article -o article.md", "forecast report article -o article.html"),
    ),
    Example(
        "A planned run of 70 billion parameters", "Time, energy, carbon, water and cost before anything is trained, from a "
        "plan file; what dominates, and what was assumed.",
        ("run-70b.md",), ("forecast report run-70b.toml -o run-70b.md",),
    ),
    Example(
        "What training costs, by compute and year", "A regression with a formula: coefficients with intervals, the figure of fit "
        "and residuals, the rows furthest from it, predictions beyond the data, and what to doubt.",
        ("cost-regression.md", "cost-regression.json"),
        (
            "forecast fit models --formula 'log10(cost) ~ log10(compute) + year' -o cost-regression.json",
            "forecast report cost-regression.json -o cost-regression.md",
        ),
    ),
    Example(
        "BLOOM against GPT-3", "Why one footprint is many times the other: size, data, hardware, overhead and grid.",
        ("bloom-against-gpt3.md",), ("forecast decompose 'GPT-3 175B' BLOOM-176B -o bloom-against-gpt3.md",),
    ),
    Example(
        "Who can afford it", "What budgets train now and in two years, how far that is behind the frontier, and which "
        "published budgets would pay for a frontier run.",
        ("affordability.md",),
        ("forecast afford --budget '$100k' --budget '$1M' --budget '$100M' --who -o affordability.md",),
    ),
    Example(
        "The footprint audit", "Every published figure recomputed from the others; the convention or slip behind each that "
        "does not agree.",
        ("footprint-audit.md",), ("forecast audit -o footprint-audit.md",),
    ),
    Example(
        "A Chinchilla fit of one's own runs", "The law fitted to 241 published runs: certificate, estimates, residuals, and "
        "what it says beyond the data.",
        ("chinchilla-fit.md",),
        (
            "forecast fit chinchilla --law chinchilla --where 'loss<3.5' -o chinchilla-fit.json",
            "forecast report chinchilla-fit.json -o chinchilla-fit.md",
        ),
    ),
    Example(
        "Sizes and tokens for a budget", "The fit's allocation of compute to parameters and tokens, with the loss of other "
        "sizes at the same compute.",
        ("allocation.md",),
        ("forecast allocate chinchilla-fit.json --compute 1e24 --compute 1e25 --curve -o allocation.md",),
    ),
    Example(
        "Which runs to make next", "Six small runs that narrow the forecast loss of a large one most.",
        ("experiments.md",),
        ("forecast design chinchilla-fit.json --runs 6 --budget 1e21 --target-compute 1e25 -o experiments.md",),
    ),
)  # fmt: skip


def made_with() -> dict[str, str]:
    """Return the versions that decide every byte of the examples."""
    return versions() | {"matplotlib": importlib.metadata.version("matplotlib")}


def make(folder: Path) -> None:
    """Run every command in a folder that holds the inputs, and write the index."""
    with _inside(folder):
        for example in EXAMPLES:
            for command in example.commands:
                code = run([*shlex.split(command)[1:], "--quiet"])
                if code:
                    message = f"{command!r} ended with {code}"
                    raise RuntimeError(message)
    (folder / INDEX).write_text(index(), encoding="utf-8")


def index() -> str:
    """Return the page that lists the examples."""
    lines = [
        "# Examples",
        "",
        "Every file here is made by `make examples`, and a test makes them again and compares.",
        "",
    ]
    for example in EXAMPLES:
        links = ", ".join(f"[{name}]({name})" for name in example.files)
        lines += [f"## {example.title}", "", f"{example.about} {links}", "", "```sh", *example.commands, "```", ""]
    stated = ", ".join(f"{name} {version}" for name, version in made_with().items())
    return "\n".join([*lines, f"Made with {stated}.", ""])


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    # Settings of this shell would move the numbers.
    kept = {name: value for name, value in os.environ.items() if name.startswith("FORECAST_")}
    before = Path.cwd()
    for name in kept:
        del os.environ[name]
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.update(kept)


def main() -> None:
    """Make the gallery beside the present one, and put it in its place when all of it is there."""
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as name:
        fresh = Path(name) / "examples"
        fresh.mkdir()
        for each in INPUTS:
            shutil.copy(FOLDER / each, fresh)
        make(fresh)
        for old in FOLDER.iterdir():
            if old.name not in INPUTS:
                old.unlink()
        for new in fresh.iterdir():
            if new.name not in INPUTS:
                new.replace(FOLDER / new.name)
    sys.stdout.write(f"wrote {len(list(FOLDER.iterdir())) - len(INPUTS)} files to {FOLDER}\n")


if __name__ == "__main__":
    main()
