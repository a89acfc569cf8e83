"""Run every command that README and docs show, and write what it prints beneath it.

A block that begins with ```` ```console ```` is a terminal session: lines that begin with ``$ `` are run one after another
in one empty folder per file (lines that begin with ``> `` go on, and so does a line after one that ends in a backslash), and what they print replaces what stood there.
A block that begins with ```` ```pycon ```` is the same for Python, with ``>>> ``. An image ``figures/NAME.svg`` is the file
NAME.svg that a session of its page wrote, and its alternative text is the figure's own description.
``python docs/refresh.py`` rewrites pages and figures; a test runs the same and compares, so that no figure in the
documentation can differ from what the code gives.
"""

from __future__ import annotations

import contextlib
import doctest
import html
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FIGURES = ROOT / "docs" / "figures"
_WORDS = re.compile(r"<(title|desc)>(.*?)</", re.DOTALL)
_BLOCK = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\n]*?\]\(((?:\.\./)*figures/([\w-]+\.svg))\)")


#: Printed digits that another machine's arithmetic may change without any answer being another.
_UNSTABLE = re.compile(r"gradient norm [\d.e+-]+|\b[0-9a-f]{16}\b")


def same(old: str, new: str) -> bool:
    """Return whether two pages say the same, rounding of the last bit and digests of it aside."""
    return _UNSTABLE.sub("", old) == _UNSTABLE.sub("", new)


def refreshed(text: str, drawn: dict[str, str] | None = None) -> str:
    """Return a page whose sessions show what they give now; puts the figures that it shows into `drawn`."""
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        run = _runner()

        def again(block: re.Match[str]) -> str:
            shown = _session(block[2], run) if block[1] == "console" else _interactive(block[2], names)
            return f"```{block[1]}\n{shown}```"

        def figure(image: re.Match[str]) -> str:
            path = Path(folder, image[2])
            if not path.is_file():
                message = f"no session of the page writes {image[2]}"
                raise ValueError(message)
            svg = path.read_text(encoding="utf-8")
            if drawn is not None:
                drawn[image[2]] = svg
            told = re.search(r"<desc>(.*?)</desc>", svg, re.DOTALL)
            alt = re.sub(r"([\\\[\]*_`<])", r"\\\1", " ".join(html.unescape(told[1] if told else "").split()))
            return f"![{alt}]({image[1]})"

        return _IMAGE.sub(figure, _BLOCK.sub(again, text))


def _interactive(text: str, names: dict[str, object]) -> str:
    shown = []
    for example in doctest.DocTestParser().get_examples(text):
        first, *more = example.source.rstrip("\n").split("\n")
        shown += [f">>> {first}", *(f"... {line}".rstrip() for line in more)]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(example.source, "<page>", "single"), names)
        shown += [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join(shown) + "\n"


def _session(text: str, run: Callable[[str], str]) -> str:
    shown = []
    for command in _commands(text):
        printed = run("\n".join([command[0].removeprefix("$ "), *(line.removeprefix("> ") for line in command[1:])]))
        shown += [*command, *(line.rstrip() for line in printed.splitlines())]
    return "\n".join(shown) + "\n"


def _commands(text: str) -> list[list[str]]:
    commands: list[list[str]] = []
    going_on = False
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append([line])
        elif going_on or (line.startswith("> ") and commands):
            commands[-1].append(line)
        going_on = (line.startswith("$ ") or going_on) and line.endswith("\\")
    return commands


def _runner() -> Callable[[str], str]:
    binaries = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORECAST_")}
    environment |= {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),  # this checkout, whatever is installed
        "COLUMNS": "100",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }

    def shell(command: str, typed: str | None = None) -> str:
        done = subprocess.run(
            command, shell=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            input=typed,
        )  # fmt: skip
        return done.stdout

    def run(command: str) -> str:
        own, rest = _split(command)
        if own is None:
            return shell(command)
        printed, complaints = _forecast(own, environment)
        return complaints + (shell(rest, printed) if rest else printed)

    return run


def _split(command: str) -> tuple[list[str] | None, str]:
    """Return the arguments of a ``forecast`` that needs no shell (or None), and what its output is piped into."""
    joined = command.replace("\\\n", " ")
    plain = re.sub(r"'[^']*'", lambda quoted: "_" * len(quoted[0]), joined)
    end = plain.find(" | ")
    first, rest = (joined, "") if end < 0 else (joined[:end], joined[end + 3 :])
    if not first.startswith("forecast ") or set("$`;&|<>*?~\n") & set(plain[: len(first)]):
        return None, ""
    return shlex.split(first)[1:], rest


def _forecast(arguments: list[str], environment: dict[str, str]) -> tuple[str, str]:
    """Return what the command prints to both streams; in this process, which saves loading the libraries each time."""
    from forecast.app import run

    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(sys, "argv", ["forecast"]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        run(arguments)
    return out.getvalue(), err.getvalue()


def main() -> None:
    """Rewrite every page, and the figures; names of pages as arguments limit it to them."""
    for page in PAGES:
        if sys.argv[1:] and page.name not in sys.argv[1:]:
            continue
        text = page.read_text(encoding="utf-8")
        drawn: dict[str, str] = {}
        new = refreshed(text, drawn)
        changed = {} if same(text, new) else {page: new}
        for name, svg in drawn.items():
            if not is_current(name, svg):
                changed |= {FIGURES / name: svg, FIGURES / "DRAWN_WITH": f"matplotlib {version('matplotlib')}\n"}
        for path, content in changed.items():
            path.write_text(content, encoding="utf-8")
            sys.stdout.write(f"refreshed {path.relative_to(ROOT)}\n")


def is_current(name: str, svg: str) -> bool:
    """Return whether the stored figure is what was drawn: to the byte, or in its words under another matplotlib."""
    path, drawn_with = FIGURES / name, FIGURES / "DRAWN_WITH"
    stored = path.read_text(encoding="utf-8") if path.is_file() else ""
    if drawn_with.is_file() and drawn_with.read_text().split()[-1] != version("matplotlib"):
        return _WORDS.findall(stored) == _WORDS.findall(svg)
    return stored == svg


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
