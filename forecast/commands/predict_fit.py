"""`forecast predict FIT.json`: what a saved fit says elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forecast.commands.emit import Emitter
from forecast.commands.fit import pairs
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.regressions import Regression

_UNITS = {"N": "parameters", "D": "tokens", "U": "tokens", "C": "FLOP"}


def predict_fit(
    emit: Emitter, file: str, at: Sequence[str], by: Sequence[str], levels: tuple[float, ...], others: Mapping[str, Any]
) -> None:
    """Emit the prediction; the arguments are the options of `forecast predict`.

    Raises
    ------
    UsageError
        For an option that only forecasts of metrics have, or a place that is not told.
    """
    from forecast.dates import decimal_year, parse_date
    from forecast.fitting import Fit
    from forecast.fitting.prediction import inputs_at
    from forecast.regressions import read_fit
    from forecast.report.pages.fit import prediction_answer
    from forecast.units import parse_quantity

    for option, value in others.items():
        if value:
            message = f"{option} does not go with a saved fit"
            raise UsageError(message, hint="it belongs to forecasts of metrics; give it to 'forecast fit'")
    fit = read_fit(file)
    if not isinstance(fit, Fit):
        _predict_formula(emit, fit, at, by, levels)
        return
    timed = [item.name for item in fit.law.inputs if item.name == "t"]
    if by and not timed:
        message = f"--by is for laws of time; {fit.law.name} takes {', '.join(item.name for item in fit.law.inputs)}"
        raise UsageError(message, hint=f"write --at {','.join(f'{item.name}=…' for item in fit.law.inputs)}")
    places: list[dict[str, float]] = [{"t": decimal_year(parse_date(text))} for text in by]
    for text in at:
        told = pairs([text], "--at", "N=70B,D=1.4T")
        places.append({k: parse_quantity(v, _UNITS.get(k, ""), name=f"--at {k}") for k, v in told.items()})
    if not places:
        message = "say where to predict"
        example = "--by 2028" if timed else "--at " + ",".join(f"{item.name}=…" for item in fit.law.inputs)
        raise UsageError(message, hint=f"write {example}")
    inputs = [inputs_at(fit.law, place) for place in places]
    together = {name: [float(place[name][0]) for place in inputs] for name in inputs[0]}
    predictions = {
        "mean": fit.predict(together, levels or None, "mean"),
        "next": fit.predict(together, levels or None, "next"),
    }
    emit(prediction_answer(fit, predictions))


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
