"""Coverage: the share of later models that intervals of each level held, against the level they claim."""

from __future__ import annotations

import numpy as np

from forecast.figures.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW, Figure, canvas, to_svg
from forecast.figures.plotting import Plot, PlotOptions
from forecast.questions.backtest import Backtest, run_backtest
from forecast.scores.clustered import clustered_se

_LEVELS = np.round(np.arange(0.05, 1.0, 0.05), 2)
_COLOURS = (BLUE, GREEN, ORANGE, PURPLE, SKY, "#000000", GREY, YELLOW)


def draw(result: Backtest, name: str) -> Figure:
    """Draw one curve per method for the first estimand, with a band of two standard errors about the first.

    Parameters
    ----------
    result : Backtest
        From :func:`forecast.questions.backtest.run_backtest`.
    name : str
        Identifier of the figure.
    """
    outcomes = result.hindcast.outcomes
    outcomes = outcomes[outcomes["estimand"] == result.estimands[0]]
    data = []
    with canvas(5.6, 5.2) as (figure, axes):
        axes.plot([0, 100], [0, 100], color=GREY, linewidth=1, linestyle="--")
        axes.annotate("as claimed", (78, 75), ha="center", va="center", color=GREY, fontsize=8, rotation=45)
        shown = list(dict.fromkeys([result.headline, *result.methods, "mean_ci"]))
        for number, method in enumerate(shown):
            part = outcomes[outcomes["method"] == method]
            if part.empty:
                continue
            inside = np.abs(part["pit"].to_numpy()[:, None] - 0.5) <= _LEVELS / 2
            cluster = part.groupby(["target", "origin"], sort=False).ngroup().to_numpy()
            share = inside.mean(axis=0)
            error = np.array([np.nan_to_num(clustered_se(column.astype(float), cluster)) for column in inside.T])
            colour = VERMILION if method == "mean_ci" else _COLOURS[number % len(_COLOURS)]
            label = "mean_ci (wrongly taken for a forecast)" if method == "mean_ci" else method
            axes.plot(
                100 * _LEVELS,
                100 * share,
                color=colour,
                linewidth=2 if number == 0 else 1.4,
                label=label,
                zorder=3 - (number > 0),
            )
            if number == 0:
                low, high = np.clip(share - 2 * error, 0, 1), np.clip(share + 2 * error, 0, 1)
                axes.fill_between(100 * _LEVELS, 100 * low, 100 * high, color=colour, alpha=0.18, linewidth=0)
            data += [
                {"method": method, "level": float(level), "coverage": float(s), "coverage_se": float(e)}
                for level, s, e in zip(_LEVELS, share, error, strict=True)
            ]
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_aspect("equal")
        axes.set_xlabel("level claimed (%)")
        axes.set_ylabel("later models inside (%)")
        axes.legend(loc="upper left", fontsize=8, frameon=False)
        alt = _describe(data)
        svg = to_svg(figure, title="Coverage of intervals at past origins", alt=alt)
    return Figure(name, svg, alt, data)


def _describe(data: list[dict[str, object]]) -> str:
    at = [f"{row['method']} {row['coverage']:.0%}" for row in data if row["level"] == 0.9]
    return f"Share of later models inside intervals against the level claimed. At 90 %: {', '.join(at)}.".replace(
        "%,", " %,"
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    result = run_backtest(
        [options.observations(subject)], options.settings(), methods=(options.method,), where=options.where,
        seed=options.seed,
    )  # fmt: skip
    return draw(result, f"coverage-{subject}")


ENTRY = Plot("share of later models that past intervals held, against the level they claimed", "TARGET", _make)
