"""A stated footprint against the published ones of the same run, by the audit of published claims.

The audit (:mod:`forecast.questions.audit`) says whether the figure counts what it is told as; beside it stand what the
run itself and the search around it took, by the source that estimated it and by the developer who measured it.
"""

from __future__ import annotations

from forecast.data.catalog import rows_of
from forecast.questions.audit import audit_claims
from forecast.questions.auditing.claims import Claim, bundled_claims
from forecast.questions.auditing.findings import VERDICTS
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number, agrees, shown, times
from forecast.units import format_quantity

_FIGURE = "carbon_operational_kg"


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Ask the audit what the figure counts, and compare it with training and search."""
    del effort  # nothing is drawn
    assert claim.value is not None
    finding = next(each for each in audit_claims(models=[claim.models[0]]).findings if each.quantity == _FIGURE)
    searches = _published(claim.settings["search"])
    (trained,) = _published(claim.settings["training"])
    estimated = max(searches, key=_kg)
    measured = next(each for each in searches if each.primary)
    car = next(row for row in rows_of("equivalences") if row["item"].startswith("car") and row["default"])
    numbers = (
        Number("stated", claim.value, "kg", claim.note),
        *(
            Number(f"{each.model}, {word}", _kg(each), "kg", each.fact("source"))
            for each, word in ((estimated, "estimated by others"), (measured, "measured by its developer"))
        ),
        Number(f"{trained.model}: training it once", _kg(trained), "kg", trained.fact("source")),
        Number("stated, over training once", claim.value / _kg(trained), "×", "ratio of the rows above"),
        Number("estimate over measurement of the search", _kg(estimated) / _kg(measured), "×", "ratio of the rows above"),
        Number("stated, in cars' lives", claim.value / car["kg"], "×", f"{car['quantity']}: {shown(car['kg'], 'kg')}, {car['source']}"),
    )  # fmt: skip
    of_search = agrees(claim.value, _kg(estimated)) and not agrees(claim.value, _kg(trained))
    sentence = (
        f"The figure is the estimate for {_low(estimated.model)}, {format_quantity(_kg(estimated), 'kg')}: thousands of "
        f"trainings, not one. Training {_low(trained.model)}, with {format_quantity(trained.stated['parameters'].value, 'parameters')} "
        f"parameters, took {format_quantity(_kg(trained), 'kg')}, {times(claim.value / _kg(trained))} less; and the search itself, "
        f"measured later by its developer, {format_quantity(_kg(measured), 'kg')}, {times(_kg(estimated) / _kg(measured))} less. "
        f"The comparison with {claim.value / car['kg']:.1f} cars is right for the estimate alone."
    )
    return Examined(
        claim,
        "told of another thing" if of_search or finding.verdict == "scope" else "holds",
        sentence,
        numbers,
        (
            f"The audit of published claims judges it “{finding.verdict}” ({VERDICTS[finding.verdict]}). {finding.why}",
            f"The search as its developer measured it: {measured.fact('source')}.",
        ),
        (
            "All of it is operational carbon by location; none holds the making of the chips.",
            f"The search was estimated from {format_quantity(estimated.stated['wall_hours'].value, 'h', digits=3)} on "
            f"{estimated.stated['chips'].value:.0f} chips as if every candidate were as large as the final model.",
        ),
    )  # fmt: skip


def _published(name: str) -> list[Claim]:
    return [each for each in bundled_claims().rows if each.model == name and _FIGURE in each.stated]


def _kg(claim: Claim) -> float:
    return claim.stated[_FIGURE].value


def _low(name: str) -> str:
    return f"the {name}" if "(" in name else name


ENTRY = examine
