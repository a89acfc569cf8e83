"""What a report carries to be checked by: its numbers, its provenance, and the digest of its own text.

HTML holds it as ``<script type="application/json" id="forecast">``, Markdown as a comment at its end; in JSON it is the
envelope itself. The text's digest shows an edit made by hand; the numbers are checked by computing them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.errors import UsageError
from forecast.provenance import sha256
from forecast.report.document import Answer
from forecast.report.formats.json import plain

SCHEMA = "forecast/record/1"
#: format -> what stands before and after the record
_MARKS = {
    "html": ('<script type="application/json" id="forecast">\n', "\n</script>\n"),
    "markdown": ("<!-- forecast\n", "\n-->\n"),
}
_SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}


@dataclass(frozen=True)
class Record:
    """A report as it was written.

    Parameters
    ----------
    schema : str
        Of the answer, such as ``"forecast/report/1"``.
    numbers : mapping or sequence
        Its rows (HTML, Markdown) or its result (JSON).
    provenance : mapping
        What it was made from.
    edited : bool
        Whether the text is no longer what was written.
    """

    schema: str
    numbers: Any
    provenance: Mapping[str, Any]
    edited: bool = False


def answers(schema: str, call: object) -> bool:
    """Return whether an answer of that schema is what that command says, so that running it again checks the answer.

    Examples
    --------
    >>> answers("forecast/report/1", "forecast report cost"), answers("forecast/data-card/1", "forecast data card")
    (True, False)
    """
    words = call.split(maxsplit=2) if isinstance(call, str) else []
    # A report of a fit, or a prediction from one, says so in its schema: forecast/report-fit/1.
    command = words[1] if len(words) > 1 else ""
    names = (f"forecast/{command}/", *([f"forecast/{command}-"] if command in ("report", "predict") else []))
    return len(words) > 1 and words[0] == "forecast" and schema.startswith(names)


def attach(text: str, answer: Answer, format_name: str) -> str:
    """Return the text with its record in it, or as it is where no command could check it."""
    if not answers(answer.schema, answer.provenance.get("call")):
        return text.rstrip("\n") + "\n"
    before, after = _MARKS[format_name]
    at = text.rfind("</body>") if format_name == "html" else -1
    at = at if at >= 0 else len(text)
    head = {
        "schema": SCHEMA, "of": answer.schema, "sha256": _digest(text), "provenance": plain(answer.provenance),
    }  # fmt: skip
    rows = ",\n".join(embed(plain(row)) for row in answer.long_table())
    record = f'{embed(head)[:-1]}, "rows": [\n{rows}\n]}}'
    return f"{text[:at]}{before}{record}{after}{text[at:]}"


def embed(value: Any) -> str:
    r"""Return JSON that can stand inside HTML and inside a comment: nothing in it can end either.

    Examples
    --------
    >>> print(embed("</script>-->"))
    "\u003c/script\u003e--\u003e"
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def read_record(path: Path) -> Record:
    """Return what a report says of itself.

    Raises
    ------
    UsageError
        When the file cannot be read, is no report of this tool, or its record is damaged.
    """
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        message = f"{path}: cannot be checked; only .md, .html and .json carry what is needed"
        raise UsageError(message)
    text = _read(path)
    if kind == "json":
        envelope = _parse(text, path)
        if not {"schema", "result", "provenance"} <= set(envelope):
            raise _foreign(path)
        return _checked(path, envelope["schema"], envelope["result"], envelope["provenance"])
    before, after = _MARKS[kind]
    start = text.rfind(before)
    stop = text.find(after, start + len(before))
    if start < 0:
        raise _foreign(path)
    if stop < 0:
        raise _damaged(path, "it has no end")
    record = _parse(text[start + len(before) : stop], path)
    if record.get("schema") != SCHEMA:
        raise _damaged(path, f"its schema is {str(record.get('schema'))[:40]!r}, not {SCHEMA!r}")
    edited = record.get("sha256") != _digest(text[:start] + text[stop + len(after) :])
    return _checked(path, record.get("of"), record.get("rows"), record.get("provenance"), edited)


def _checked(path: Path, schema: Any, numbers: Any, provenance: Any, edited: bool = False) -> Record:
    if not isinstance(schema, str) or not isinstance(numbers, list | dict) or not isinstance(provenance, dict):
        raise _damaged(path, "parts of it are missing")
    return Record(schema, numbers, provenance, edited)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 text, so no report of this tool"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise UsageError(message) from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(found, dict):
        raise _foreign(path)
    return found


def _digest(text: str) -> str:
    return sha256(text.encode())


def _foreign(path: Path) -> UsageError:
    message = f"{path}: holds no record of 'forecast', so there is nothing to check it by"
    return UsageError(message, hint="only files that this tool wrote with -o, unchanged, can be checked")


def _damaged(path: Path, why: str) -> UsageError:
    message = f"{path}: its record is damaged ({why})"
    return UsageError(message, hint="get an unchanged copy of the file, or make the report again")
