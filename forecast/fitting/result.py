"""A fit: estimates with intervals, the certificate, the draws, the data, and what to doubt."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import pandas as pd

from forecast.display import Displayed
from forecast.errors import DataError, ForecastError, UsageError
from forecast.fitting.bounds import Estimate, Theory, bca, quantiles
from forecast.fitting.spec import FitSpec
from forecast.intervals import INTERVALS
from forecast.laws import Law
from forecast.laws._law import Array, Model
from forecast.laws._space import Space, into
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.settings import generator
from forecast.solve.losses import Loss
from forecast.solve.search import Certificate, Status

if TYPE_CHECKING:
    from forecast.fitting.prediction import Prediction, PredictionKind

SCHEMA = "forecast/fit/1"
GROUPS_SCHEMA = "forecast/fit-groups/1"


class Saved(Protocol):
    """What is kept in a file: a fit of a law, or of a formula."""

    @property
    def stream(self) -> int:
        """Where the random draws of predictions start."""
        ...

    @property
    def provenance(self) -> Provenance:
        """What it was made from."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result."""
        ...


F = TypeVar("F", bound=Saved)


@dataclass(frozen=True)
class Fit(Displayed):
    """A fitted law.

    Parameters
    ----------
    spec : FitSpec
        What was asked for, every default resolved.
    law : Law
        With its options and its constants.
    certificate : Certificate
        The verdict of the solver.
    estimates : array of shape (p,)
        The law's parameters, in natural scale, in the order of ``law.names``.
    theta, covariance, freedom : array of shape (p,), array of shape (p, p), float
        The same in the solver's coordinates, with covariance and degrees of freedom.
    draws : array of shape (draws, p)
        Parameters that the data would also have allowed; NaN where a resample had no optimum.
    left_out : array of shape (parts, p) or None
        Parameters with each row or run left out, or a handful where there are many, where bounds are bias-corrected and accelerated.
    intervals : mapping of str to list of Estimate
        For each parameter and derived quantity, one entry per level, ascending.
    inputs : mapping of str to array of shape (n,)
        The data fitted, by the law's symbols.
    output, weight : array of shape (n,)
        The response, and weights.
    cluster : array of shape (n,) or None
        Which rows share a run.
    stream : int
        Where the random draws of predictions start.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        What it was made from.
    """

    spec: FitSpec
    law: Law
    certificate: Certificate
    estimates: Array
    theta: Array
    covariance: Array
    freedom: float
    draws: Array
    left_out: Array | None
    intervals: Mapping[str, list[Estimate]]
    inputs: Mapping[str, Array]
    output: Array
    weight: Array
    cluster: Array | None
    stream: int
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def status(self) -> Status:
        """How far the fit can be trusted."""
        return self.certificate.status

    @property
    def doubts(self) -> tuple[Note, ...]:
        """Notes that whatever follows from the fit carries on: its warnings, and that it was made on the spot."""
        return tuple(note for note in self.notes if note.severity == "warning" or note.code == "example-fit")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self.law.names

    @property
    def loss(self) -> Loss:
        """The loss that was summed."""
        return self.spec.resolved_loss(self.law)

    @property
    def space(self) -> Space:
        """Where residuals are taken."""
        return self.spec.resolved_space(self.law)

    @property
    def count(self) -> int:
        """Rows fitted."""
        return len(self.output)

    @property
    def level(self) -> float:
        """The widest level."""
        return max(self.spec.levels)

    @property
    def parameters(self) -> dict[str, Estimate]:
        """Parameters with their interval at the widest level."""
        return {name: self.intervals[name][-1] for name in self.names}

    @property
    def derived(self) -> dict[str, Estimate]:
        """What follows from the parameters, with its interval at the widest level."""
        return {name: rows[-1] for name, rows in self.intervals.items() if name not in self.names}

    @cached_property
    def model(self) -> Model:
        """The law bound to the data, as the solver sees it."""
        rows = {name: values[None] for name, values in self.inputs.items()}
        return self.law.model(rows, self.space, held=self.spec.fixed)

    @property
    def theory(self) -> Theory:
        """The limiting distribution of the coordinates."""
        return Theory(self.model, self.theta[None], self.covariance[None], np.array([self.freedom]))

    @property
    def residuals(self) -> Array:
        """Observed minus fitted, in the space of the fit."""
        fitted = self.law.values(self.estimates[None], self.inputs)[0]
        return into(self.output, self.space) - into(fitted, self.space)

    @property
    def scores(self) -> dict[str, float]:
        """How well the fit describes its own data, in the space of the fit (``residual_sd`` with n - p degrees of freedom)."""
        residual, target = self.residuals, into(self.output, self.space)
        total = float((self.weight * (target - np.average(target, weights=self.weight)) ** 2).sum())
        square = float((self.weight * residual**2).sum())
        moving = int((np.diag(self.covariance) > 0).sum())
        freedom = max(self.count - moving, 1)
        return {
            "r2": 1 - square / total if total > 0 else float("nan"),
            "residual_sd": float(np.sqrt(square / freedom / self.weight.mean())),
            "median_absolute_residual": float(np.median(np.abs(residual))),
        }

    def bounds(self, function: Callable[[Array], Array], levels: Sequence[float]) -> Array:
        """Return the bounds (levels, 2, k) of what follows from the parameters, read off the draws as the fit's own are.

        Parameters
        ----------
        function : callable
            Parameters (batch, p) to values (batch, k).
        levels : sequence of float
            Probabilities inside.
        """
        drawn = function(self.draws[np.isfinite(self.draws).all(axis=1)])
        if self.left_out is None:
            return quantiles(drawn, tuple(levels))
        left_out = function(self.left_out[np.isfinite(self.left_out).all(axis=1)])
        return bca(drawn, function(self.estimates[None])[0], left_out, tuple(levels))

    def predict(
        self,
        at: Mapping[str, Any] | pd.DataFrame,
        levels: Sequence[float] | None = None,
        kind: PredictionKind = "mean",
        *,
        through: Mapping[str, Fit] | None = None,
    ) -> Prediction:
        """Predict at inputs, by role.

        Parameters
        ----------
        at : mapping or DataFrame
            A number or array for each input, such as ``{"N": 70e9, "D": 1.4e12}``; ``C`` stands in for one of N and D.
        levels : sequence of float, optional
            Probabilities inside the intervals; by default those of the fit.
        kind : {"mean", "next", "conformal"}
            Where the fitted curve is, or where the next observation will fall: by the draws and the scatter of the fit, or
            by :mod:`forecast.fitting.conformal`.
        through : mapping of str to Fit, optional
            Fits that give inputs of this one, such as ``{"x": loss_fit}``; `at` then holds their inputs. See
            :mod:`forecast.fitting.chain`.
        """
        from forecast.fitting.chain import predict_through
        from forecast.fitting.prediction import predict

        if through:
            return predict_through(self, through, at, tuple(sorted(levels or self.spec.levels)), kind)
        return predict(self, at, tuple(sorted(levels or self.spec.levels)), kind)

    def to_frame(self) -> pd.DataFrame:
        """Return all estimates and levels as a long table."""
        rows = [
            {"quantity": name, "kind": "parameter" if name in self.names else "derived", **asdict(row)}
            for name, entries in self.intervals.items()
            for row in entries
        ]
        return pd.DataFrame(rows)

    def summary(self) -> pd.DataFrame:
        """Return one row per parameter and derived quantity, at the widest level."""
        frame = self.to_frame()
        return frame[frame["level"] == self.level].set_index("quantity")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result; ``state`` holds what :meth:`from_dict` needs beside the rest."""
        return {
            "law": self.law.name,
            "formula": self.law.formula,
            "loss": self.loss.label,
            "space": self.space,
            "n": self.count,
            "objective": self.certificate.objective,
            "status": str(self.status),
            "starts": {"n": self.certificate.starts, "agreeing": self.certificate.agreeing},
            "certificate": {
                "gradient_norm": self.certificate.gradient_norm,
                "runner_up": self.certificate.runner_up,
                "runner_up_parameters": dict(zip(self.names, self.certificate.runner_up_parameters, strict=False)),
                "at_bound": list(self.certificate.at_bound),
                "weak": list(self.certificate.weak),
                "condition": self.certificate.condition,
            },
            "intervals": self.spec.intervals,
            "parameters": {name: asdict(row) for name, row in self.parameters.items()},
            "derived": {name: asdict(row) for name, row in self.derived.items()},
            "data_range": {
                name: {"min": float(values.min()), "max": float(values.max())}
                for name, values in {**self.inputs, self.law.output.name: self.output}.items()
            },
            "scores": self.scores,
            "state": {
                "spec": self.spec.to_dict(),
                "constants": self.law.constants(),
                "freedom": self.freedom,
                "stream": self.stream,
                "levels": {name: [asdict(row) for row in rows] for name, rows in self.intervals.items()},
                "estimates": pack(self.estimates),
                "theta": pack(self.theta),
                "covariance": pack(self.covariance),
                "draws": pack(self.draws),
                "left_out": None if self.left_out is None else pack(self.left_out),
                "inputs": {name: pack(values) for name, values in self.inputs.items()},
                "output": pack(self.output),
                "weight": pack(self.weight),
                "cluster": None if self.cluster is None else pack(self.cluster),
            },
        }

    @classmethod
    def from_dict(
        cls,
        result: Mapping[str, Any],
        notes: Sequence[Mapping[str, Any]] = (),
        provenance: Mapping[str, Any] | None = None,
    ) -> Fit:
        """Return the fit of a JSON result, with the notes and the provenance of its envelope."""
        state, told = result["state"], result["certificate"]
        spec = FitSpec.from_dict(state["spec"])
        law = spec.resolved_law().restored(state["constants"])
        certificate = Certificate(
            Status(result["status"]), _number(result["objective"]), _number(told["gradient_norm"]), result["starts"]["n"],
            result["starts"]["agreeing"], None if told["runner_up"] is None else float(told["runner_up"]), tuple(told["runner_up_parameters"].values()),
            tuple(told["at_bound"]), _number(told["condition"], np.inf), tuple(told["weak"]),
        )  # fmt: skip
        intervals = {name: [_estimate(row) for row in rows] for name, rows in state["levels"].items()}
        made = dict(provenance or {})
        made.pop("versions", None)
        fit = cls(
            spec, law, certificate, unpack(state["estimates"]), unpack(state["theta"]), unpack(state["covariance"]),
            _number(state["freedom"]), unpack(state["draws"]),
            None if state.get("left_out") is None else unpack(state["left_out"]), intervals,
            {name: unpack(values) for name, values in state["inputs"].items()}, unpack(state["output"]),
            unpack(state["weight"]), None if state["cluster"] is None else unpack(state["cluster"]), state["stream"],
            tuple(Note(**note) for note in notes), Provenance(**made),
        )  # fmt: skip
        _check_shapes(fit)
        return fit


def _check_shapes(fit: Fit) -> None:
    """Raise an error where the parts of a saved fit do not belong together."""
    INTERVALS[fit.spec.intervals]
    size, rows = len(fit.names), len(fit.output)
    shapes = {
        "estimates": (fit.estimates, (size,)),
        "theta": (fit.theta, (size,)),
        "covariance": (fit.covariance, (size, size)),
        "draws": (fit.draws, (len(fit.draws), size)),
        "weight": (fit.weight, (rows,)),
        **{item.name: (fit.inputs[item.name], (rows,)) for item in fit.law.inputs},
    }
    if fit.left_out is not None:
        shapes["left_out"] = fit.left_out, (len(fit.left_out), size)
    if fit.cluster is not None:
        shapes["cluster"] = fit.cluster, (rows,)
    for name, (values, shape) in shapes.items():
        if values.shape != shape:
            message = f"{name} has the shape {values.shape}, not {shape}"
            raise ValueError(message)


def read_fit(path: str | Path) -> Fit:
    """Read a fit of a law that ``forecast fit … -o fit.json`` wrote.

    Raises
    ------
    UsageError
        When the file cannot be opened, or holds a regression with a formula.
    DataError
        When it holds no fit.
    """
    content = read_envelope(path)
    if content["result"].get("law") == "formula":
        message = f"{path}: holds a regression with a formula; this is for fits of laws"
        raise UsageError(message, hint=f"run: forecast show {path}, or forecast predict {path} --at …")
    return fit_of(content, path)


def read_envelope(path: str | Path) -> dict[str, Any]:
    """Return the JSON envelope of a saved fit, of a law or of a formula.

    Raises
    ------
    UsageError
        When the file cannot be opened.
    DataError
        When it holds no fit.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: there is no such file"
        raise UsageError(message, hint="write one: forecast fit FILE --law LAW -o fit.json") from error
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise UsageError(message) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        message = f"{path}: is not JSON ({error})"
        raise DataError(message, hint="write a fit with: forecast fit FILE --law LAW -o fit.json") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema == GROUPS_SCHEMA:
        message = f"{path}: holds fits by group, which keep no draws; this is for one fit"
        raise UsageError(message, hint="fit one group: forecast fit FILE --law LAW --where GROUP=VALUE -o fit.json")
    if schema != SCHEMA:
        what = f"its schema is {schema!r}" if schema else "it has no schema"
        message = f"{path}: holds no fit: {what}, not {SCHEMA!r}"
        raise DataError(message, hint="write a fit with: forecast fit FILE --law LAW -o fit.json")
    result = content.get("result")
    if not isinstance(result, dict) or "state" not in result:
        message = f"{path}: is a damaged fit (its result has no 'state')"
        raise DataError(message, hint="write it again with forecast fit")
    return dict(content)


def fit_of(content: Mapping[str, Any], path: str | Path) -> Fit:
    """Return the fit of a law in an envelope.

    Raises
    ------
    DataError
        When it is damaged.
    """
    return whole(Fit.from_dict, content, path)


def whole(restore: Callable[..., F], content: Mapping[str, Any], path: str | Path) -> F:
    """Return what `restore` makes of an envelope, or refuse it now if a later step would stumble over it.

    Raises
    ------
    DataError
        When it is damaged.
    """
    try:
        fit = restore(content["result"], content.get("notes", ()), content.get("provenance"))
        generator(fit.stream)
        fit.provenance.to_dict()
        fit.to_dict()
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError, ForecastError) as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        message = f"{path}: is a damaged fit ({what})"
        raise DataError(message, hint="write it again with forecast fit") from error
    return fit


def _number(value: float | None, missing: float = np.nan) -> float:
    return missing if value is None else float(value)


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(
        _number(row["estimate"]), _number(row["se"]), _number(row["lower"], -np.inf), _number(row["upper"], np.inf),
        float(row["level"]),
    )  # fmt: skip


def pack(values: Array) -> dict[str, Any]:
    """Return an array as text that loses nothing: base64 of little-endian doubles."""
    plain = np.ascontiguousarray(values, dtype="<f8")
    return {"float64": base64.b64encode(plain.tobytes()).decode("ascii"), "shape": list(plain.shape)}


def unpack(packed: Mapping[str, Any]) -> Array:
    """Return the array of :func:`pack`."""
    raw = np.frombuffer(base64.b64decode(packed["float64"], validate=True), dtype="<f8")
    return raw.reshape(packed["shape"]).astype(float)


def bounds_of(fit: Fit) -> str:
    """Return how the bounds were made, in words."""
    summary = INTERVALS[fit.spec.intervals].summary
    return f"{summary}, BCa" if fit.spec.kind == "bca" else summary
