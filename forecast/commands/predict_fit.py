"""`forecast predict FIT.json`: what a saved fit says elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from forecast.commands.emit import Emitter
from forecast.commands.fit import pairs
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.fitting.prediction import Prediction, PredictionKind
    from forecast.fitting.result import Fit
    from forecast.regressions import Regression

KINDS: tuple[Literal["mean", "next"], ...] = ("mean", "next")
_UNITS = {"N": "parameters", "D": "tokens", "U": "tokens", "C": "FLOP"}


def predict_fit(
    emit: Emitter, file: str, at: Sequence[str], by: Sequence[str], through: Sequence[str], levels: tuple[float, ...],
    others: Mapping[str, Any], *, conformal: bool = False,
) -> None:  # fmt: skip
    """Emit the prediction; the arguments are the options of `forecast predict`.

    Raises
    ------
    UsageError
        For an option that only forecasts of metrics have, or a place that is not told.
    """
    from forecast.dates import decimal_year, parse_date
    from forecast.fitting.chain import asked
    from forecast.fitting.example import example_names, open_fit
    from forecast.fitting.prediction import inputs_at
    from forecast.fitting.result import Fit
    from forecast.regressions import read_fit
    from forecast.report.pages.fit import prediction_answer
    from forecast.units import parse_quantity

    for option, value in others.items():
        if value:
            message = f"{option} does not go with a saved fit"
            raise UsageError(message, hint="it belongs to forecasts of metrics; give it to 'forecast fit'")
    fit = open_fit(file) if file in example_names() else read_fit(file)
    if not isinstance(fit, Fit):
        if conformal:
            message = "--conformal is for laws, not for formulas"
            raise UsageError(message, hint="leave it out")
        if through:
            message = "--through is for laws; a formula is given its columns"
            raise UsageError(message, hint=f"write --at {','.join(f'{name}=…' for name in fit.formula.names)}")
        _predict_formula(emit, fit, at, by, levels)
        return
    feeds = _feeds(fit, through)
    needed = asked(fit, feeds)
    if by and "t" not in needed:
        message = f"--by is for laws of time; {fit.law.name} takes {', '.join(needed)}"
        raise UsageError(message, hint=f"write --at {','.join(f'{name}=…' for name in needed)}")
    places: list[dict[str, float]] = [{"t": decimal_year(parse_date(text))} for text in by]
    for text in at:
        told = pairs([text], "--at", "N=70B,D=1.4T")
        places.append({k: parse_quantity(v, _UNITS.get(k, ""), name=f"--at {k}") for k, v in told.items()})
    if not places:
        message = "say where to predict"
        example = "--by 2028" if "t" in needed else "--at " + ",".join(f"{name}=…" for name in needed)
        raise UsageError(message, hint=f"write {example}")
    if not feeds:  # each place may tell what it likes: D, or C that gives it
        told_apart = [inputs_at(fit.law, place) for place in places]
        places = [{name: float(values[0]) for name, values in place.items()} for place in told_apart]
    together = {name: [place.get(name) for place in places] for name in dict.fromkeys(k for p in places for k in p)}
    for name, values in together.items():
        if None in values:
            message = f"--at gives {name} at some places and not at others"
            raise UsageError(message, hint="name the same inputs at every place")
    kinds: tuple[PredictionKind, ...] = (*KINDS, "conformal") if conformal else KINDS
    predictions: dict[str, Prediction] = {
        kind: fit.predict(together, levels or None, kind, through=feeds) for kind in kinds
    }
    steps: dict[str, tuple[Fit, dict[str, Prediction]]] = {
        name: (first, {kind: first.predict(_part(first, together), levels or None, kind) for kind in KINDS})
        for name, first in feeds.items()
    }
    emit(prediction_answer(fit, predictions, steps))


def _feeds(fit: Fit, through: Sequence[str]) -> dict[str, Fit]:
    """Return the fit that gives each input, of ``[INPUT=]FIT.json`` texts."""
    from forecast.fitting.chain import input_name
    from forecast.fitting.example import open_fit

    names = [item.name for item in fit.law.inputs]
    found: dict[str, Fit] = {}
    for text in through:
        told, equals, path = text.rpartition("=")
        if not equals and len(names) > 1:
            message = f"--through {text}: the law {fit.law.name} has the inputs {', '.join(names)}"
            raise UsageError(message, hint=f"say which it gives: --through {names[0]}={text}")
        name = input_name(fit, told) if equals else names[0]
        if name in found:
            message = f"--through gives {name} twice"
            raise UsageError(message)
        found[name] = open_fit(path)
    return found


def _part(fit: Fit, at: Mapping[str, Any]) -> dict[str, Any]:
    from forecast.fitting.prediction import allowed

    return {name: values for name, values in at.items() if name in allowed(fit.law)}


def _predict_formula(
    emit: Emitter, fit: Regression, at: Sequence[str], by: Sequence[str], levels: tuple[float, ...]
) -> None:
    """Emit the prediction of a formula; ``--by`` stands for ``year`` and goes with every ``--at``."""
    from forecast.dates import decimal_year, parse_date
    from forecast.report.pages.regression import regression_prediction_answer

    names = fit.formula.names
    example = f"--at {','.join(f'{name}=…' for name in names)}"
    if by and "year" not in names:
        message = f"--by is for formulas with year; this one has {', '.join(names) or 'no column'}"
        raise UsageError(message, hint=f"write {example}" if names else None)
    places: list[dict[str, Any]] = [dict(pairs([text], "--at", "compute=1e26,year=2027")) for text in at]
    if by:
        places = [{**place, "year": decimal_year(parse_date(text))} for place in places or [{}] for text in by]
    if not places and names:
        message = "say where to predict"
        raise UsageError(message, hint=f"write {example}")
    first = set(places[0]) if places else set()
    if any(set(place) != first for place in places):
        message = "every --at must give the same columns"
        raise UsageError(message, hint=f"write {example}")
    together = {name: [place[name] for place in places] for name in (places[0] if places else {})}
    predictions = {
        "mean": fit.predict(together, levels or None, "mean"),
        "next": fit.predict(together, levels or None, "next"),
    }
    emit(regression_prediction_answer(fit, predictions))
