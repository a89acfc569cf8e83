"""`forecast data card`: the data card ``datasets/README.md`` and the decisions ``datasets/CURATION.md``, from the data."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from forecast.data.curation import Decision, load_decisions
from forecast.data.dataset import load_dataset
from forecast.data.schema import dataset_names, package, resource
from forecast.data.uses import FITTED_FROM
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text

#: Figures whose coverage the card tells; those with a status.
_FIGURES = (
    "parameters", "active_parameters", "tokens", "datapoints", "training_compute_flop", "chip_hours", "power_draw_w",
    "energy_kwh", "carbon_kg", "water_l", "cost_usd",
)  # fmt: skip
_STATUSES = ("reported", "derived", "imputed")
_ACTIONS = {
    "rename": "Renamed", "merge": "Merged: one model under two names", "add": "Added", "set": "Corrected figures",
    "exclude": "Excluded", "keep": "Looked into, and kept",
}  # fmt: skip


def card_answer() -> Answer:
    """Return the data card, with front matter as Hugging Face reads it."""
    models = load_dataset("models").frame
    about = package()
    sections = [
        Section("", [Text(about["description"]), _tables()]),
        Section("Models", [_rows(models), _coverage(models), _years(models), *_reading()]),
        Section("How models.csv is made", _making()),
        Section("Licence and attribution", [_licences()]),
        Section("Limits", [Bullets([_imputed_costs(models), *_LIMITS])]),
        Section("Columns of models.csv", [_columns()]),
    ]
    counts = {name: len(load_dataset(name).frame) for name in dataset_names()}
    return Answer(
        schema="forecast/data-card/1",
        result={"version": about["version"], "rows": [{"name": name, "rows": count} for name, count in counts.items()]},
        document=Document(about["title"], sections, front_matter=_front_matter(sum(counts.values()))),
        explains=("forecast.data.dataset", "forecast.data.derive", "forecast.data.curation"),
        topics=("data:models",),
        next_command="forecast data show models",
    )


_LIMITS = (
    "Developers stopped publishing: ever fewer notable models state size, compute or cost, and the share that does is not a random one.",
    "Energy is power × time with one factor for servers and one for overhead, except where a publication states it; energy_boundary says what each figure covers.",
    "A figure's status says how it is known, not how far it may be off: confidence holds Epoch AI's judgement (Confident: within a factor of 3, Likely: 10, Speculative: 30).",
    "The last months are thin: models enter Epoch AI's table after they appear, and notability takes time.",
)


def _imputed_costs(models: pd.DataFrame) -> str:
    share = (models["cost_usd_status"][models["cost_usd"].notna()] == "imputed").mean()
    return (
        f"Costs are Epoch AI's model of them, not invoices; for {share:.0%} the hardware itself or how much of it ran is "
        "not known, and was assumed from the compute."
    )


def _front_matter(rows: int) -> str:
    size = "1K<n<10K" if rows < 10_000 else "10K<n<100K"
    lines = [
        f"pretty_name: {package()['title']}", "license: cc-by-4.0", "language:", "- en", "size_categories:", f"- {size}",
        "tags:", "- scaling-laws", "- training-compute", "- ai-models", "- energy", "- forecasting", "configs:",
    ]  # fmt: skip
    for name in dataset_names():
        lines += [f"- config_name: {name}", f"  data_files: {resource(name).path}"]
        lines += ["  default: true"] if name == "models" else []
    return "\n".join(lines)


def _tables() -> Table:
    rows = [
        [resource(name).path, f"{len(load_dataset(name).frame):,}", resource(name).title, resource(name).licence]
        for name in dataset_names()
    ]
    return Table(
        ["file", "rows", "what it holds", "licence"], rows, "Tables; datapackage.json is their schema", ("rows",)
    )


def _rows(models: pd.DataFrame) -> Table:
    recent = models["published"] >= FITTED_FROM
    figures = models[["parameters", "training_compute_flop", "tokens", "cost_usd", "energy_kwh"]].notna().any(axis=1)
    lines: list[tuple[str, pd.Series]] = [
        ("published 2018 or later", recent),
        ("… with parameters, compute, tokens, cost or energy", recent & figures),
        ("use: fitted", models["use"] == "fitted"),
        ("use: history (2010 to 2017; rank, are not fitted)", models["use"] == "history"),
        ("use: excluded", models["use"] == "excluded"),
    ]
    reasons = models["exclusion_reason"][models["use"] == "excluded"].value_counts()
    lines += [
        (f"… {reason}", models["exclusion_reason"] == reason)
        for reason in sorted(reasons.index, key=lambda r: -reasons[r])
    ]
    cells = [[label, f"{int(mask.sum()):,}", f"{int((mask & models['notable']).sum()):,}"] for label, mask in lines]
    span = f"{models['published'].min().date()} to {models['published'].max().date()}"
    return Table(
        ["models", "rows", "of them notable"], cells, f"{len(models):,} models, {span}", ("rows", "of them notable")
    )


def _coverage(models: pd.DataFrame) -> Table:
    cells = []
    for column in _FIGURES:
        status = models[f"{column}_status"][models[column].notna()].value_counts()
        cells.append(
            [column, f"{int(models[column].notna().sum()):,}", *(f"{int(status.get(name, 0)):,}" for name in _STATUSES)]
        )
    heads = ["figure", "known", *_STATUSES]
    return Table(heads, cells, "How many models have a figure, and how it is known", ("known", *_STATUSES))


def _years(models: pd.DataFrame) -> Table:
    kept = models[models["notable"] & (models["use"] != "excluded") & (models["published"] >= FITTED_FROM)]
    cells = []
    for year, group in kept.groupby(kept["published"].dt.year):
        shares = [
            f"{group[column].notna().mean():.0%}" for column in ("parameters", "training_compute_flop", "cost_usd")
        ]
        cells.append([str(year), str(len(group)), *shares])
    heads = ["year", "notable models", "parameters known", "compute known", "cost known"]
    return Table(heads, cells, "Disclosure: share of notable models, not excluded, whose figure is known", heads[1:])


def _reading() -> list[Block]:
    return [
        Bullets(
            [
                "Numbers are plain decimals in the unit of the column's name; empty means unknown. Lists are separated by '; '.",
                "reported: stated by the developer or the paper; derived: computed from stated figures; imputed: an estimate where the inputs were not stated.",
                "parameters counts every expert of a mixture; active_parameters those that work on one token. 6·N·D needs the active ones.",
                "cost_usd is in dollars of cost_dollar_year; deflators.csv converts.",
            ]
        )
    ]


def _making() -> list[Block]:
    actions = Counter(decision.action for decision in load_decisions())
    told = ", ".join(f"{actions[name]} {name}" for name in _ACTIONS)
    return [
        Text(
            "By one command from the CSV that anyone can download from Epoch AI: generic rules, each counted in "
            f"cleaning.csv; {sum(actions.values())} decisions about single models ({told}), each with reason and source in "
            "curation.csv and, to read, in CURATION.md; then derivations. A decision lapses when the download has another value."
        ),
        Code(
            "forecast data import epoch all_ai_models.csv -o models.csv\n"
            "forecast data diff models models.csv\nforecast data check models.csv",
            "sh",
        ),
    ]


def _licences() -> Bullets:
    return Bullets(
        [f"{resource(name).path}: {resource(name).attribution} ({resource(name).licence})" for name in dataset_names()]
    )


def _columns() -> Table:
    about = resource("models")
    cells = [[item.name, item.unit or item.type, item.description] for item in about.fields]
    return Table(["column", "unit or type", "meaning"], cells)


def curation_answer() -> Answer:
    """Return every rule and every decision with its reason."""
    decisions = load_decisions()
    cleaning = load_dataset("cleaning").frame
    rules = [
        [row["rule"], f"{row['cells']:,}", row["description"], row["example"]] for row in cleaning.to_dict("records")
    ]
    sections = [
        Section("", [Text(_INTRODUCTION)]),
        Section("Rules for every cell", [Table(["rule", "cells", "what it does", "example"], rules, "", ("cells",))]),
    ]
    for action, title in _ACTIONS.items():
        chosen = [decision for decision in decisions if decision.action == action]
        if chosen:
            cells = [[decision.name, _say(decision), decision.reason, decision.source] for decision in chosen]
            sections.append(
                Section(f"{title} ({len(chosen)})", [Table(["model", "decision", "why", "where to check"], cells)])
            )
    plain: list[dict[str, Any]] = [vars(decision) for decision in decisions]
    return Answer(
        schema="forecast/data-curation/1",
        result={"rows": plain, "rules": cleaning.to_dict("records")},
        document=Document("Curation of models.csv", sections),
        explains=("forecast.data.curation", "forecast.data.cleaning"),
        topics=("data:models",),
        next_command="forecast data check models",
    )


_INTRODUCTION = (
    "What was done to Epoch AI's table to make models.csv: rules that hold for every row, with how many cells each "
    "changed, and decisions about single models. The command 'forecast data card curation' writes this file from "
    "cleaning.csv and curation.csv; 'forecast data check' finds the same kinds of dirt in any table. Besides these, "
    "rows that name a base model are excluded as fine-tunes, and names that end in a month as later versions."
)


def _say(decision: Decision) -> str:
    new, old = decision.new_value, decision.old_value
    if decision.action == "set":
        before = "" if old in ("", "*") else f" (was {old})"
        return f"{decision.column}: {new or 'unknown'}{before}"
    words = {
        "rename": f"is called {new}",
        "merge": f"is {new}",
        "add": f"published {new}",
        "exclude": new,
        "keep": decision.column,
    }
    return words[decision.action]
