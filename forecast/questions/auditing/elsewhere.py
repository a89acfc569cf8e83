"""Figures that repeat another published one: of the same run with another scope, or of another run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forecast.questions.auditing.case import ERROR, OWN, PHYSICAL, SCOPE, SLIP, Case, Explanation
from forecast.questions.auditing.claims import Claim, Stated


def _elsewhere(case: Case) -> Iterator[Explanation]:
    """Yield other figures that this one repeats: of the same run with another scope, or of another run."""
    target = case.implied.target
    if case.kind not in (*PHYSICAL, "cost", "hours", "compute"):
        return
    names = {target, *(("carbon_kg", "carbon_operational_kg") if case.kind == "carbon" else ())}
    for claim in case.kin:
        for name in names & claim.stated.keys():
            figure = claim.stated[name]
            if _same(case.stated, figure) and not claim.final:
                factor = figure.value / case.implied.value
                yield Explanation(
                    "other-scope",
                    SCOPE,
                    factor,
                    factor,
                    f"the figure of {claim.fact('source') or claim.model}, which covers {claim.fact('covers')}",
                    OWN,
                )
    for claim in case.others:
        for name in names & claim.stated.keys():
            figure = claim.stated[name]
            if not repeats(case.claim, case.stated, claim, figure):
                continue
            factor = figure.value / case.implied.value
            if not claim.final:
                why = f"the figure of {claim.model} ({claim.fact('source')}), which covers: {claim.fact('covers')}"
                yield Explanation(
                    "architecture-search" if "search" in claim.fact("covers") else "other-scope",
                    SCOPE,
                    factor,
                    factor,
                    why,
                    OWN,
                )
            elif claim.primary or not claim.bundled:
                yield Explanation("cell-of-another-model", ERROR, factor, factor, f"the figure of {claim.model}", SLIP)


def _same(one: Stated, other: Stated) -> bool:
    """Whether one figure may be a copy of the other: it has the other's digits, or fewer of them."""
    return one.low <= other.value * (1 + 1e-9) and other.value * (1 - 1e-9) <= one.high


def repeats(claim: Claim, stated: Stated, other: Claim, figure: Stated) -> bool:
    """Whether a claim's figure is that of another claim, and hardly by chance.

    They must agree within their digits; and both be given to three digits, or the models be of one size or family.
    """
    if figure.value == 0 or not _same(stated, figure):
        return False
    size = claim.stated.get("parameters")
    same_size = size is not None and "parameters" in other.stated and other.stated["parameters"].value == size.value
    family = bool(other.fact("part_of")) and other.fact("part_of") == claim.fact("part_of")
    return same_size or family or all(each.high - each.low <= 0.01 * each.value for each in (stated, figure))


ELSEWHERE: tuple[Callable[[Case], Iterator[Explanation]], ...] = (_elsewhere,)
