"""The glossary, and the page of public Python names."""

from __future__ import annotations

import inspect
import re
import sys
import typing

from docs.generator.markdown import code, first, joined, table


def glossary_page() -> str:
    """Return the glossary: one set of words for commands, JSON, reports and documentation."""
    from forecast.generation.chain import METRICS
    from forecast.report.pages.prediction import ESTIMAND_NAMES
    from forecast.report.terms import TERMS
    from forecast.solve.search import Status
    from forecast.trends.result import ESTIMANDS

    source = inspect.getsource(Status)
    status = re.findall(r"#: (.*)\n\s+\w+ = \"(.*)\"", source)
    page = [
        "# Glossary",
        "One set of words for commands, JSON, reports and these pages; `forecast list terms` prints the first table.",
        table(["word", "meaning"], sorted(TERMS.items(), key=lambda item: item[0].casefold())),
        "## Estimands",
        table(["name", "in tables", "meaning"], [[code(n), ESTIMAND_NAMES[n], m] for n, m in ESTIMANDS.items()]),
        "## Status of a fit",
        first(Status.__doc__) + " Anything but `certified` is printed in capitals.",
        table(["status", "meaning"], [[code(name), text] for text, name in status]),
        "## Metrics of the coherent forecast",
        table(
            ["name in JSON", "what", "unit"], [[code(n), title, unit or "1"] for n, (unit, title) in METRICS.items()]
        ),
    ]
    return joined(page)


def python_page() -> str:
    """Return the public names, for mkdocstrings to fill in."""
    import forecast

    page = [
        "# Python",
        "The names of `import forecast`; each is imported on first use. Everything else can be reached by its module and may "
        "change without notice. Results are frozen dataclasses with `to_dict()`, `to_frame()` and `summary()`, and show "
        "themselves in notebooks.",
    ]
    made: list[type] = []
    for name in forecast.__all__[1:]:
        item = getattr(forecast, name)
        page.append(f"::: {item.__module__}.{item.__qualname__}\n    options:\n      heading_level: 2")
        if inspect.isfunction(item):
            kind = typing.get_type_hints(item, vars(sys.modules[item.__module__])).get("return")
            kinds = typing.get_args(kind) or (kind,)
            made += [k for k in kinds if inspect.isclass(k) and k.__module__.startswith("forecast") and k not in made]
    page.append("## Results")
    public = [getattr(forecast, name) for name in forecast.__all__[1:]]
    page += [f"::: {kind.__module__}.{kind.__qualname__}" for kind in made if kind not in public]
    page.append("## For scikit-learn")
    page += [
        f"::: forecast.estimators.{name}"
        for name in (
            "ScalingLawRegressor",
            "PowerLawRegressor",
            "ChinchillaRegressor",
            "DoubtfulFitWarning",
            "expected_failed_checks",
        )
    ]
    page += [
        "## Errors",
        *(f"::: forecast.errors.{name}" for name in ("ForecastError", "UsageError", "DataError", "FitError")),
    ]
    return joined(page)
