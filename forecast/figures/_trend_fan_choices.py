"""The trend fan on a screen: hover a model or a band; choose estimand, level, scale, models and domain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from forecast.dates import decimal_year
from forecast.figures.interaction import Control, Interactive, axis_text
from forecast.questions.outlook import Outlook

ROLES = {"member": "fitted (frontier)", "history": "older, only ranks", "other": "not fitted"}
ESTIMANDS = {"member": "next frontier model", "record": "record so far", "trend": "trend line"}
FITTED = "fitted line"
#: Fields of a model that a reader sees
_TOLD = ("model", "date", "shown", "obtained", "role", "domain", "source")
_YEAR = {
    "field": "year", "type": "quantitative", "title": "date of publication",
    "scale": {"zero": False, "nice": False}, "axis": {"format": "d", "tickMinStep": 1},
}  # fmt: skip


def first_shown(outlook: Outlook) -> float:
    """Return the decimal year from which models are drawn: three years before the first that is fitted."""
    return decimal_year(outlook.forecast.fit.first) - 3


def interactive(outlook: Outlook, title: str) -> Interactive:
    """Return what a reader can do with the fan.

    Parameters
    ----------
    outlook : Outlook
        As drawn.
    title : str
        Of the axis.
    """
    size = {
        "type": "quantitative", "title": title, "scale": {"choice": "scale.scale"}, "axis": {"choice": "scale.axis"},
    }  # fmt: skip
    *bands, ends = _fan_layers(size, str(outlook.fan["date"].max()))
    roles = [text for role, text in ROLES.items() if (outlook.models["role"] == role).any()]
    layers = [*bands, _models_layer(size, outlook, roles), ends]
    return Interactive({"layer": layers}, _controls(outlook), _TOLD)


def _fan_layers(size: dict[str, Any], last: str) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = [
        {"filter": {"field": "estimand", "equal": {"choice": "estimand"}}},
        {"filter": {"field": "level", "oneOf": {"choice": "level"}}},
    ]
    label = {"calculate": "format(100 * datum.level, '.3~g') + ' %'", "as": "label"}
    ends = [*chosen, {"filter": {"field": "date", "equal": last}}, label]
    line = [{"filter": {"field": "estimand", "equal": FITTED}}]
    span = {"x": _YEAR, "y": size | {"field": "lower"}, "y2": {"field": "upper"}}
    each = {"detail": {"field": "level", "type": "nominal"}}
    level = {"field": "level", "type": "quantitative", "format": ".3~p"}
    told = [*_nominal("date", "estimand"), level, *_nominal("interval")]
    drawn: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
        (chosen, {"type": "area", "opacity": 0.35, "color": {"theme": "band"}}, span | each),
        (
            chosen,
            {"type": "line", "color": {"theme": "forecast"}, "strokeWidth": 2},
            {"x": _YEAR, "y": size | {"field": "median"}} | each,
        ),
        # Nothing is seen of these bars: they are what the pointer meets inside a band.
        (chosen, {"type": "rule", "strokeWidth": 14, "opacity": 0}, span | {"tooltip": told}),
        (
            line,
            {"type": "line", "color": {"theme": "line"}, "strokeWidth": 1.2},
            {"x": _YEAR, "y": size | {"field": "median"}},
        ),
        (
            ends,
            {"type": "text", "dx": -4, "dy": -7, "align": "right", "color": {"theme": "ink"}},
            {"x": _YEAR, "y": size | {"field": "upper"}, "text": {"field": "label"}},
        ),
    ]
    return [
        {"data": {"name": "forecast"}, "transform": transform, "mark": mark, "encoding": encoding}
        for transform, mark, encoding in drawn
    ]


def _models_layer(size: dict[str, Any], outlook: Outlook, roles: Sequence[str]) -> dict[str, Any]:
    looks = dict(zip(ROLES.values(), (("line", "circle"), ("ink", "cross"), ("faint", "circle")), strict=True))
    colours, shapes = [{"theme": looks[role][0]} for role in roles], [looks[role][1] for role in roles]
    fitted = {"field": "role", "equal": ROLES["member"]}

    def by_role(values: Sequence[Any]) -> dict[str, Any]:
        legend = {"title": None}
        return {"field": "role", "type": "nominal", "scale": {"domain": roles, "range": values}, "legend": legend}

    told = _nominal(*_TOLD)
    told[_TOLD.index("shown")]["title"] = outlook.forecast.title
    return {
        "data": {"name": "models"},
        "transform": [
            {"filter": {"field": "year", "gte": first_shown(outlook)}},
            {"filter": {"choice": "domain"}},
            {"filter": {"field": "role", "oneOf": {"choice": "shown"}}},
        ],
        "mark": {"type": "point", "filled": True, "cursor": "pointer"},
        "encoding": {
            "x": _YEAR,
            "y": size | {"field": "value"},
            "color": by_role(colours),
            "shape": by_role(shapes),
            "size": {"condition": {"test": fitted, "value": 50}, "value": 14},
            "opacity": {"condition": {"test": fitted, "value": 0.95}, "value": 0.6},
            "tooltip": told,
        },
    }


def _nominal(*fields: str) -> list[dict[str, Any]]:
    return [{"field": field, "type": "nominal"} for field in fields]


def _controls(outlook: Outlook) -> tuple[Control, ...]:
    levels = sorted(float(level) for level in outlook.fan["level"].unique())
    named = {f"{100 * level:.3g} %": [level] for level in levels}
    every = {" and ".join(named): levels} | named
    text = axis_text(outlook.forecast.unit)
    shown = outlook.models["year"] >= first_shown(outlook)
    low, high = outlook.models["size"][shown].min(), outlook.fan["upper"].max()
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    step = max(1, math.ceil(len(powers) / 8))
    scales = {
        "logarithmic": {
            "scale": {"type": "log", "domain": [float(low), float(high)]},
            "axis": {"values": [10.0**power for power in powers if power % step == 0], "labelExpr": text},
        },
        "linear": {"scale": {"type": "linear"}, "axis": {"labelExpr": text}},
    }
    controls = [
        Control("estimand", "Interval of the", {name: name for name in ESTIMANDS.values()}),
        Control("level", "Level", every),
        Control("scale", "Scale", scales),
        Control("shown", "Models", {"all": list(ROLES.values()), "fitted only": [ROLES["member"]]}),
    ]
    # A cell may list several domains; a choice keeps every cell that names it.
    cells = {
        cell: {part.strip() for part in cell.replace(";", ",").split(",")} for cell in set(outlook.models["domain"])
    }
    names = sorted(set().union(*cells.values()) - {""})
    found = {
        name: {"field": "domain", "oneOf": sorted(cell for cell in cells if name in cells[cell])} for name in names
    }
    return (*controls, Control("domain", "Domain of the points", {"every": "true"} | found))
