"""Which column is what: roles given, guessed from names that leave no doubt, or computed from other roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.errors import UsageError, did_you_mean
from forecast.laws import Law
from forecast.notes import Note

#: Names that a column of each role goes by, letters and digits only, lower case.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "N": ("n", "params", "parameters", "nparams", "numparams", "nparameters", "numparameters", "modelsize", "modelparams"),
    "D": ("d", "tokens", "ntokens", "numtokens", "trainingtokens", "traintokens", "tokensseen", "datatokens"),
    "U": ("u", "uniquetokens", "nuniquetokens", "uniquedata"),
    "C": ("c", "compute", "flop", "flops", "trainingcomputeflop", "trainingcompute", "trainingflop", "computeflop"),
    "L": ("l", "loss", "valloss", "validationloss", "testloss", "evalloss", "finalloss"),
    "t": ("t", "date", "published", "publicationdate", "publication", "year", "time", "releasedate", "released"),
    "x": ("x",),
    "y": ("y",),
}  # fmt: skip

#: How a missing role follows from two others: C = 6 N D.
COMPUTED: dict[str, tuple[tuple[str, str], str]] = {
    "D": (("C", "N"), "D = C / (6 N)"),
    "N": (("C", "D"), "N = C / (6 D)"),
    "C": (("N", "D"), "C = 6 N D"),
}


@dataclass(frozen=True)
class Roles:
    """Column of each role, roles that are computed from others, and what was guessed."""

    columns: Mapping[str, str]
    computed: tuple[str, ...]
    notes: tuple[Note, ...]


def assign(law: Law, given: Mapping[str, str], columns: Sequence[str], name: str) -> Roles:
    """Return which column plays which role.

    Parameters
    ----------
    law : Law
        Whose inputs and output need columns.
    given : mapping
        Roles that the caller named.
    columns : sequence of str
        Columns of the table.
    name : str
        The table's name, for messages.

    Raises
    ------
    UsageError
        When a role is unknown, or is neither given nor clear from the names.
    """
    inputs, output = law.asks()
    needed = [item.name for item in inputs] + [output.name]
    allowed = {*needed, *(role for need in needed if need in COMPUTED for role in COMPUTED[need][0])}
    for role in given:
        if role not in allowed:
            message = f"the law {law.name} has no role {role!r}{did_you_mean(role, allowed)}"
            raise UsageError(message, hint=f"its roles: {', '.join(needed)}")
    found = dict(given)
    guessed = []
    computed = []
    for role in needed:
        if role in found:
            continue
        parents, _ = COMPUTED.get(role, (("", ""), ""))
        if parents[0] in found and parents[1] in found:
            computed.append(role)
            continue
        own = _candidates(role, columns, found)
        if len(own) == 1:
            found[role] = own[0]
            guessed.append(role)
            continue
        others = [_candidates(parent, columns, found) for parent in parents if parent and parent not in found]
        if not own and parents[0] and all(len(other) == 1 for other in others):
            for parent, other in zip([p for p in parents if p not in found], others, strict=True):
                found[parent] = other[0]
                guessed.append(parent)
            computed.append(role)
            continue
        raise _unclear(law, role, own, columns, name)
    notes = []
    told = [f"{role} = {found[role]}" for role in guessed if found[role] != role]
    if told:
        what = ", ".join(told)
        notes.append(Note("guessed-roles", "info", f"taken from the column names: {what}.", "Name them to be sure."))
    notes += [
        Note("computed-role", "info", f"{COMPUTED[role][1]}, as the table has no column for {role}")
        for role in computed
    ]
    return Roles(found, tuple(computed), tuple(notes))


def _candidates(role: str, columns: Sequence[str], found: Mapping[str, str]) -> list[str]:
    exact = [column for column in columns if column == role and column not in found.values()]
    if exact:
        return exact
    plain = {column: re.sub(r"[^a-z0-9]", "", column.casefold()) for column in columns}
    return [c for c in columns if plain[c] in SYNONYMS.get(role, ()) and c not in found.values()]


def _unclear(law: Law, role: str, own: Sequence[str], columns: Sequence[str], name: str) -> UsageError:
    inputs, output = law.asks()
    meaning = next(item.meaning for item in (*inputs, output) if item.name == role)
    why = f"could be {' or '.join(map(repr, own))}" if own else "is not clear from the column names"
    option = {"y": "--y COLUMN", "L": "--role L=COLUMN"}.get(
        role, "--x COLUMN" if role == "x" else f"--role {role}=COLUMN"
    )
    message = f"{name}: the column of {role} ({meaning}) {why}"
    return UsageError(message, hint=f"name it: {option}; columns: {', '.join(columns[:25])}")
