"""How to spend training compute: the best parameters and tokens by a fitted law, with what they reach.

Definitions. *Compute-optimal*: the N and D of the lowest loss with ``6 N D = C``. With tokens to be served,
*over-trained*: either the N and D that reach the loss of the compute-optimal run of ``C`` at the least compute of training
and inference together, ``6 N D + 2 N D_inference`` (``hold="loss"``, Sardana and Frankle 2023), or those of the lowest
loss with that sum equal to ``C`` (``hold="compute"``). With limited data: a law that takes unique tokens U repeats them at
the worth it has fitted; any other sees each token once at most, and what compute is left goes into parameters.
Every draw of the fit is optimised on its own, so that intervals hold the uncertainty of all that is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from forecast.display import Displayed
from forecast.errors import FitError, UsageError, did_you_mean
from forecast.fitting.bounds import bca, quantiles
from forecast.fitting.optimum import Losses, Run, best_at_compute, best_at_lifetime, cheapest_at_loss
from forecast.fitting.prediction import extrapolation
from forecast.fitting.result import Fit
from forecast.laws._law import Array
from forecast.notes import Note, unique
from forecast.provenance import Provenance
from forecast.questions.isoflop_curve import CurvePoint, isoflop_curves
from forecast.questions.purchase import Price, check_budget, price_of_compute
from forecast.settings import SEED, generator
from forecast.solve.search import Status
from forecast.units import format_quantity

if TYPE_CHECKING:
    import pandas as pd

Hold = Literal["loss", "compute"]
HOLDS: tuple[Hold, ...] = ("loss", "compute")
#: A run needs one parameter and one token; nothing is larger than this (a slip of the pen otherwise).
_LEAST_FLOP, _MOST_FLOP = 6.0, 1e50
#: Quantity -> its unit
UNITS = {
    "compute": "FLOP", "parameters": "parameters", "tokens": "tokens", "tokens_per_parameter": "", "epochs": "", "loss": "",
    "training_compute": "FLOP", "inference_compute": "FLOP", "compute_saved": "fraction",
}  # fmt: skip


@dataclass(frozen=True)
class AllocationRow:
    """One interval of one quantity at one compute.

    Parameters
    ----------
    compute_flop : float
        The compute asked for, or the median of what the budget buys.
    quantity : str
        A name of :data:`UNITS`.
    level : float
        The probability inside the interval.
    estimate : float
        By the fit itself.
    median, lower, upper : float
        Of the draws.
    budget_usd : float or None
        The budget asked for.
    """

    compute_flop: float
    quantity: str
    level: float
    estimate: float
    median: float
    lower: float
    upper: float
    budget_usd: float | None = None


@dataclass(frozen=True)
class Allocation(Displayed):
    """The answer to `allocate`.

    Parameters
    ----------
    fit : Fit
        Whose law was optimised.
    rows : tuple of AllocationRow
        By compute, quantity and level.
    curve : tuple of CurvePoint
        The isoFLOP curves.
    inference_tokens, data_limit : float or None
        As asked for.
    hold : {"loss", "compute"}
        What was held while training and serving were weighed.
    price : Price or None
        What a dollar buys, if a budget was given.
    draws : mapping of str to array of shape (draws, computes)
        Of each quantity.
    extrapolation : tuple of dict
        For each compute, by how many orders of magnitude the best run leaves the range of each input.
    notes, provenance
        What to doubt, and what it was made from.
    """

    fit: Fit
    rows: tuple[AllocationRow, ...]
    curve: tuple[CurvePoint, ...]
    inference_tokens: float | None
    data_limit: float | None
    hold: Hold
    price: Price | None
    draws: Mapping[str, Array]
    extrapolation: tuple[dict[str, float], ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def definition(self) -> str:
        """What was optimised, in words."""
        if self.inference_tokens is None:
            words = "the lowest loss with 6 N D equal to the compute"
        elif self.hold == "loss":
            words = (
                "the least compute of training (6 N D) and inference (2 N per token) together that reaches the loss of the "
                "compute-optimal run"
            )
        else:
            words = "the lowest loss with training (6 N D) and inference (2 N per token) together equal to the compute"
        if self.data_limit is None:
            return words
        limit = format_quantity(self.data_limit, "tokens")
        repeated = Losses(self.fit.law).repeats
        return f"{words}; {limit} unique tokens, {'repeated at the worth fitted' if repeated else 'each seen once at most'}"

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def summary(self) -> pd.DataFrame:
        """Return one row per compute: each quantity by the fit."""
        frame = self.to_frame()
        return frame.pivot_table(index="compute_flop", columns="quantity", values="estimate", sort=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        found: dict[str, Any] = {
            "law": self.fit.law.name,
            "status": str(self.fit.status),
            "definition": self.definition,
            "rows": [{k: v for k, v in asdict(row).items() if k != "budget_usd" or v is not None} for row in self.rows],
            "extrapolation": list(self.extrapolation),
        }
        if self.curve:
            found["curve"] = [asdict(point) for point in self.curve]
        if self.price is not None:
            found["assumptions"] = [each.to_dict() for each in self.price.assumptions]
        return found


def allocate(
    fit: Fit,
    compute: float | Sequence[float] = (),
    *,
    budget: float | Sequence[float] = (),
    plan: Mapping[str, Any] | None = None,
    inference_tokens: float | None = None,
    hold: Hold = "loss",
    data_limit: float | None = None,
    curve: bool = False,
    levels: Sequence[float] | None = None,
    rng: np.random.Generator | None = None,
) -> Allocation:
    """Return the best parameters and tokens for training compute, or for a budget.

    Parameters
    ----------
    fit : Fit
        Of a law of N and D, such as ``chinchilla``, or of ``isoflop``, which knows no loss.
    compute : float or sequence of float
        Training compute in FLOP.
    budget : float or sequence of float
        Instead of it, dollars; what they buy is uncertain, and the intervals hold that too.
    plan : mapping, optional
        With a budget: ``chip``, ``mfu``, ``price``, ``date``, … as in :func:`forecast.costs.estimation.estimate`.
    inference_tokens : float, optional
        Tokens that will be served.
    hold : {"loss", "compute"}
        With `inference_tokens`: what stays as it would be without them.
    data_limit : float, optional
        Unique tokens there are.
    curve : bool
        Return isoFLOP curves too.
    levels : sequence of float, optional
        Probabilities inside the intervals; by default those of the fit.
    rng : numpy.random.Generator, optional
        For the price of compute; by default the generator of seed 0.

    Raises
    ------
    UsageError
        For impossible values, or a law without N and D.
    FitError
        When the fit failed, or no draw has an optimum.

    Examples
    --------
    >>> from forecast.fitting.example import open_fit
    >>> found = allocate(open_fit("chinchilla"), 5.76e23).summary()
    >>> print(found["tokens_per_parameter"].round(1).item())
    17.9
    """
    check_fit(fit)
    asked, dollars = (np.atleast_1d(np.asarray(given, dtype=float)) for given in (compute, budget))
    if (len(asked) > 0) == (len(dollars) > 0):
        message = "give compute or a budget" + (", not both" if len(asked) else "")
        raise UsageError(message, hint="such as --compute 1e25, or --budget '$100M' --chip H100")
    inference, limit = _check_options(fit, inference_tokens, hold, data_limit, curve)
    good = fit.draws[np.isfinite(fit.draws).all(axis=1)]
    if not len(good):
        message = "the fit has no draws, so nothing can be said with an interval"
        raise FitError(message, hint="fit again with --intervals pairs")
    left_out = np.empty((0, good.shape[1])) if fit.left_out is None or len(dollars) else fit.left_out
    parameters = np.concatenate([fit.estimates[None], good, left_out])
    price = None
    if len(dollars):
        for each in dollars:
            check_budget(float(each))
        price = price_of_compute(plan or {}, len(good), rng if rng is not None else generator(SEED))
        each_compute = dollars * np.concatenate([[price.middle], price.flop_per_usd])[:, None]
    else:
        each_compute = np.broadcast_to(asked, (len(parameters), len(asked)))
    check_compute(each_compute[0])
    columns = [
        _quantities(fit, parameters, each_compute[:, place], inference, hold, limit)
        for place in range(each_compute.shape[1])
    ]
    if price is not None:
        columns = [{"compute": each_compute[:, place], **found} for place, found in enumerate(columns)]
    wanted = tuple(sorted(levels or fit.spec.levels))
    rows: list[AllocationRow] = []
    for place, found in enumerate(columns):
        rows += _rows(found, len(good), float(each_compute[0, place]), wanted, float(dollars[place]) if price else None)
    columns = [{name: values[: 1 + len(good)] for name, values in found.items()} for found in columns]
    drawn = {name: np.stack([found[name][1:] for found in columns], axis=1) for name in columns[0]}
    runs = {
        name: np.array([found[key][0] for found in columns]) for name, key in (("N", "parameters"), ("D", "tokens"))
    }
    outside, notes = _far(fit, runs, limit, each_compute[0])
    notes += _lost(columns) + _limit_notes(fit, limit, runs) + _training_notes(columns, inference, hold)
    provenance = Provenance(
        data={**fit.provenance.data, **(price.tables if price else {})},
        settings={"fit": fit.provenance.call, **_settings(asked, dollars, plan, inference_tokens, hold, data_limit)},
    )
    return Allocation(
        fit, tuple(rows), isoflop_curves(fit, each_compute[0], limit, max(wanted)) if curve else (), inference_tokens,
        data_limit, hold, price, drawn, outside, unique([*notes, *fit.doubts]),
        provenance,
    )  # fmt: skip


def check_fit(fit: Fit) -> None:
    """Refuse a fit that says nothing of parameters and tokens.

    Raises
    ------
    FitError
        When it failed.
    UsageError
        When its law takes other inputs.
    """
    if fit.status is Status.FAILED:
        message = "the fit failed, so nothing follows from it"
        raise FitError(message, hint="fit again: forecast fit FILE --law LAW -o fit.json")
    names = {item.name for item in fit.law.inputs}
    if fit.law.name != "isoflop" and not ({"N", "D"} <= names <= {"N", "D", "U"}):
        message = f"the law {fit.law.name} takes {', '.join(sorted(names))}; allocation needs one of parameters N and tokens D"
        raise UsageError(message, hint="fit one: forecast fit FILE --law chinchilla -o fit.json")


def _check_options(
    fit: Fit, inference_tokens: float | None, hold: str, data_limit: float | None, curve: bool
) -> tuple[float, float]:
    for name, value in (("inference tokens", inference_tokens), ("the data limit", data_limit)):
        if value is not None and not (np.isfinite(value) and value > 0):
            message = f"{name}: {value:g} must be above 0 and finite"
            raise UsageError(message)
    if hold not in HOLDS:
        message = f"unknown hold {hold!r}{did_you_mean(hold, HOLDS)}"
        raise UsageError(message, hint="loss: reach the compute-optimal loss; compute: spend no more in all")
    if fit.law.name == "isoflop" and (inference_tokens is not None or data_limit is not None or curve):
        message = "the law isoflop knows the best size only, no loss"
        raise UsageError(message, hint="fit a law of N and D: forecast fit FILE --law chinchilla -o fit.json")
    return inference_tokens or 0.0, np.inf if data_limit is None else data_limit


def check_compute(compute: Array) -> None:
    """Refuse compute that no run has.

    Raises
    ------
    UsageError
        With the value.
    """
    for value in compute:
        if not _LEAST_FLOP <= value <= _MOST_FLOP:
            message = f"compute of {value:g} FLOP is no training run"
            raise UsageError(message, hint="write it like --compute 1e25")


def _quantities(
    fit: Fit, parameters: Array, compute: Array, inference: float, hold: Hold, limit: float
) -> dict[str, Array]:
    """Return each quantity at each parameters: of the fit itself, of its draws, and of the fits with a row left out."""
    if fit.law.name == "isoflop":
        size = fit.law.values(parameters, {"C": compute[:, None]})[:, 0]
        return _described(Run(size, compute / (6 * size)), np.inf)
    losses = Losses(fit.law, limit)
    best = best_at_compute(losses, parameters, compute)
    if not inference:
        return {**_described(best, limit), "loss": losses.of(parameters, best)}
    if hold == "loss":
        run = cheapest_at_loss(losses, parameters, best, inference)
    else:
        run = best_at_lifetime(losses, parameters, compute, inference)
    found = {**_described(run, limit), "loss": losses.of(parameters, run)}
    found |= {"training_compute": run.training, "inference_compute": run.lifetime(inference) - run.training}
    if hold == "loss":
        found["compute_saved"] = 1 - run.lifetime(inference) / best.lifetime(inference)
    return found


def _described(run: Run, limit: float) -> dict[str, Array]:
    found = {"parameters": run.size, "tokens": run.tokens, "tokens_per_parameter": run.tokens / run.size}
    return found if np.isinf(limit) else {**found, "epochs": np.maximum(run.tokens / limit, 1.0)}


def _rows(
    found: Mapping[str, Array], draws: int, compute: float, levels: tuple[float, ...], budget: float | None
) -> list[AllocationRow]:
    rows = []
    for name, values in found.items():
        drawn, left_out = values[1 : 1 + draws], values[1 + draws :]
        good = drawn[np.isfinite(drawn)]
        if len(left_out) and len(good):
            bounds = bca(good[:, None], values[:1], left_out[np.isfinite(left_out)][:, None], levels)[..., 0]
        else:
            bounds = quantiles(good, levels)
        middle = float(np.median(good)) if len(good) else float("nan")
        rows += [
            AllocationRow(
                compute, name, level, float(values[0]), middle, float(bounds[i, 0]), float(bounds[i, 1]), budget
            )
            for i, level in enumerate(levels)
        ]
    return rows


def _far(
    fit: Fit, runs: Mapping[str, Array], limit: float, compute: Array
) -> tuple[tuple[dict[str, float], ...], list[Note]]:
    if fit.law.name == "isoflop":
        return extrapolation(fit, {"C": compute})
    return extrapolation(fit, Losses(fit.law, limit).inputs(runs["N"], runs["D"]))


def _lost(columns: Sequence[Mapping[str, Array]]) -> list[Note]:
    worst = max(int((~np.isfinite(values[1:])).sum()) for found in columns for values in found.values())
    if not worst:
        return []
    count = len(columns[0]["parameters"]) - 1
    message = f"{worst} of {count} draws have no optimum and are left out of the intervals"
    return [Note("lost-draws", "warning" if worst > 0.01 * count else "info", message)]


def _limit_notes(fit: Fit, limit: float, runs: Mapping[str, Array]) -> list[Note]:
    if np.isinf(limit):
        return []
    if (runs["D"] < limit * (1 - 1e-9)).all():
        return [Note("data-limit", "info", "the data limit does not bind: the best runs need fewer tokens")]
    if Losses(fit.law).repeats:
        return []
    message = f"the law {fit.law.name} says nothing of repeated tokens, so each is seen once at most"
    return [Note("data-limit", "info", message, "A fit of --law data_constrained weighs repeating them.")]


def _training_notes(columns: Sequence[Mapping[str, Array]], inference: float, hold: Hold) -> list[Note]:
    if not inference or hold != "loss":
        return []
    more = ", ".join(format_quantity(float(found["training_compute"][0]), "FLOP", digits=3) for found in columns)
    message = (
        f"reaching the compute-optimal loss with a smaller model takes more training compute than asked for: {more}"
    )
    return [Note("more-training", "info", message, "With --hold compute, training and inference stay within it.")]


def _settings(
    compute: Array, budget: Array, plan: Mapping[str, Any] | None, inference: float | None, hold: Hold,
    limit: float | None,
) -> dict[str, Any]:  # fmt: skip
    given = {
        "compute_flop": compute.tolist(), "budget_usd": budget.tolist(), "plan": dict(plan or {}),
        "inference_tokens": inference, "hold": hold if inference else None, "data_limit": limit,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value not in (None, [], {})}
