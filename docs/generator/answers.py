"""The page of JSON results, from running the commands."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import io
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.generator.markdown import joined
from forecast.report.formats.json import plain

#: Answers whose shape the page on JSON shows; each runs after those before it, in one empty folder.
_ANSWERS = (
    "predict compute --by 2028",
    "next --by 2028",
    "fit chinchilla --law chinchilla -o fit.json",
    "predict fit.json --at N=70B,D=1.4T",
    "fit chinchilla --law chinchilla --by-group source --draws 100",
    "allocate fit.json --compute 1e25",
    "compare chinchilla --laws power,power_floor --x compute_flop --y loss",
    "fit models --formula 'log10(cost) ~ log10(compute) + year'",
    "design fit.json --target-compute 1e25 --runs 4 --budget 1e21",
    "estimate --params 70B --tokens 15T --count 8192",
    "backtest cost --origins 2023",
    "sensitivity parameters --by 2028",
    "ledger add compute --by 2028",
    "ledger list",
    "ledger score",
    "audit --model GPT-3",
    "afford --budget '$1M'",
    "decompose BLOOM GPT-3",
    "report cost",
    "data list",
    "data show llama",
    "data export models -o models.csv",
    "data check models.csv",
    "list laws",
    "cite",
)


def json_page() -> str:
    """Return the shape of what each command prints as JSON, from running it."""
    page = [
        "# JSON",
        "`--json` prints one envelope: `schema` (name and version of the result's shape), `result`, `notes` (each with `code`, "
        "`severity`, `message`, `hint`) and `provenance` (`call`, `seed`, the SHA-256 of every table, `settings`, `versions`). "
        "Not-a-number and infinity are `null`. A schema's number rises when a name goes or changes its meaning; new names may "
        "come without that.",
        "Below is the shape of each `result`, from running the command: `NAME` stands for keys that depend on the data.",
    ]
    seen = []
    for command, answer in _answers():
        if answer.schema in seen:
            continue
        seen.append(answer.schema)
        shape = _told(_shape(answer.result))
        page += [f"## {answer.schema}", f"```sh\nforecast {command} --json\n```", f"```text\n{shape}\n```"]
    return joined(page)


def _answers() -> Iterator[tuple[str, Any]]:
    from forecast.app import run
    from forecast.commands.emit import capture

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for command in _ANSWERS:
                arguments = shlex.split(command)
                if "-o" in arguments:  # what later commands read
                    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                        run([*arguments, "--quiet"])
                with capture() as answers, contextlib.redirect_stderr(io.StringIO()) as said:
                    code = run(arguments)
                if code or not answers:
                    message = f"forecast {command} ended with {code}: {said.getvalue()}"
                    raise RuntimeError(message)
                yield command, answers[0]
        finally:
            os.chdir(before)


def _shape(value: Any) -> Any:
    """Return the kind of a value: a word, a dict of kinds, or a list of the one kind of its items."""
    match plain(value):
        case dict() as found:
            kinds = {str(key): _shape(item) for key, item in found.items() if key != "state"}
            inner = list(kinds.values())
            if len(inner) > 1 and all(isinstance(kind, dict) for kind in inner):
                return {"NAME": functools.reduce(_both, inner)}
            return kinds | ({"state": "what forecast.read_fit needs"} if "state" in found else {})
        case list() as found:
            return [functools.reduce(_both, map(_shape, found))] if found else []
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str() as text:
            with contextlib.suppress(ValueError):
                dt.date.fromisoformat(text)
                return "date"
            return "text"
    return "null"


def _both(one: Any, other: Any) -> Any:
    """Return the kind that holds both."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _both(one[key], other[key]) if key in one and key in other else {**one, **other}[key]
                for key in {**one, **other}}  # fmt: skip
    if isinstance(one, list) and isinstance(other, list):
        return [_both(one[0], other[0])] if one and other else one or other
    if one == other:
        return one
    words = dict.fromkeys([*_words(one), *_words(other)])
    return " or ".join(word for word in words if word != "null") + (" or null" if "null" in words else "")


def _words(kind: Any) -> list[str]:
    return str(kind).split(" or ") if isinstance(kind, str) else ["an object" if isinstance(kind, dict) else "a list"]


def _told(kind: Any, indent: int = 0) -> str:
    pad = "  " * indent
    match kind:
        case dict() if not kind:
            return "{}"
        case dict():
            if len(kind) > 4 and all(item == "number" for item in kind.values()):
                return "{ NAME: number }"
            inner = "\n".join(f"{pad}  {key}: {_told(item, indent + 1)}" for key, item in kind.items())
            return f"{{\n{inner}\n{pad}}}"
        case list():
            return f"[{_told(kind[0], indent)}, …]" if kind else "[]"
    return str(kind)
