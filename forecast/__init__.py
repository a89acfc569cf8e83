"""Forecast the size, compute, cost, energy, carbon and water of AI models, with intervals and their track record."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecast.costs.estimation import estimate as estimate
    from forecast.costs.plan import RunPlan as RunPlan
    from forecast.data.dataset import load_dataset as load_dataset
    from forecast.data.table import read_table as read_table
    from forecast.fitting import Fit as Fit
    from forecast.fitting import fit as fit
    from forecast.fitting.example import open_fit as open_fit
    from forecast.generation.joint import next_generation as next_generation
    from forecast.questions.allocation import allocate as allocate
    from forecast.questions.experiments import design as design
    from forecast.regressions import read_fit as read_fit
    from forecast.regressions import regress as regress
    from forecast.trends.prediction import predict as predict

#: Public name -> the module that defines it; imported on first use (PEP 562), so that
#: ``import forecast`` and ``forecast --help`` stay fast.
_PUBLIC = {
    "load_dataset": "forecast.data.dataset",
    "next_generation": "forecast.generation.joint",
    "predict": "forecast.trends.prediction",
    "RunPlan": "forecast.costs.plan",
    "estimate": "forecast.costs.estimation",
    "Fit": "forecast.fitting",
    "fit": "forecast.fitting",
    "open_fit": "forecast.fitting.example",
    "allocate": "forecast.questions.allocation",
    "design": "forecast.questions.experiments",
    "read_fit": "forecast.regressions",
    "regress": "forecast.regressions",
    "read_table": "forecast.data.table",
}

#: Modules with names of their own, imported on first use too.
_MODULES = ("estimators",)

__all__ = ["__version__", *_PUBLIC]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"forecast.{name}")
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    message = f"module 'forecast' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
