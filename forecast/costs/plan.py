"""A planned run: what is known of it, and what may be assumed for the rest.

Keys are names of quantities (with short forms such as ``mfu``) and the choices that are no numbers: chip, precision,
region, provider, date, commitment, own, development. The command line, a plan file and a table of plans use the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forecast.costs.graph import quantities, quantity
from forecast.costs.quantity import Quantity
from forecast.data.schema import package
from forecast.dates import parse_date
from forecast.errors import DataError, UsageError, did_you_mean
from forecast.units import format_quantity, parse_quantity

#: Short forms of names.
ALIASES = {
    "params": "parameters", "active_params": "active_parameters", "compute": "compute_flop", "flop": "compute_flop",
    "energy": "energy_kwh", "mfu": "utilization", "count": "chips", "staff": "contributors",
    "carbon_intensity": "carbon_intensity_g_per_kwh", "price": "price_per_chip_hour_usd",
}  # fmt: skip
CHOICES = ("chip", "precision", "region", "provider", "date", "commitment", "own", "development")


@dataclass(frozen=True)
class Given:
    """A value that the user states: exact, or with the 90 % range that it lies in."""

    central: float
    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether no range was given."""
        return self.low == self.high

    @classmethod
    def read(cls, name: str, value: Any) -> Given:
        """Read a number, a text such as ``70B``, ``45%`` or ``0.3..0.5``, or a list of two or three of them.

        Raises
        ------
        UsageError
            When it is not readable, impossible for the quantity, or not in order.

        Examples
        --------
        >>> Given.read("utilization", "30%..50%")
        Given(central=0.4, low=0.3, high=0.5)
        >>> Given.read("tokens", "15T").central
        15000000000000.0
        """
        node = quantity(name)
        ends = value.split("..") if isinstance(value, str) else value
        if not isinstance(ends, list | tuple):
            ends = [ends]
        numbers = [_number(node, end) for end in ends]
        if not 1 <= len(numbers) <= 3 or numbers != sorted(numbers):
            message = f"{name}: {value!r} is not a range"
            raise UsageError(message, hint="write LOW..HIGH or LOW..MEDIAN..HIGH, the range that holds 90 %")
        low, high = numbers[0], numbers[-1]
        if len(numbers) == 2:
            middle = (low + high) / 2 if node.linear or low <= 0 else _geometric_mean(low, high, node.offset)
            numbers.insert(1, middle)
        return cls(numbers[len(numbers) // 2], low, high)


def _number(node: Quantity, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        message = f"{node.name}: {value!r} is not a number"
        raise UsageError(message)
    number = parse_quantity(value, node.unit, name=node.name)
    return node.check(number, None if isinstance(value, float) else str(value))


def _geometric_mean(low: float, high: float, offset: float) -> float:
    return offset + math.sqrt((low - offset) * (high - offset))


@dataclass(frozen=True)
class RunPlan:
    """A planned run.

    Parameters
    ----------
    given : mapping of str to Given
        What is known, by quantity.
    chip, precision, region, provider, commitment : str or None
        Choices that decide which rows of the datasets are read; ``None`` for the default.
    date : datetime.date or None
        When the run takes place.
    own : bool
        Cost by ownership of the cluster instead of rental.
    development : bool
        Count experiments and failed runs too.
    assume : bool
        Whether defaults stand in for what is not given; without them only what follows from `given` is computed.
    """

    given: Mapping[str, Given] = field(default_factory=dict)
    chip: str | None = None
    precision: str | None = None
    region: str | None = None
    provider: str | None = None
    date: dt.date | None = None
    commitment: str | None = None
    own: bool = False
    development: bool = False
    assume: bool = True

    @classmethod
    def read(cls, entries: Mapping[str, Any], *, assume: bool = True) -> RunPlan:
        """Read names and values as people write them.

        Parameters
        ----------
        entries : mapping
            Such as ``{"params": "70B", "tokens": "15T", "chip": "H100"}``; empty texts and ``None`` are skipped.
        assume : bool
            As in the class.

        Raises
        ------
        UsageError
            For an unknown name, a name given twice, or an impossible value.

        Examples
        --------
        >>> RunPlan.read({"params": "70B", "mfu": "45%"}).given["utilization"].central
        0.45
        """
        given: dict[str, Given] = {}
        choices: dict[str, Any] = {}
        for key, value in entries.items():
            name = full_name(key)
            if value is None or value == "":
                continue
            if name in given or name in choices:
                message = f"{name}: is given twice"
                raise UsageError(message, hint="give it once")
            if name in CHOICES:
                choices[name] = _choice(name, value)
            else:
                given[name] = Given.read(name, value)
        return cls(given=given, assume=assume, **choices)

    def with_given(self, **numbers: Any) -> RunPlan:
        """Return the plan with further givens."""
        return replace(self, given={**self.given, **{key: Given.read(key, value) for key, value in numbers.items()}})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, without what was left to its default."""
        plain: dict[str, Any] = {
            name: each.central if each.exact else [each.low, each.central, each.high]
            for name, each in self.given.items()
        }
        for name in CHOICES:
            value = getattr(self, name)
            if value not in (None, False):
                plain[name] = value
        return plain


def data_date() -> dt.date:
    """Return the day up to which the datasets know prices, grids and hardware: the date of a plan that states none."""
    year, month = package()["version"].split("-")[:2]
    return dt.date(int(year), int(month), 1)


def full_name(key: str) -> str:
    """Return the name that a key stands for.

    Raises
    ------
    UsageError
        When it stands for none, with the nearest.

    Examples
    --------
    >>> full_name("mfu"), full_name("active-params")
    ('utilization', 'active_parameters')
    """
    folded = key.strip().replace("-", "_")
    name = ALIASES.get(folded, folded)
    known = [*quantities(), *CHOICES, *ALIASES]
    if name not in known:
        message = f"unknown name {key!r}{did_you_mean(folded, known)}"
        raise UsageError(message, hint="forecast estimate --init lists the names")
    return name


def _choice(name: str, value: Any) -> Any:
    if name in ("own", "development"):
        words = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
        answer = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if answer is None:
            message = f"{name}: {value!r} is neither true nor false"
            raise UsageError(message)
        return answer
    if name == "date":
        return value if isinstance(value, dt.date) else parse_date(str(value), data_date())
    if not isinstance(value, str):
        message = f"{name}: {value!r} is not a text"
        raise UsageError(message)
    return value.strip()


def read_plan(path: str | Path) -> dict[str, Any]:
    """Return the entries of a TOML plan file.

    Raises
    ------
    UsageError
        When the file cannot be opened.
    DataError
        When it is not TOML, or has a name that is not known.
    """
    import tomllib

    try:
        entries = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: there is no such file"
        raise UsageError(message, hint="forecast estimate --init -o plan.toml writes one") from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise UsageError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 text"
        raise DataError(message, hint="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: is not valid TOML: {error}"
        raise DataError(message, hint='texts need quotes: params = "70B"') from error
    for key in entries:
        try:
            full_name(key)
        except UsageError as error:
            message = f"{path}: {error.message}"
            raise DataError(message, hint=error.hint) from error
    return entries


def plan_template() -> str:
    """Return a commented plan file: every name that may stand in it, with its unit."""
    lines = [
        "# A planned training run, for: forecast estimate plan.toml",
        '# Numbers may be written as people write them ("70B", "15T", "45%", "$2"), or as a range that holds',
        '# 90 % ("30%..50%"). What is left out is assumed, and listed with its source.',
        "",
        'params = "70B"              # all parameters',
        '# active_params = "37B"     # of a mixture of experts',
        'tokens = "15T"              # training tokens',
        'chip = "H100"               # forecast estimate --chip ? lists them',
        "# count = 8192              # chips at once: needed for time and power",
        '# mfu = "40%"               # model FLOP over dense peak',
        '# precision = "bf16"        # fp32, tf32, bf16, fp16, fp8, fp4',
        '# region = "USA"            # country or cloud region, for grid, water and electricity price',
        '# provider = "Google Cloud" # for PUE and rental price',
        '# date = "2026-07"          # prices, grids and hardware of that time',
        "# own = true                # cost by ownership instead of rental",
        '# commitment = "reserved_3y" # on_demand, reserved_1y, reserved_3y, spot',
        "# development = true        # with experiments and failed runs",
        "# staff = 50                # contributors whose time is paid",
        '# inference_tokens = "10T"  # use phase',
        "",
        "# Any other quantity of the graph can be given, and is then exact:",
    ]
    shown = {"parameters", "active_parameters", "tokens", "chips", "utilization", "contributors", "inference_tokens"}
    for name, node in sorted(quantities().items()):
        if name not in shown:
            unit = f"{node.unit}; " if node.unit else ""
            lines.append(f"# {name} =   # {unit}{node.title}")
    return "\n".join(lines) + "\n"


def describe(name: str, given: Given) -> str:
    """Return a given value in words.

    Examples
    --------
    >>> describe("energy_kwh", Given(1.287e6, 1.287e6, 1.287e6))
    'energy with PUE 1.287 GWh'
    """
    node = quantity(name)
    text = format_quantity(given.central, node.unit, digits=4)
    return f"{node.title} {text}"
