"""The answer of `forecast compare`: which law describes, which extrapolates, and where the rows cannot tell."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forecast.laws import LAWS
from forecast.questions.comparison import Comparison, Row
from forecast.report.document import Answer, Block, Document, Section, Table, Text
from forecast.report.pages.prediction import percent


def comparison_answer(found: Comparison) -> Answer:
    """Return the answer of a comparison."""
    blocks: list[Block] = [Text(sentence, strong=True) for sentence in verdicts(found)]
    blocks.append(_description(found))
    if found.cuts:
        blocks += [_extrapolation(found), _by_cut(found)]
    blocks.append(Text(basis(found)))
    return Answer(
        schema="forecast/compare/1",
        result=found.to_dict(),
        document=Document(f"Laws compared on {found.count} rows", [Section("", blocks)]),
        notes=found.notes,
        provenance=found.provenance.to_dict(),
        rows=[{str(k): v for k, v in row.items()} for row in found.to_frame().to_dict("records")],
        explains=(
            "forecast.questions.comparison",
            *(LAWS.module(each.law) for each in found.laws if each.law in LAWS.names()),
        ),
        topics=("score:crps", *(f"law:{each.law}" for each in found.laws)),
        next_command="forecast list laws",
    )


def verdicts(found: Comparison) -> list[str]:
    """Return who is best at describing and at extrapolating, and who cannot be told apart from them."""
    sentences = []
    for criterion, does in (("aicc", "describes the rows best (AICc)"), ("crps", "predicts larger scales best (CRPS)")):
        ranked = found.of(criterion)
        if not ranked or not math.isfinite(ranked[0].value):
            continue
        best, others = ranked[0], ranked[1:]
        open_ = [row.law for row in others if row.told_apart is False]
        told = "every other law is told apart from it"
        if len(open_) == len(others):
            told = f"but the rows do not tell {_listed(open_)} apart from it"
        elif open_:
            told = f"the rows do not tell {_listed(open_)} apart from it, the others they do"
        sentences.append(f"{best.law} {does}; {told} ({percent(best.level)} intervals of the difference).")
    if not found.cuts:
        sentences.append("No cut leaves enough rows to predict larger scales from smaller ones.")
    return sentences


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _description(found: Comparison) -> Table:
    by_law = {criterion: {row.law: row for row in found.of(criterion)} for criterion in ("aicc", "bic")}
    described = bool(by_law["aicc"])
    order = [row.law for row in found.of("aicc")] or [law.law for law in found.laws]
    laws = {law.law: law for law in found.laws}
    rows = [
        [
            name,
            str(laws[name].free),
            laws[name].status,
            _size(found, laws[name].residual_sd),
            *(_difference(by_law[criterion][name]) for criterion in ("aicc", "bic") if described),
        ]
        for name in order
    ]
    caption, columns = f"All {found.count} rows", ["law", "parameters", "status", "residual s.d."]
    if described:
        caption += f": differences to the lowest, with {percent(found.rows[0].level)} intervals"
        columns += ["AICc above the best", "BIC above the best"]
    return Table(columns, rows, caption, ("parameters", "residual s.d."))


def _difference(row: Row) -> str:
    if not math.isfinite(row.difference):
        return "none"
    if row.told_apart is None:
        return f"best ({row.value:.1f})"
    return f"+{row.difference:.1f} ({row.lower:.1f} to {row.upper:.1f})"


def _extrapolation(found: Comparison) -> Table:
    levels = sorted({record.level for record in found.records})
    records = {(r.law, r.level): r for r in found.records if r.cut is None}
    errors = {row.law: row for row in found.of("error")}
    rows = []
    for row in found.of("crps"):
        apart = "best"
        if row.told_apart is not None:
            apart = f"+{_size(found, row.difference)} ({_size(found, row.lower)} to {_size(found, row.upper)})"
        held = [
            f"{100 * records[row.law, level].coverage:.0f} ± {100 * records[row.law, level].coverage_se:.0f} %"
            for level in levels
        ]
        bias = _size(found, records[row.law, levels[0]].bias)
        rows.append([row.law, _size(found, errors[row.law].value), bias, _size(found, row.value), apart, *held])
    cuts = ", ".join(percent(cut.share) for cut in found.cuts)
    caption = f"Larger scales predicted from the smallest {cuts} of the rows (by {found.scale}); predicted less observed is the bias"
    columns = [
        "law",
        "mean error",
        "bias",
        "CRPS",
        "CRPS above the best",
        *(f"{percent(v)} interval held" for v in levels),
    ]
    return Table(columns, rows, caption, ("mean error", "bias", "CRPS"))


def _by_cut(found: Comparison) -> Table:
    errors = {(row.law, row.cut): row for row in found.rows if row.criterion == "error"}
    order = [row.law for row in found.of("crps")] or [law.law for law in found.laws]
    rows = []
    for cut in found.cuts:
        cells = [
            _size(found, errors[name, cut.share].value) if (name, cut.share) in errors else "none" for name in order
        ]
        scales = f"{cut.scale_fitted:.3g}", f"{cut.scale_held_out:.3g}"
        rows.append([percent(cut.share), str(cut.fitted), scales[0], str(cut.held_out), scales[1], *cells])
    columns = ["cut", "fitted", "up to", "predicted", "up to ", *order]
    return Table(columns, rows, "Mean error of each law by cut", tuple(columns))


def _size(found: Comparison, value: float) -> str:
    """Return a distance in the space of the comparison: relative where it is a logarithm."""
    if not math.isfinite(value):
        return "none"
    if found.space == "raw":
        return f"{value:.3g}"
    relative = 100 * math.expm1(value)
    return f"{relative:.2g} %" if abs(relative) < 100 else f"{relative:.0f} %"


def basis(found: Comparison) -> str:
    """Return what was compared in a sentence or two."""
    residuals = {"log": "log residuals", "log1p": "residuals of log(1 + value)", "raw": "raw residuals"}[found.space]
    runs = "" if found.runs is None else f" of {found.runs} runs"
    drawn = "rows" if found.runs is None else "runs"
    return (
        f"From {found.count} rows{runs}; every law by {found.loss} on {residuals}. Intervals of differences come from "
        f"resampled {drawn}, with the fits held as they are."
    )
