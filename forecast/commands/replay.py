"""Runs the command that a report says it was made by, and gives its answer; it writes nothing and runs nothing else."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import typer

from forecast.commands.emit import capture
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.report.checking import Check
    from forecast.report.document import Answer
    from forecast.report.record import Record


def replay(context: typer.Context, record: Record) -> tuple[str, Check]:
    """Return the command that was run again, and what comparing its answer found.

    Parameters
    ----------
    context : typer.Context
        Of the running command, from which the others are found.
    record : Record
        Of the report. Where its dates were not given but follow from the data, and the data now lead to others, the
        dates of the report are asked for.

    Raises
    ------
    UsageError
        When the record's call is not a command of this tool that answers.
    ForecastError
        Whatever the command raises.
    """
    from forecast.report.checking import compare, dates_of
    from forecast.report.formats.json import plain
    from forecast.report.record import answers

    call = record.provenance.get("call")
    words = _split(call)
    if not words or not answers(record.schema, call) or "--check" in words:
        message = f"the record's call {str(call)[:80]!r} is no command that can be run again"
        raise UsageError(message, hint="get an unchanged copy of the file, or make the report again")
    answer = _run(context, words)
    asked = dates_of(record.numbers)
    shifted = "--by" not in words and not asked <= dates_of(plain(answer.result))
    if shifted:
        words[2:2] = [word for date in sorted(asked) for word in ("--by", date)]
        answer = _run(context, words)
    return shlex.join(words), compare(record, answer, more=shifted)


def _run(context: typer.Context, words: list[str]) -> Answer:
    root = context.find_root().command
    with capture() as given:
        root.main(words[1:], prog_name="forecast", standalone_mode=False)
    if len(given) != 1:
        message = f"{shlex.join(words)!r} gives no answer to compare with"
        raise UsageError(message)
    return given[0]


def _split(call: object) -> list[str]:
    try:
        return shlex.split(call) if isinstance(call, str) else []
    except ValueError:
        return []
