"""The pages of everything that is found by name, and of the bundled tables."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable

from docs.generator.markdown import ROOT, code, first, joined, rest, table, words


def laws_page() -> str:
    """Return every law with formula, inputs, parameters and reference."""
    from forecast.laws import LAWS

    page = [
        "# Laws",
        "What `forecast fit --law NAME` fits. Bounds of a parameter are those a fit stops at, with the status `at-bound`. "
        "Add your own: [Add a law](../how-to/add-a-law.md).",
    ]
    for name in LAWS.names():
        law = LAWS[name].configured()
        module = importlib.import_module(f"forecast.laws.{name}")
        page += [f"## {name}", first(module.__doc__), f"```text\n{law.formula}\n```", rest(module.__doc__)]
        inputs, output = law.asks()
        page.append(table(["column", "what it is"], [[code(i.name), i.meaning] for i in (*inputs, output)]))
        rows = [[code(p.name), p.meaning, f"{p.lower:g} to {p.upper:g}"] for p in law.parameters]
        page.append(table(["parameter", "meaning", "bounds"], rows))
        page.append(f"Residuals: {law.space}; loss: {law.loss}, unless others are asked for. {law.reference}.")
    return joined(page)


def methods_page() -> str:
    """Return forecast methods with what their intervals have held, interval methods, losses and scores."""
    from forecast.intervals import INTERVALS
    from forecast.solve.losses import LOSSES
    from forecast.trends.methods import METHODS

    record = json.loads((ROOT / "datasets" / "trackrecord.json").read_text(encoding="utf-8"))["result"]["pooled"]
    page = [
        "# Methods, losses and scores",
        "## Methods of forecasts",
        "For `--method`. *Held* is the share of later frontier models inside 90 % intervals made at past origins from today's "
        "data, all bundled metrics together, with its standard error; it should be 90 %. CRPS, the distance of forecast and "
        "outcome in orders of magnitude, is lower for the better forecast. "
        "From the stored record (`make trackrecord`); [more of it](../track-record.md).",
    ]
    rows = []
    for name in METHODS.names():
        scored = [r for r in record if (r["method"], r["estimand"], r["level"]) == (name, "member", 0.9)]
        held = f"{100 * scored[0]['coverage']:.0f} % ± {100 * scored[0]['coverage_se']:.0f}" if scored else ""
        crps = f"{scored[0]['crps']:.2f}" if scored else ""
        use = "a diagnostic: never extrapolated" if METHODS[name].diagnostic else "forecasts"
        rows.append([code(name), METHODS[name].summary, use, held, crps])
    page.append(table(["method", "what it is", "use", "held at 90 %", "CRPS"], rows))
    for name in METHODS.names():
        module = importlib.import_module(f"forecast.trends.methods.{name}")
        page += [f"### {name}", words(module.__doc__)]
    intervals = importlib.import_module("forecast.intervals")
    page += ["## Intervals of fits", f"For `forecast fit --intervals`. {rest(intervals.__doc__)}"]
    page.append(_modules("forecast.intervals", INTERVALS.names(), "interval"))
    losses = importlib.import_module("forecast.solve.losses")
    page += ["## Losses", f"{first(losses.__doc__)}\n\n{rest(losses.__doc__)}"]
    page.append(table(["loss", "what it is"], [[code(name), text] for name, text in LOSSES.items()]))
    scores = importlib.import_module("forecast.scores")
    page += ["## Scores", f"{first(scores.__doc__)}\n\n{rest(scores.__doc__)}", _listed("scores", "score")]
    return joined(page)


def _modules(package: str, names: Iterable[str], heading: str) -> str:
    rows = []
    for name in names:
        text = words(importlib.import_module(f"{package}.{name}").__doc__)
        rows.append([code(name), text])
    return table([heading, "what it is"], rows)


def _listed(kind: str, heading: str) -> str:
    from forecast.commands.list import entries

    return table([heading, "what it is"], [[code(name), text] for name, text in entries(kind)])


def names_page() -> str:
    """Return the other names that options accept."""
    from forecast.commands.list import KINDS

    page = ["# Other names that options accept", "The same lists as `forecast list KIND` prints."]
    elsewhere = ("laws", "methods", "losses", "intervals", "components", "scores", "datasets", "terms")
    long = {"chips": 183, "regions": 220}
    for kind in KINDS:
        if kind in elsewhere:
            continue
        page.append(f"## {kind.capitalize()}")
        page.append(
            f"Too many for this page: `forecast list {kind}`." if kind in long else _listed(kind, kind.rstrip("s"))
        )
    return joined(page)


def graph_page() -> str:
    """Return every quantity of the cost graph with its rules."""
    from forecast.costs.graph import quantities
    from forecast.costs.quantities import QUANTITIES

    page = [
        "# The cost graph",
        "Names for `forecast estimate --set NAME=VALUE`, for plan files and for the JSON result. A quantity is computed by "
        "the first rule whose inputs are known; inputs in brackets may be unknown. What is given is never computed. "
        "[How an estimate works](../estimate.md).",
        "## Quantities that are computed",
    ]
    rows = []
    for name in QUANTITIES.names():
        node = QUANTITIES[name]
        rules = [
            "from " + ", ".join([*map(code, r.required), *(f"({code(o)})" for o in r.optional)]) for r in node.rules
        ]
        rows.append([code(name), node.title, node.unit or "1", "; or ".join(rules)])
    page.append(table(["name", "what", "unit", "rules, the best first"], rows))
    for name in QUANTITIES.names():
        module = importlib.import_module(f"forecast.costs.quantities.{name}")
        page += [f"### {name}", words(module.__doc__)]
    page.append("## Inputs: given, or assumed from a row of the datasets")
    given = [node for name, node in quantities().items() if name not in QUANTITIES.names()]
    page.append(
        table(["name", "what", "unit", "must be"], [[code(n.name), n.title, n.unit or "1", n.limits] for n in given])
    )
    return joined(page)


def tables_page() -> str:
    """Return the bundled tables and their columns, from datapackage.json."""
    package = json.loads((ROOT / "datasets" / "datapackage.json").read_text(encoding="utf-8"))
    page = [
        "# Tables",
        "The bundled tables, column by column, from `datasets/datapackage.json`. Counts are in the [data card](../data-card.md), "
        "what was decided about single rows in the [curation decisions](../curation.md). `forecast data export NAME -o FILE` "
        "writes one, with its attribution beside it.",
    ]
    for resource in package["resources"]:
        licence = ", ".join(one["name"] for one in resource.get("licenses", []))
        page += [f"## {resource['name']}", f"**{resource['title']}.** {resource['description']} Licence: {licence}."]
        rows = [
            [code(field["name"]), field.get("unit", ""), field["type"], field.get("description", "")]
            for field in resource["schema"]["fields"]
        ]
        page.append(table(["column", "unit", "type", "what it is"], rows).replace("<", "&lt;"))
    return joined(page)
