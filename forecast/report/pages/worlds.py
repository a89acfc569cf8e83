"""The answer of `forecast backtest --simulated`: coverage of every method in every world."""

from __future__ import annotations

from forecast.questions.worlds import HORIZON, ORIGINS, WORLDS
from forecast.report.document import Answer, Bullets, Document, Section, Table, Text
from forecast.report.pages.prediction import held, percent
from forecast.trends.hindcast import Hindcast, method_by_name
from forecast.trends.methods import METHODS


def worlds_answer(found: Hindcast, histories: int, seed: int) -> Answer:
    """Return the table: one row per method, one column per world, at the highest level."""
    rows = [row for row in found.rows() if row["estimand"] == "member"]
    level = max(found.levels)
    worlds = list(dict.fromkeys(row["target"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    top = {(row["method"], row["target"]): row for row in rows if row["level"] == level}
    held_cells = [[m, *(held(top[m, w]) if (m, w) in top else "" for w in worlds)] for m in methods]
    crps_cells = [[m, *(f"{top[m, w]['crps']:.3f}" if (m, w) in top else "" for w in worlds)] for m in methods]
    intro = (
        f"{histories} simulated histories of each world, forecast from 1 January of "
        f"{ORIGINS[0]:g} to {ORIGINS[-1]:g}, up to {HORIZON[1]:g} years ahead; standard errors clustered by history."
    )
    return Answer(
        schema="forecast/worlds/1",
        result={"rows": [{"world" if key == "target" else key: value for key, value in row.items()} for row in rows],
                "histories": histories},
        document=Document(
            "Calibration in simulated worlds",
            [
                Section("", [Text(intro)]),
                Section(f"Outcomes held by {percent(level)} intervals", [Table(["method", *worlds], held_cells, numeric=worlds)]),
                Section("CRPS, orders of magnitude", [Table(["method", *worlds], crps_cells, numeric=worlds)]),
                Section("Worlds and methods", [
                    Bullets([f"{name}: {WORLDS[name].summary}" for name in worlds]),
                    Bullets([f"{name}: {method_by_name(name).summary}" for name in methods]),
                ]),
            ],
        ),
        provenance={"seed": seed},
        explains=("forecast.questions.worlds", *(METHODS.module(name) for name in methods if name in METHODS.names())),
        topics=("backtest", "score:crps"),
    )  # fmt: skip
