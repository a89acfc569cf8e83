"""The only writer of stdout: every command hands its answer to an :class:`Emitter`.

:func:`with_output` gives a command the options that all share (``--format --json -o -q -v --strict``) and, as its first
argument, the emitter that obeys them.
"""

from __future__ import annotations

import functools
import inspect
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.commands.completion import attach as attach_completer
from forecast.commands.progress import Working
from forecast.errors import StrictError, UsageError

if TYPE_CHECKING:
    from forecast.report.document import Answer
    from forecast.report.templating import Template

_PANEL = "Output"
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="table, json, csv, md, html or pdf; by default the suffix of -o decides.",
        rich_help_panel=_PANEL,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.", rich_help_panel=_PANEL)]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write here, atomically, instead of stdout.",
        rich_help_panel=_PANEL,
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.", rich_help_panel=_PANEL)
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show the traceback of a bug.", rich_help_panel=_PANEL)
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Exit with 5 if a warning was raised.", rich_help_panel=_PANEL)
]
ExplainOption = Annotated[
    bool,
    typer.Option("--explain", help="Add how it was made: formulas, assumptions, citations.", rich_help_panel=_PANEL),
]

_SHARED = {
    "format": (FormatOption, None), "json": (JsonOption, False), "output": (OutputOption, None),
    "quiet": (QuietOption, False), "verbose": (VerboseOption, False), "strict": (StrictOption, False),
    "explain": (ExplainOption, False),
}  # fmt: skip

_CAPTURED: ContextVar[list[Answer] | None] = ContextVar("captured", default=None)


@contextmanager
def capture() -> Iterator[list[Answer]]:
    """Let commands that run inside hand over their answers, and write nothing; gives the list of answers."""
    answers: list[Answer] = []
    token = _CAPTURED.set(answers)
    try:
        yield answers
    finally:
        _CAPTURED.reset(token)


@dataclass(frozen=True)
class Emitter:
    """Prints or writes an answer the way the shared options ask for; `call` is the command that was run."""

    format: str | None = None
    json: bool = False
    output: str | None = None
    quiet: bool = False
    verbose: bool = False
    strict: bool = False
    explain: bool = False
    call: str = ""
    working: Working = field(default_factory=lambda: Working(quiet=True), compare=False, repr=False)

    @property
    def format_name(self) -> str:
        """The format that will be emitted."""
        from forecast.report.rendering import format_name

        return format_name("json" if self.json else self.format, self.output)

    @property
    def shows_figures(self) -> bool:
        """Whether the format of the output has figures; drawing them for another is lost time."""
        return self.format_name in ("markdown", "html", "pdf")

    def check(self, *, data_file: bool = False) -> None:
        """Refuse an impossible output before any work is done; with `data_file` the suffix of ``-o`` is the command's matter.

        Raises
        ------
        UsageError
            When the format is unknown, formats contradict, or the file cannot be written.
        """
        if _CAPTURED.get() is not None:
            return
        from forecast.report.rendering import format_name

        if self.json and self.format not in (None, "json"):
            message = f"--json contradicts --format {self.format}"
            raise UsageError(message)
        format_name("json" if self.json else self.format, None if data_file else self.output)
        if self.output not in (None, "-"):
            check_writable(Path(str(self.output)))

    def __call__(self, answer: Answer, template: Template | None = None) -> None:
        """Emit the answer, laid out by a template; notes go to stderr where stdout holds a machine format.

        Raises
        ------
        StrictError
            Under ``--strict``, when the answer carries a warning; nothing is written then.
        """
        from forecast.report.rendering import render

        self.working.stop()
        if not answer.provenance.get("call"):
            answer = replace(answer, provenance={**answer.provenance, "call": self.call})
        if (captured := _CAPTURED.get()) is not None:
            captured.append(answer)
            return
        self._refuse_warnings(answer)
        if self.explain:
            from forecast.report.explanation import explained

            answer = explained(answer)
        name = self.format_name
        if self.output not in (None, "-"):
            path = Path(str(self.output))
            rendered = render(answer, name, path.stem, template)
            write_files({path.parent / side: text for side, text in rendered.files.items()} | {path: rendered.text})
            count = len(rendered.files)
            self.say(f"wrote {path}" + (f" and {count} figure{'s' if count > 1 else ''} beside it" if count else ""))
        elif name == "terminal" and sys.stdout.isatty():
            from rich.console import Console

            from forecast.report.formats import terminal

            shown = answer.document.cut(template.depth if template else "full")
            terminal.render(replace(answer, document=shown), console=Console())
        else:
            text = render(answer, name, None, template).text
            if isinstance(text, str):
                sys.stdout.write(text)
            else:
                sys.stdout.buffer.write(text)
        if name in ("json", "csv"):
            for note in answer.notes:
                self.say(f"{note.code}: {note.text}")
        if answer.next_command and sys.stderr.isatty():
            self.say(f"→ next: {answer.next_command}")

    def plain(self, text: str) -> None:
        """Print text that is no answer, such as a template, or write it to the output file."""
        self.working.stop()
        if self.output in (None, "-"):
            sys.stdout.write(text)
            return
        path = Path(str(self.output))
        check_writable(path)
        write_files({path: text})
        self.say(f"wrote {path}")

    def data_file(self, answer: Answer, content: str | bytes, companions: Mapping[str, str] | None = None) -> None:
        """Write a table to ``-o``, companions beside it, and print the answer that says what was written.

        Raises
        ------
        UsageError
            When no file was named.
        StrictError
            Under ``--strict``, when the answer carries a warning; nothing is written then.
        """
        self.working.stop()
        if self.output is None:
            message = "-o FILE is missing: where is the table to go?"
            raise UsageError(message, hint="add -o models.csv, or -o - for standard output")
        printed = replace(self, output=None)
        if self.output == "-":
            if not isinstance(content, str):
                message = "-o -: a binary table does not go to standard output"
                raise UsageError(message, hint="name a file")
            sys.stdout.write(content)
            return
        self._refuse_warnings(answer)
        path = Path(self.output)
        beside = {path.with_name(path.name + suffix): text for suffix, text in (companions or {}).items()}
        write_files({**beside, path: content})
        printed(answer)

    def _refuse_warnings(self, answer: Answer) -> None:
        warnings = [note for note in answer.notes if note.severity == "warning"]
        if self.strict and warnings:
            message = f"--strict: {warnings[0].code}: {warnings[0].message}"
            raise StrictError(message, hint="nothing was written; leave --strict out to see the result")

    def say(self, text: str) -> None:
        """Write a line to stderr unless ``--quiet``."""
        if not self.quiet and _CAPTURED.get() is None:
            sys.stderr.write(text + "\n")


def with_output(command: Callable[..., None], *, data_file: bool = False) -> Callable[..., None]:
    """Add the shared options to a command whose first parameter is an :class:`Emitter`.

    With `data_file`, ``-o`` names a table that the command writes with :meth:`Emitter.data_file`.
    """
    signature = inspect.signature(command, eval_str=True)
    own = list(signature.parameters.values())[1:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in _SHARED.items()
    ]

    own_context = next((parameter.name for parameter in own if parameter.annotation is typer.Context), None)
    if own_context is None:
        shared.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))

    @functools.wraps(command)
    def run(**values: Any) -> None:
        context = values[own_context] if own_context else values.pop("context")
        options = {name: values.pop(name) for name in _SHARED}
        emitter = Emitter(**options, call=_call(context), working=Working(options["quiet"]))
        try:
            if not values.get("init"):  # a template is plain text, in a file of any suffix
                emitter.check(data_file=data_file)
            command(emitter, **values)
        finally:
            emitter.working.stop()

    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    for parameter in [*parameters, *shared]:
        attach_completer(parameter.annotation, parameter.name)
    run.__signature__ = signature.replace(parameters=[*parameters, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*parameters, *shared]}
    return run


def _call(context: typer.Context) -> str:
    """Return the command line that was given, without what only concerns the screen."""
    arguments: list[str] = []
    options: list[str] = []
    names: list[str] = []
    level: typer.Context | None = context
    while level is not None and level.parent is not None:  # the outermost is the program, however it was called
        names.insert(0, str(level.info_name))
        level = level.parent  # type: ignore[assignment]
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        value = context.params.get(str(parameter.name))
        # What a configuration file or the environment set is said too: it moved the numbers.
        if source is None or source.name == "DEFAULT" or parameter.name in ("quiet", "verbose", "strict"):
            continue
        many = value if isinstance(value, list | tuple) else [value]
        if parameter.param_type_name == "argument":
            arguments += map(_word, many)
        elif isinstance(value, bool):
            options.append((parameter.opts if value else parameter.secondary_opts)[0])
        else:
            flag = next((name for name in parameter.opts if name.startswith("--")), parameter.opts[0])
            options += [word for item in many for word in (flag, _word(item))]
    if any(word.startswith("-") and word != "-" for word in arguments):
        options, arguments = [], [*options, "--", *arguments]
    return shlex.join(["forecast", *names, *arguments, *options])


def _word(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def check_writable(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done.

    Raises
    ------
    UsageError
        Saying what stands in the way.
    """
    if path.is_dir():
        message = f"{path}: is a folder; name a file in it"
        raise UsageError(message)
    if not path.parent.is_dir():
        message = f"{path}: the folder {path.parent} does not exist"
        raise UsageError(message, hint=f"run: mkdir -p {path.parent}")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror})"
        raise UsageError(message) from error


def write_files(files: Mapping[Path, str | bytes]) -> None:
    """Write all files or none: each goes to a temporary neighbour first, and is renamed only when all are complete.

    Raises
    ------
    UsageError
        When a file cannot be written; what stood there before still stands.
    """
    if _CAPTURED.get() is not None:
        return
    staged: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
            staged.append((Path(temporary), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content.encode() if isinstance(content, str) else content)
        mask = os.umask(0)
        os.umask(mask)
        for temporary_path, path in staged:
            temporary_path.chmod(0o666 & ~mask)
            temporary_path.replace(path)
    except OSError as error:
        message = f"{error.filename or next(iter(files))}: cannot be written ({error.strerror})"
        raise UsageError(message) from error
    finally:
        for temporary_path, _ in staged:
            temporary_path.unlink(missing_ok=True)
