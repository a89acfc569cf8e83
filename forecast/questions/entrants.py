"""Laws to compare, each bound to the same rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from forecast.data.filters import keep
from forecast.data.table import Table
from forecast.errors import DataError, UsageError, did_you_mean
from forecast.fitting.procedure import roles_of
from forecast.fitting.roles import assign
from forecast.fitting.rows import Rows, read_rows
from forecast.fitting.spec import FitSpec
from forecast.laws import LAWS, Law
from forecast.laws._law import Array
from forecast.laws._space import check_space
from forecast.notes import Note

#: The column that is added where compute follows from parameters and tokens.
_COMPUTE = "6 N D"


@dataclass(frozen=True)
class Choices:
    """What is the same for every law; see :func:`forecast.questions.comparison.compare`."""

    y: str | None = None
    x: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    loss: str = "mse"
    space: str | None = None
    weights: str | None = None
    group: str | None = None
    scale: str | None = None
    draws: int = 400
    levels: tuple[float, ...] = (0.9,)
    where: tuple[str, ...] = ()
    drop_missing: bool = False


@dataclass(frozen=True)
class Entrant:
    """A law with its rows, which are the same rows for every law."""

    label: str
    law: Law
    spec: FitSpec
    rows: Rows


@dataclass(frozen=True)
class Entrants:
    """The laws, and how large each row is.

    Parameters
    ----------
    laws : tuple of Entrant
        In the order asked for.
    size : array of shape (n,)
        Compute, a law's only input, or the column asked for.
    scale : str
        What the size is.
    notes : tuple of Note
        What was guessed or left out.
    """

    laws: tuple[Entrant, ...]
    size: Array
    scale: str
    notes: tuple[Note, ...]


def enter(table: Table, names: Sequence[str], choices: Choices) -> Entrants:
    """Return the laws with their rows.

    Raises
    ------
    UsageError, DataError
        For laws that do not go together, and rows that cannot be read.
    """
    labels = [name.strip().replace("-", "_") for name in names if name.strip()]
    twice = next((name for name in labels if labels.count(name) > 1), None)
    if twice is not None or len(labels) < 2:
        message = f"the law {twice} stands twice" if twice else "a comparison needs two laws or more"
        raise UsageError(message, hint="write --laws power,power_floor,broken_power:2")
    made = {label: _law(label, choices) for label in labels}
    _check_roles([law for law, _ in made.values()], choices)
    notes = []
    if choices.where:
        total = len(table.frame)
        table = replace(table, frame=table.frame[keep(table.frame, choices.where, table.name)])
        said = f"{len(table.frame):,} of {total:,} rows match {' and '.join(choices.where)}"
        notes.append(Note("filtered-rows", "info", said))
    response = choices.y or choices.roles.get("y") or choices.roles.get("L")
    columns: dict[str, dict[str, str]] = {}
    # laws of loss first: their names of columns are told apart best, and the others take the response from them
    for label in sorted(labels, key=lambda label: made[label][0].output.name != "L"):
        law = made[label][0]
        table, columns[label], told = _columns(table, law, choices, response)
        response = response or columns[label][law.output.name]
        guessed = any(note.code == "guessed-roles" for note in notes)
        notes += [note for note in told if not (guessed and note.code == "guessed-roles")]
    used = {column for own in columns.values() for column in own.values()}
    used |= {column for column in (choices.weights, choices.group, choices.scale) if column is not None}
    if choices.drop_missing:
        table, dropped = _complete(table, sorted(used))
        notes += dropped
    spaces = {law.space for law, _ in made.values()}
    space = check_space(choices.space) if choices.space else spaces.pop() if len(spaces) == 1 else "log"
    laws = []
    for label in labels:
        law, options = made[label]
        spec = FitSpec(
            law.name, options, columns[label], choices.loss, space, weights=choices.weights, group=choices.group,
            draws=choices.draws, levels=choices.levels,
        )  # fmt: skip
        laws.append(Entrant(label, law, spec, read_rows(table, law, spec, (), None, drop_missing=False)))
        notes += laws[-1].rows.notes
    size, scale = _sizes(table, laws, choices.scale)
    return Entrants(tuple(laws), size, scale, tuple(notes))


def _law(label: str, choices: Choices) -> tuple[Law, dict[str, Any]]:
    name, colon, option = label.partition(":")
    options: dict[str, Any] = {}
    if colon:
        if name != "broken_power" or not option.isdigit():
            message = f"{label!r} is not a law; only broken_power takes a number, of breaks"
            raise UsageError(message, hint="write broken_power:2")
        options["breaks"] = int(option)
    if name == "sum_power" and (choices.x or choices.roles):
        options["inputs"] = list(choices.x) or [role for role in choices.roles if role not in ("y", "L")]
    law = LAWS[name].configured(**options)
    if law.asks() != (law.inputs, law.output):
        message = f"the law {name} is not fitted to the rows of the table themselves, so it compares with none"
        raise UsageError(message, hint="compare laws of the response itself")
    return law, options


def _check_roles(laws: Sequence[Law], choices: Choices) -> None:
    known = {item.name for law in laws for item in (*law.inputs, law.output)} | {"N", "D", "C", "L", "y"}
    for role in choices.roles:
        if role not in known:
            message = f"none of the laws has a role {role!r}{did_you_mean(role, known)}"
            raise UsageError(message)


def _columns(
    table: Table, law: Law, choices: Choices, response: str | None
) -> tuple[Table, dict[str, str], list[Note]]:
    """Return the columns of a law's roles; a law of x takes compute where nothing is named for it."""
    inputs = [item.name for item in law.inputs]
    known = [str(column) for column in table.frame.columns]
    sized = {"N", "D"} & set(inputs)
    mine = {role: name for role, name in choices.roles.items() if role in inputs or (sized and role in ("N", "D", "C"))}
    wanted = roles_of(law, mine, response, () if sized else choices.x)
    if inputs == ["x"] and not {"x"} & {*wanted, *known}:
        table, wanted["x"] = _compute(table, choices, response)
        known = [str(column) for column in table.frame.columns]
    roles = assign(law, wanted, known, table.name)
    return table, dict(roles.columns), list(roles.notes)


def _compute(table: Table, choices: Choices, response: str | None) -> tuple[Table, str]:
    """Return the column of compute, added where it follows from parameters and tokens."""
    own = {role: column for role, column in choices.roles.items() if role in ("N", "D", "C")}
    known = [str(column) for column in table.frame.columns]
    try:
        roles = assign(LAWS["chinchilla"], own | ({"L": response} if response else {}), known, table.name)
    except UsageError as error:
        message = f"{table.name}: say what x is"
        raise UsageError(message, hint=f"name it: --x COLUMN; columns: {', '.join(known[:25])}") from error
    if "C" in roles.columns:
        return table, roles.columns["C"]
    if _COMPUTE not in known:
        sizes = [table.numbers(roles.columns[role], positive=True, role=role) for role in ("N", "D")]
        table = replace(table, frame=table.frame.assign(**{_COMPUTE: 6 * sizes[0] * sizes[1]}))
    return table, _COMPUTE


def _complete(table: Table, columns: Sequence[str]) -> tuple[Table, list[Note]]:
    empty = np.zeros(len(table.frame), dtype=bool)
    for column in columns:
        raw = table.column(column)
        empty |= (raw.isna() | (raw.astype(str).str.strip() == "")).to_numpy()
    if empty.all():
        message = f"{table.name}: every row has an empty cell in one of {', '.join(columns)}"
        raise DataError(message)
    if not empty.any():
        return table, []
    note = Note("dropped-rows", "info", f"{int(empty.sum())} rows with an empty cell were left out")
    return replace(table, frame=table.frame[~empty]), [note]


def _sizes(table: Table, laws: Sequence[Entrant], scale: str | None) -> tuple[Array, str]:
    """Return how large each row is, and by what."""
    if scale is not None:
        return table.numbers(scale, required=True, role="the scale"), scale
    for entrant in laws:
        inputs = entrant.rows.inputs
        if {"N", "D"} <= set(inputs):
            return 6 * inputs["N"] * inputs["D"], "compute 6 N D"
    single = {
        entrant.rows.columns[role]: entrant.rows.inputs[role]
        for entrant in laws
        for role in entrant.rows.inputs
        if len(entrant.rows.inputs) == 1
    }
    if len(single) != 1:
        message = f"{table.name}: say by which column rows are small or large"
        raise UsageError(message, hint="name it: --scale COLUMN")
    column, size = next(iter(single.items()))
    return size, column
