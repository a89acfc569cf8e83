"""What a budget can train by a date, how many years that lags the frontier, and whether the gap widens.

Compute bought = budget / price per FLOP, where the price is rental per chip-hour over peak × utilization, with their ranges,
from the cost graph; after the last day that the datasets know it falls with the trend of hardware prices. The frontier is the
least-squares line through the compute of the models that were among the ten largest at release; a budget lags it by the
years since the line passed what it buys. A model has N parameters and D = r N tokens: N = sqrt(compute / 6 r), with
r = 20 for the least compute to a loss (Hoffmann et al. 2022), and the median of recent models for those that are trained for use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecast.costs.draws import Streams, spread
from forecast.costs.estimation import estimate
from forecast.costs.graph import quantity
from forecast.costs.plan import RunPlan, data_date
from forecast.data.catalog import rows_of
from forecast.data.constants import constant
from forecast.data.dataset import load_dataset
from forecast.data.frontier import FrontierRule
from forecast.data.looked import range_of
from forecast.dates import decimal_year, from_decimal_year, parse_date
from forecast.display import Displayed
from forecast.errors import UsageError
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.settings import DRAWS, LEVELS, SEED, generator
from forecast.trends.line import Line, fit_line
from forecast.trends.members import select_members
from forecast.trends.observations import BUNDLED_SINCE, observe_models
from forecast.trends.targets import bundled_target
from forecast.units import parse_quantity

if TYPE_CHECKING:
    import pandas as pd

#: quantity of a row -> its unit and what tables call it
QUANTITIES = {
    "compute_flop": ("FLOP", "compute"),
    "parameters": ("parameters", "parameters, compute-optimal"),
    "tokens": ("tokens", "tokens, compute-optimal"),
    "parameters_overtrained": ("parameters", "parameters, over-trained"),
    "tokens_overtrained": ("tokens", "tokens, over-trained"),
    "lag_years": ("years", "years behind the frontier"),
    "frontier_share": ("fraction", "part of a frontier model's cost"),
}
_RUN = 1e24  # any run: its cost is proportional to its compute
_RECENT_YEARS = 2


@dataclass(frozen=True)
class Row:
    """One quantity of one budget at one date and level."""

    budget_usd: float
    date: dt.date
    quantity: str
    unit: str
    level: float
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Holder:
    """A budget of ``datasets/budgets.csv`` against the cost of a frontier model, in its own year and at the date asked for."""

    category: str
    budget: str
    year: int
    usd: float
    share: Row
    share_then: Row | None
    lag: Row


@dataclass(frozen=True)
class Affordability(Displayed):
    """The answer to `afford`.

    Parameters
    ----------
    rows : tuple of Row
        By budget, date, quantity and level.
    frontier : tuple of Row
        Cost of a frontier model by date and level (budget 0).
    widening : Row
        Years by which the lag of a constant budget grows in a year.
    holders : tuple of Holder
        With `who`: what part of the frontier's cost known budgets cover.
    tokens_per_parameter : tuple of float
        Compute-optimal, and over-trained.
    curve : mapping
        For the figure: years, frontier and affordable compute with bounds.
    """

    budgets: tuple[float, ...]
    dates: tuple[dt.date, ...]
    levels: tuple[float, ...]
    rows: tuple[Row, ...]
    frontier: tuple[Row, ...]
    widening: Row
    holders: tuple[Holder, ...]
    tokens_per_parameter: tuple[float, float]
    models: int
    curve: Mapping[str, Any]
    notes: tuple[Note, ...]
    provenance: Provenance

    def select(self, budget: float, date: dt.date, name: str, level: float) -> Row:
        """Return a row."""
        wanted = (budget, date, name, level)
        return next(row for row in self.rows if (row.budget_usd, row.date, row.quantity, row.level) == wanted)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a long table."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    summary = to_frame

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "frontier": [asdict(row) for row in self.frontier],
            "widening": asdict(self.widening),
            "tokens_per_parameter": {
                "compute_optimal": self.tokens_per_parameter[0],
                "overtrained": self.tokens_per_parameter[1],
            },
            "who": [asdict(holder) for holder in self.holders],
        }


def afford(
    budgets: Sequence[str | float] = ("$1M",),
    by: Sequence[str | dt.date] = (),
    *,
    who: bool = False,
    tokens_per_parameter: float | None = None,
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    rng: np.random.Generator | None = None,
) -> Affordability:
    """Say what budgets can train by dates, and how far that is behind the frontier.

    Parameters
    ----------
    budgets : sequence of str or float
        Dollars, such as ``"$1M"``.
    by : sequence of str or datetime.date
        Dates; by default the last day that the datasets know, and two years on.
    who : bool
        Also place the budgets of ``datasets/budgets.csv`` against the cost of a frontier model.
    tokens_per_parameter : float, optional
        Of the over-trained model; by default the median of the last two years' models.
    levels : sequence of float
        Probabilities inside the intervals.
    draws : int
        Number of draws.
    rng : numpy.random.Generator, optional
        By default that of seed 0.

    Raises
    ------
    UsageError
        For a budget that is no positive number, or a date out of reach.

    Examples
    --------
    >>> found = afford(["$1M"], ["2026-07"])
    >>> 2 < found.select(1e6, found.dates[0], "lag_years", 0.9).median < 8
    True
    """
    amounts = tuple(_budget(each) for each in budgets)
    dates = _dates(by)
    world = _World(draws, rng if rng is not None else generator(SEED))
    levels = tuple(sorted(levels))
    ratios = (range_of("tokens_per_parameter").value, _overtrained(tokens_per_parameter))
    rows: list[Row] = []
    frontier: list[Row] = []
    for date in dates:
        cost = world.frontier_cost(date)
        frontier += _rows(0.0, date, "frontier_cost_usd", "USD", cost, levels)
        for amount in amounts:
            for name, values in _quantities(world, amount, date, ratios).items():
                rows += _rows(amount, date, name, QUANTITIES[name][0], values, levels)
    rows.sort(key=lambda row: (amounts.index(row.budget_usd), row.date))
    widening = _rows(0.0, dates[-1], "lag_growth", "years", 1 - world.price_fall / world.slope, levels[-1:])[0]
    tables = {name: load_dataset(name).digest for name in ("models", "budgets", "prices", "hardware", "uncertainty")}
    return Affordability(
        amounts, dates, levels, tuple(rows), tuple(frontier), widening, _holders(world, dates[0], levels) if who else (),
        ratios, world.line.count, world.curve(amounts, dates, levels[-1]), tuple(_notes(dates)),
        Provenance(data=tables, settings={"budgets": list(amounts), "draws": draws, "levels": list(levels)}),
    )  # fmt: skip


def _budget(value: str | float) -> float:
    amount = parse_quantity(value, "USD", name="budget")
    if not 1 <= amount <= 1e13:
        message = f"budget: {value} is not between $1 and $10 trillion"
        raise UsageError(message, hint="write it like $1M or 250000")
    return amount


def _dates(by: Sequence[str | dt.date]) -> tuple[dt.date, ...]:
    last = data_date()
    given = [parse_date(each, origin=last) if isinstance(each, str) else each for each in by]
    dates = tuple(dict.fromkeys(sorted(given or [last, last.replace(year=last.year + 2)])))
    horizon = int(constant("longest_horizon_years"))
    for date in dates:
        if not BUNDLED_SINCE <= date <= last.replace(year=last.year + horizon):
            message = f"--by {date}: prices of compute are known or projected from {BUNDLED_SINCE.year} to {last.year + horizon}"
            raise UsageError(message, hint=f"choose a date at most {horizon} years after {last}")
    return dates


def _overtrained(given: float | None) -> float:
    if given is not None:
        if not 0.1 <= given <= 1e6:
            message = f"--tokens-per-parameter {given:g} is not between 0.1 and 1,000,000"
            raise UsageError(message)
        return given
    frame = load_dataset("models").frame
    last = frame["published"].max()
    size = frame["active_parameters"].fillna(frame["parameters"])
    kept = (frame["published"] >= last.replace(year=last.year - _RECENT_YEARS)) & (frame["use"] == "fitted")
    kept &= frame["domain"].str.startswith("Language") & (frame["tokens_status"] != "imputed")
    return float((frame["tokens"] / size)[kept].median())


class _World:
    """Draws of what a FLOP costs and of where the frontier is, at any date."""

    def __init__(self, draws: int, rng: np.random.Generator) -> None:
        self.count = draws
        self.key, line_seed = (int(each) for each in rng.integers(2**31, size=2))
        observed = observe_models(bundled_target("compute"))
        members, _ = select_members(
            observed.year,
            observed.size,
            FrontierRule("top10"),
            since=decimal_year(BUNDLED_SINCE),
            origin=observed.origin,
        )
        self.line: Line = fit_line(members.year, members.log_size)
        # Two points of a drawn line give its slope; the scatter of single models is no part of where the line is.
        ends = np.array([self.line.centre, self.line.centre + 1.0])
        mean, _ = self.line.draw(ends, draws, np.random.default_rng(line_seed))
        self.level, self.slope = mean[:, 0], mean[:, 1] - mean[:, 0]
        fall = range_of("depreciation_oom_per_year")
        streams = Streams(draws, np.random.default_rng(self.key))
        node = quantity("depreciation_oom_per_year")
        self.price_fall: NDArray[np.float64] = spread(
            node, fall.low or 0.0, fall.value, fall.high or 0.0, streams.scores("depreciation_oom_per_year")
        )
        self._prices: dict[dt.date, NDArray[np.float64]] = {}

    def price(self, date: dt.date) -> NDArray[np.float64]:
        """Return draws of dollars per FLOP."""
        known = min(date, data_date())
        if known not in self._prices:
            plan = RunPlan.read({"compute_flop": _RUN, "date": known})
            found = estimate(plan, draws=self.count, rng=np.random.default_rng(self.key))
            self._prices[known] = found.draws["cost_rental_usd"] / _RUN
        ahead = decimal_year(date) - decimal_year(known)
        return self._prices[known] * 10 ** (-self.price_fall * ahead)

    def frontier(self, date: dt.date) -> NDArray[np.float64]:
        """Return draws of the frontier line's compute."""
        return np.asarray(10 ** (self.level + self.slope * (decimal_year(date) - self.line.centre)))

    def frontier_cost(self, date: dt.date) -> NDArray[np.float64]:
        """Return draws of what a model on the frontier line costs to rent."""
        return self.frontier(date) * self.price(date)

    def lag(self, compute: NDArray[np.float64], date: dt.date) -> NDArray[np.float64]:
        """Return draws of the years since the frontier line passed a compute; negative when it is ahead."""
        passed = self.line.centre + (np.log10(compute) - self.level) / self.slope
        return decimal_year(date) - passed

    def curve(self, budgets: Sequence[float], dates: Sequence[dt.date], level: float) -> dict[str, Any]:
        """Return frontier and affordable compute by half-year."""
        last = max(*dates, data_date())
        years = np.arange(decimal_year(BUNDLED_SINCE) + 0.5, decimal_year(last) + 0.01, 0.5)
        steps = [from_decimal_year(year) for year in years]
        ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
        bands = {"frontier": np.array([np.quantile(self.frontier(step), ends) for step in steps])}
        for budget in budgets:
            bands[f"{budget:g}"] = np.array([np.quantile(budget / self.price(step), ends) for step in steps])
        return {"years": years, "bands": bands, "known": decimal_year(data_date()), "level": level}


def _quantities(
    world: _World, amount: float, date: dt.date, ratios: tuple[float, float]
) -> dict[str, NDArray[np.float64]]:
    compute = amount / world.price(date)
    per = range_of("flop_per_parameter_token").value
    sizes = [np.sqrt(compute / per / ratio) for ratio in ratios]
    return {
        "compute_flop": compute,
        "parameters": sizes[0],
        "tokens": sizes[0] * ratios[0],
        "parameters_overtrained": sizes[1],
        "tokens_overtrained": sizes[1] * ratios[1],
        "lag_years": world.lag(compute, date),
        "frontier_share": amount / world.frontier_cost(date),
    }


def _rows(
    budget: float, date: dt.date, name: str, unit: str, values: NDArray[np.float64], levels: Sequence[float]
) -> list[Row]:
    median = float(np.median(values))
    return [
        Row(budget, date, name, unit, level, median, *(float(end) for end in np.quantile(values, [(1 - level) / 2, (1 + level) / 2])))
        for level in levels
    ]  # fmt: skip


def _holders(world: _World, date: dt.date, levels: Sequence[float]) -> tuple[Holder, ...]:
    found = []
    for row in rows_of("budgets"):
        if row["dollars"] == "ppp" or row["usd"] is None:
            continue
        usd, year = float(row["usd"]), int(row["year"])
        share = _rows(usd, date, "frontier_share", "fraction", usd / world.frontier_cost(date), levels[-1:])[0]
        lag = _rows(usd, date, "lag_years", "years", world.lag(usd / world.price(date), date), levels[-1:])[0]
        then = dt.date(year, 7, 1)
        share_then = None
        if BUNDLED_SINCE <= then <= data_date():
            share_then = _rows(usd, then, "frontier_share", "fraction", usd / world.frontier_cost(then), levels[-1:])[0]
        found.append(Holder(row["category"], row["budget"], year, usd, share, share_then, lag))
    return tuple(sorted(found, key=lambda holder: holder.usd))


def _notes(dates: Sequence[dt.date]) -> list[Note]:
    notes = [
        Note(
            "list-prices", "info",
            "Prices are those of renting on demand, for the final run alone; experiments, staff and data come on top.",
            "Reserved chips cost a third to a half less; a whole development 1.2 to 4 times the final run.",
        )
    ]  # fmt: skip
    if max(dates) > data_date():
        message = f"After {data_date()} the price of compute is assumed to fall with the trend of hardware prices."
        notes.append(Note("extrapolation", "info", message, "datasets/uncertainty.csv, depreciation_oom_per_year"))
    return notes
