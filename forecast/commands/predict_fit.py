"""`forecast predict FIT.json`: what a saved fit says elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forecast.commands.emit import Emitter
from forecast.commands.fit import pairs
from forecast.errors import UsageError

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
    from forecast.fitting import read_fit
    from forecast.fitting.prediction import inputs_at
    from forecast.report.pages.fit import prediction_answer
    from forecast.units import parse_quantity

    for option, value in others.items():
        if value:
            message = f"{option} does not go with a saved fit"
            raise UsageError(message, hint="it belongs to forecasts of metrics; give it to 'forecast fit'")
    fit = read_fit(file)
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
