"""Published claims about training runs: what each states, to how many digits, and what it says that it covers.

The digits written are kept, because they say how far off a figure may be.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forecast.costs.graph import quantities
from forecast.data.catalog import rows_of
from forecast.data.dataset import load_dataset
from forecast.data.table import Table, read_table
from forecast.errors import DataError, Problem, UsageError, did_you_mean
from forecast.notes import Note
from forecast.questions.auditing.headings import FACTS, FIGURES, known_names, plain, read_heading
from forecast.units import parse_quantity

#: Figures that are counted or set, not rounded: as exact as they are written.
_EXACT = {"chips", "chip_power_w", "peak_flop_per_s", "price_per_chip_hour_usd", "chips_per_server", "lifetime_years"}


#: Least digits that a figure is taken to have where zeros end it: 1.1 is a PUE of 1.10.
_LEAST_DIGITS = {"pue": 3}


_ZERO_ALLOWED = {
    "carbon_operational_kg", "carbon_market_kg", "carbon_idle_kg", "carbon_embodied_kg", "carbon_kg",
    "wue_onsite_l_per_kwh", "ewif_l_per_kwh", "water_onsite_l", "water_offsite_l", "water_l", "cost_usd",
    "price_per_chip_hour_usd", "carbon_intensity_g_per_kwh",
}  # fmt: skip


_DIGITS = re.compile(r"[+-]?((?:\d[\d,_]*)?(?:\.\d*)?)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Stated:
    """A figure with the range that rounds to it: ``552.1`` lies between 552.05 and 552.15."""

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Stated:
        """Return a figure that was not rounded."""
        return cls(value, value, value)


@dataclass(frozen=True, eq=False)
class Claim:
    """One row: where it stands, the text columns, and the figures it states."""

    row: int
    facts: Mapping[str, str]
    stated: Mapping[str, Stated]
    bundled: bool = False

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.facts.get("model", "")

    @property
    def run(self) -> str:
        """Name of the training run that claims of other sources are about too; empty where none is known."""
        return self.facts.get("run", "") or known_run(self.model)

    @property
    def primary(self) -> bool:
        """Whether other claims of the same run are measured against it."""
        return self.facts.get("primary", "").casefold() in ("true", "yes", "1")

    @property
    def final(self) -> bool:
        """Whether it is of the final training run alone, as far as it says."""
        return self.facts.get("covers", "").casefold() in (
            "",
            "final run",
            "training",
            "final training run",
            "training run",
        )

    def fact(self, name: str) -> str:
        """Return a text column; empty where unknown."""
        return self.facts.get(name, "")


@dataclass(frozen=True)
class Claims:
    """The claims of a table, its name and digest, and what to know about how it was read."""

    rows: tuple[Claim, ...]
    name: str
    digest: str
    notes: tuple[Note, ...] = field(default=())


def read_claims(source: str | Table, *, least_digits: int = 2) -> Claims:
    """Read claims from a file or table.

    Parameters
    ----------
    source : str or Table
        The file, ``"-"`` for standard input, or a table.
    least_digits : int
        Digits that a number of 10 or more is taken to have at least: few people count the digits of 1e6.

    Raises
    ------
    DataError
        When no column is known, or naming each cell that is no number, negative or infinite.
    """
    table = source if isinstance(source, Table) else read_table(source)
    columns, unknown = _columns(table)
    figures = [name for name, _ in columns.values() if name in FIGURES]
    if not figures:
        near = next((found for found in map(_near, unknown) if found), "")
        message = f"{table.name}: no column holds a figure that could be recomputed{near}"
        raise DataError(message, hint=f"columns are any of: {', '.join((*FACTS[:1], *FIGURES))}")
    notes = []
    if unknown:
        near = "; ".join(f"{name!r}{_near(name)}" for name in unknown[:5])
        notes.append(
            Note("unknown-columns", "info", f"{table.name}: not read: {near}", "docs/audit.md lists the columns.")
        )
    problems: list[Problem] = []
    rows = tuple(_claim(index, record, columns, least_digits, problems) for index, record in _records(table))
    if problems:
        message = f"{table.name}: {len(problems)} problem{'s' if len(problems) > 1 else ''} in {len(rows):,} rows"
        raise DataError(message, problems=problems)
    return Claims(rows, table.name, table.digest, tuple(notes))


@functools.cache
def bundled_claims() -> Claims:
    """Return the published claims of ``datasets/footprints.csv``."""
    dataset = load_dataset("footprints")
    table = read_table(dataset.path)
    found = read_claims(table, least_digits=1)  # written with the digits that each source prints
    rows = tuple(Claim(claim.row, claim.facts, claim.stated, bundled=True) for claim in found.rows)
    return Claims(rows, "datasets/footprints.csv", dataset.digest)


@functools.cache
def _runs() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows_of("footprints"):
        if row["run"]:
            found.setdefault(folded(row["run"]), row["run"])
    for row in rows_of("footprints"):
        if row["run"] and row["primary"]:
            found.setdefault(folded(row["model"]), row["run"])
    for row in rows_of("aliases"):
        target: str = row["name"]
        found.setdefault(folded(row["alias"]), found.get(folded(target), target))
    for row in rows_of("models"):
        found.setdefault(folded(row["name"]), row["name"])
    return found


@functools.lru_cache(maxsize=100_000)
def known_run(model: str) -> str:
    """Return the run that a model's name means in the bundled claims and models; empty where it means none.

    Examples
    --------
    >>> known_run("gpt3"), known_run("Llama 3.1 405B"), known_run("my own model")
    ('GPT-3 175B', 'Llama 3.1-405B', '')
    """
    return _runs().get(folded(model), "")


@functools.lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return a name without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _near(name: str) -> str:
    found = did_you_mean(plain(name), known_names())
    return found if "did you mean" in found else ""


def _columns(table: Table) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return heading -> (column of ours, unit that a bare number is in), and the headings that are none of ours."""
    found: dict[str, tuple[str, str]] = {}
    unknown = []
    taken: dict[str, str] = {}
    for heading in map(str, table.frame.columns):
        read = read_heading(heading, table.name)
        if read is None:
            unknown.append(heading)
            continue
        if read[0] in taken:
            message = f"{table.name}: columns {taken[read[0]]!r} and {heading!r} both mean {read[0]}"
            raise DataError(message, hint="keep one of them")
        taken[read[0]] = heading
        found[heading] = read
    return found, unknown


def _records(table: Table) -> Iterator[tuple[int, dict[str, object]]]:
    frame = table.frame.astype(object).where(table.frame.notna(), "")
    names = [str(column) for column in frame.columns]
    for index, values in enumerate(frame.itertuples(index=False, name=None)):
        yield index + table.first_row, dict(zip(names, values, strict=True))


def _claim(
    row: int, record: Mapping[str, object], columns: Mapping[str, tuple[str, str]], least: int, problems: list[Problem]
) -> Claim:
    facts: dict[str, str] = {"model": f"row {row}"}
    stated: dict[str, Stated] = {}
    for heading, (name, unit) in columns.items():
        text = _text(record[heading])
        if not text:
            continue
        if name in FACTS:
            facts[name] = text
            continue
        try:
            stated[name] = read_figure(text, name, unit, least_digits=least)
        except UsageError as error:
            problems.append(Problem(row, heading, text, error.message.split(": ", 1)[-1]))
    return Claim(row, facts, stated)


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else repr(cell).removesuffix(".0")
    return str(cell).strip()


def read_figure(text: str, name: str, unit: str = "", *, least_digits: int = 2) -> Stated:
    """Read a figure with the range that rounds to it.

    Parameters
    ----------
    text : str
        As written, perhaps with a unit.
    name : str
        Which quantity.
    unit : str
        The unit or multiplier of a bare number, where it is not the canonical one.
    least_digits : int
        As in :func:`read_claims`.

    Raises
    ------
    UsageError
        When it is no number, infinite, negative, or 0 where that means nothing.

    Examples
    --------
    >>> read_figure("552.1", "carbon_kg", "t")
    Stated(value=552100.0, low=552050.0, high=552150.0)
    >>> read_figure("700,000", "water_l")
    Stated(value=700000.0, low=695000.0, high=705000.0)
    """
    plain = text.removeprefix("~").removeprefix("≈").strip()
    canonical = quantities()[name].unit
    match = _DIGITS.match(plain.removeprefix("$").strip())
    bare = bool(match) and match is not None and match.end() == len(plain.removeprefix("$").strip()) and match[1] != ""
    value = parse_quantity(f"{plain}{unit}" if bare and unit else plain, canonical, name=name)
    if value < 0 or (value == 0 and name not in _ZERO_ALLOWED):
        message = f"{name}: must be greater than 0; leave unknown values empty"
        raise UsageError(message)
    if name in _EXACT or value == 0 or match is None:
        return Stated.exact(value)
    digits = match[1].replace(",", "").replace("_", "")
    written = float(match[0].replace(",", "").replace("_", ""))
    least = max(_LEAST_DIGITS.get(name, 0), least_digits if written >= 10 else 0)
    half = value * _half_width(digits, least)
    return Stated(value, value - half, value + half)


def _half_width(digits: str, least: int) -> float:
    """Return half a unit of the last digit that counts, relative to the number.

    Zeros at the end of a whole number do not count.
    """
    whole, _, decimals = digits.partition(".")
    significant = (whole + decimals).lstrip("0")
    count = len(significant if "." in digits else significant.rstrip("0"))
    mantissa = float(f"0.{significant}") * 10
    return 0.5 * 10.0 ** (1 - max(count, least)) / mantissa


def select(claims: Sequence[Claim], model: str) -> list[Claim]:
    """Return the claims about a model.

    Raises
    ------
    UsageError
        When there are none, with the nearest name.
    """
    run = known_run(model)
    kept = [
        claim
        for claim in claims
        if folded(model) in (folded(claim.model), folded(claim.run)) or (run and run == claim.run)
    ]
    if not kept:
        names = {name for claim in claims for name in (claim.model, claim.run) if name}
        names |= {row["alias"] for row in rows_of("aliases") if row["name"] in names}
        message = f"no claim is about {model!r}{did_you_mean(model, names)}"
        raise UsageError(message)
    return kept
