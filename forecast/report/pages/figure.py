"""The answer of `forecast plot`: one figure."""

from __future__ import annotations

from forecast.figures.drawing import Figure
from forecast.provenance import Provenance
from forecast.report.document import Answer, Code, Document, Section


def figure_answer(figure: Figure, call: str, seed: int | None) -> Answer:
    """Return the answer.

    Parameters
    ----------
    figure : Figure
        As drawn.
    call : str
        The command that draws it again.
    seed : int or None
        Of the random draws.
    """
    rows = [{"table": name, **row} for name, table in figure.all_tables().items() for row in table]
    return Answer(
        schema="forecast/figure/1",
        result={"name": figure.name, "title": figure.title, "alt": figure.alt, "rows": rows},
        document=Document(
            figure.title or figure.name, [Section("", [figure]), Section("Reproduce", [Code(call, "sh")])]
        ),
        provenance=Provenance(call, seed).to_dict(),
        explains=("forecast.figures.plotting", "forecast.figures.drawing"),
        topics=("figures",),
    )
