"""The answer of `forecast design`: what the runs would tell, and the runs."""

from __future__ import annotations

from forecast.questions.experiments import Design
from forecast.report.document import Answer, Block, Document, Section, Table, Text
from forecast.report.pages.fit import basis, format_number
from forecast.report.pages.prediction import percent
from forecast.units import format_quantity


def design_answer(design: Design) -> Answer:
    """Return the answer."""
    blocks: list[Block] = [Text(answer_sentence(design), strong=True), run_table(design)]
    if design.kind == "narrowing":
        blocks.append(Text(alternatives_sentence(design)))
    sections = [Section("", blocks)]
    if design.kind == "narrowing":
        sections.append(Section("The fit", [Text(basis(design.fit))]))
    result = design.to_dict()
    return Answer(
        schema="forecast/design/1",
        result=result,
        document=Document("Runs to make next" if design.kind == "narrowing" else "An isoFLOP plan", sections),
        notes=design.notes,
        provenance=design.provenance.to_dict(),
        explains=("forecast.questions.experiments", "forecast.questions.prospects")
        if design.kind == "narrowing"
        else ("forecast.questions.isoflop_plan",),
        topics=("law:chinchilla",),
        next_command="forecast fit runs.csv --law chinchilla -o fit.json",
    )


def answer_sentence(design: Design) -> str:
    """Return what the runs are and what they would tell of the target."""
    widest = design.intervals[-1]
    error = (widest.upper_after - widest.lower_after) / 3.3
    size, tokens = float(design.target.size[0]), float(design.target.tokens[0])
    target = (
        f"the loss of the compute-optimal run of {format_quantity(design.target_compute_flop, 'FLOP', digits=3)} "
        f"({format_quantity(size, 'parameters')} parameters, {format_quantity(tokens, 'tokens')} tokens)"
    )
    low, high = (format_number(value, error) for value in (widest.lower_after, widest.upper_after))
    runs = f"{len(design.runs)} run{'s' if len(design.runs) > 1 else ''}"
    spent = f"{runs} of {format_quantity(design.compute_flop, 'FLOP')} together"
    if widest.width_before is None or widest.lower_before is None or widest.upper_before is None:
        return f"{spent} would place {target} between {low} and {high} ({percent(widest.level)} interval)."
    first, last = (format_number(value, error) for value in (widest.lower_before, widest.upper_before))
    return (
        f"{spent} are predicted to narrow the {percent(widest.level)} interval of {target} by "
        f"{percent(round(1 - widest.width_after / widest.width_before, 3))}: now between {first} and {last}, then between {low} "
        f"and {high}."
    )


def run_table(design: Design) -> Table:
    """Return the runs in the order of use."""
    rows = []
    for number, run in enumerate(design.runs, start=1):
        cells = [
            str(number),
            format_quantity(run.parameters, "parameters", digits=3),
            format_quantity(run.tokens, "tokens", digits=3),
            format_quantity(run.compute_flop, "FLOP", digits=3),
            f"{run.tokens_per_parameter:.3g}",
        ]
        rows.append(cells if run.width_after is None else [*cells, f"{run.width_after:.3g}"])
    columns = ["run", "parameters N", "tokens D", "compute", "tokens per parameter"]
    if design.kind == "isoflop":
        return Table(columns, rows, numeric=columns)
    heading = f"width of the {percent(design.intervals[-1].level)} interval"
    caption = "The run that narrows most first; widths are predicted with that run and those above it."
    return Table([*columns, heading], rows, caption, [*columns, heading])


def alternatives_sentence(design: Design) -> str:
    """Return what the same budget would do otherwise, and what was counted with."""
    scatter = "of the value" if design.fit.space != "raw" else "in the unit of the loss"
    noise = f"{100 * design.noise:.2g} %" if design.fit.space != "raw" else f"{design.noise:.2g}"
    if not design.alternatives:
        return f"Counted with a scatter of {noise} {scatter}, independent from run to run."
    others = "; ".join(f"{name}, {width:.3g}" for name, width in design.alternatives.items())
    return (
        f"The same budget spent on compute-optimal runs would leave a width of: {others}. Counted with a scatter of {noise} "
        f"{scatter}, independent from run to run; a law that bends is not foreseen."
    )
