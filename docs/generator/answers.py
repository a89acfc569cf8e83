"""The page of JSON results, from running the commands."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.generator.markdown import joined

#: Answers whose shape the page on JSON shows; each runs after those before it, in one empty folder.
_ANSWERS = (
    "predict compute --by 2028",
    "next --by 2028",
    "fit chinchilla --law chinchilla -o fit.json",
    "predict fit.json --at N=70B,D=1.4T",
    "fit chinchilla --law chinchilla --by-group source --draws 100",
    "allocate fit.json --compute 1e25",
    "design fit.json",
    "estimate --params 70B --tokens 15T --count 8192",
    "backtest cost --origins 2023",
    "sensitivity parameters --by 2028",
    "ledger add compute --by 2028",
    "ledger list",
    "ledger score",
    "report cost",
    "data list",
    "data show llama",
    "data check models",
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
        shape = _shape(answer.result)
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
                    with contextlib.redirect_stderr(io.StringIO()):
                        run([*arguments, "--quiet"])
                with capture() as answers, contextlib.redirect_stderr(io.StringIO()) as said:
                    code = run(arguments)
                if code or not answers:
                    message = f"forecast {command} ended with {code}: {said.getvalue()}"
                    raise RuntimeError(message)
                yield command.removesuffix(" -o fit.json"), answers[0]
        finally:
            os.chdir(before)


def _shape(value: Any, indent: int = 0) -> str:
    from forecast.report.formats.json import plain

    pad = "  " * indent
    match plain(value) if not isinstance(value, dict | list) else value:
        case dict() as found if found:
            shapes = {str(key): _shape(item, indent + 1) for key, item in found.items()}
            if len(shapes) > 2 and len(set(shapes.values())) == 1 and "\n" in next(iter(shapes.values())):
                shapes = {"NAME": next(iter(shapes.values()))}
            inner = "\n".join(f"{pad}  {key}: {shape}" for key, shape in shapes.items())
            return f"{{\n{inner}\n{pad}}}"
        case list() | tuple() as found if found:
            kinds = dict.fromkeys(_shape(item, indent) for item in found[:50])
            return f"[{' | '.join(list(kinds)[:1] if '{' in next(iter(kinds)) else kinds)}, …]"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str() as text:
            with contextlib.suppress(ValueError):
                dt.date.fromisoformat(text)
                return "date"
            return "text"
        case None:
            return "… or null"
        case _:
            return "{}" if isinstance(value, dict) else "[]"
