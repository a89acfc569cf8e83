"""Recompute every stated figure of published claims from the others, and say which convention explains a difference.

Three sorts of checks: a figure against the other figures of its row, a figure against what other sources say of the same
run, and a whole against its parts. Two figures agree when the digits they are written with leave room for it. Where they
do not, :mod:`forecast.questions.auditing.explanations` is searched for the factor between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from forecast.costs.graph import quantity
from forecast.data.table import Table
from forecast.provenance import Provenance
from forecast.questions.auditing.case import PAIR, Case, Explanation
from forecast.questions.auditing.claims import Claim, Stated, bundled_claims, folded, read_claims, select
from forecast.questions.auditing.elsewhere import repeats
from forecast.questions.auditing.explanations import explain
from forecast.questions.auditing.findings import Audit, Finding, Verdict
from forecast.questions.auditing.hidden import name_hidden
from forecast.questions.auditing.identities import implied
from forecast.questions.auditing.known import SLACK, Implied, carbon_target
from forecast.questions.auditing.library import Library, families_of, model_facts
from forecast.units import format_quantity

#: Compared between sources of the same run.
_SHARED = (
    "parameters", "active_parameters", "tokens", "compute_flop", "chip_hours", "energy_kwh", "carbon_operational_kg",
    "water_onsite_l", "water_l", "cost_usd",
)  # fmt: skip


_SUMMED = ("chip_hours", "energy_kwh", "carbon_operational_kg", "water_l", "cost_usd")


def audit_claims(source: str | Table | None = None, *, models: Sequence[str] = ()) -> Audit:
    """Recompute the figures of published claims and explain what does not agree.

    Parameters
    ----------
    source : str or Table, optional
        A file of claims, ``"-"`` for standard input, or a table; by default the bundled published claims.
    models : sequence of str
        Only claims about these.

    Raises
    ------
    DataError
        When the table holds no figure, or naming each cell that is no number.

    Examples
    --------
    >>> found = audit_claims(models=["Llama 3.3 70B"])
    >>> [each.verdict for each in found.findings if each.quantity == "carbon_operational_kg"]
    ['error']
    """
    claims = bundled_claims() if source is None else read_claims(source)
    known = bundled_claims()
    everything = claims.rows if source is None else (*claims.rows, *known.rows)
    wanted = list(claims.rows)
    if models:
        wanted = list(dict.fromkeys(claim for model in models for claim in select(claims.rows, model)))
    library = Library(everything)
    families = families_of(claims)
    findings: list[Finding] = []
    unchecked = []
    for claim in wanted:
        found = name_hidden(list(_audit(claim, library, families)))
        findings += found
        if not found:
            unchecked.append(claim.model)
    data = {claims.name: claims.digest, "footprints": known.digest}
    return Audit(
        tuple(findings),
        len(wanted),
        tuple(unchecked),
        claims.name,
        claims.notes,
        Provenance(data=data, settings={"models": list(models)}),
    )


def _audit(claim: Claim, library: Library, families: Mapping[str, list[Claim]]) -> Iterator[Finding]:
    kin = library.kin(claim)
    model = model_facts(claim.run) if claim.run else {}
    sizes = {
        name: figure for name, figure in model.items() if name == "active_parameters" and "parameters" in claim.stated
    }
    checked: set[str] = set()
    for each in implied(claim, sizes if "tokens" in claim.stated else None):
        checked.add(each.target)
        yield _judge(Case(claim, claim.stated[each.target], each, each.facts, None, kin), library)
    yield from _impossible(claim, checked)
    yield from _zeros(claim)
    yield from _other_sources(
        claim, kin, {name: figure for name, figure in model.items() if name not in checked}, library
    )
    if not kin:
        yield from _lookalikes(claim, checked, library)
    yield from _parts(claim, families)
    if claim.fact("told_as") and not claim.final and claim.fact("covers"):
        yield _scope(claim)


def _judge(case: Case, library: Library) -> Finding:
    claim, each = case.claim, case.implied
    if each.holds(case.stated):
        reference = case.reference
        if reference is not None and not reference.final and claim.final:
            why = f"the same figure in {_source(reference)} covers {reference.fact('covers')}, not the final training run alone"
            return _finding(claim, case.stated, each, "scope", _sentence(why), "other-scope")
        return _finding(claim, case.stated, each, "agrees", _agreement(each))
    best, possible = explain(replace(case, others=library.alike(claim, each.target, case.stated.value)))
    reference = case.reference
    if (
        reference is not None
        and not claim.final
        and (best is None or best.tier > PAIR)
        and claim.fact("covers") != reference.fact("covers")
    ):
        why = f"it covers {claim.fact('covers')}; the other covers {reference.fact('covers') or 'the final run'}"
        return _finding(claim, case.stated, each, "scope", _sentence(why), "other-scope")
    if best is not None:
        return _finding(claim, case.stated, each, best.verdict, _sentence(best.why), best.name)  # type: ignore[arg-type]
    why = _unexplained(case, possible)
    twins = [
        twin
        for twin in library.twins(claim, each.target)
        if abs(twin.stated[each.target].value / case.stated.value - 1) > 2 * SLACK
    ]
    if twins:
        unit = quantity(each.target).unit
        why += f" {twins[0].model} states {format_quantity(twins[0].stated[each.target].value, unit, digits=3)} for as many hours on the same chip."
    return _finding(
        claim,
        case.stated,
        each,
        "error" if each.reading else "disagrees",
        why,
        "impossible-rate" if each.reading else "",
    )


def _agreement(each: Implied) -> str:
    return f"It comes to {each.reading}." if each.reading else ""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _unexplained(case: Case, possible: Sequence[Explanation]) -> str:
    each = case.implied
    if each.reading:
        text = f"Impossible: it comes to {each.reading}."
    else:
        text = f"Off by a factor of {case.stated.value / each.value:.3g}; no convention alone gives it."
    if case.claim.fact("note"):
        text += f" The table notes: {case.claim.fact('note')}."
    if possible:
        text += (
            f" Within range, if the source meant it: {'; or '.join(dict.fromkeys(each.why for each in possible[:3]))}."
        )
    return text


def _finding(claim: Claim, stated: Stated, each: Implied, verdict: Verdict, why: str, name: str = "") -> Finding:
    ratio = stated.value / each.value if each.value else None
    return Finding(
        claim.model, each.check, each.target, quantity(each.target).unit, stated.value, each.value, each.low, each.high,
        ratio, verdict, why, name, claim.fact("source"), claim.row,
    )  # fmt: skip


def _bare(claim: Claim, name: str, check: str, verdict: Verdict, why: str, code: str) -> Finding:
    value = claim.stated[name].value
    return Finding(
        claim.model,
        check,
        name,
        quantity(name).unit,
        value,
        None,
        None,
        None,
        None,
        verdict,
        why,
        code,
        claim.fact("source"),
        claim.row,
    )


def _impossible(claim: Claim, checked: set[str]) -> Iterator[Finding]:
    for name, figure in claim.stated.items():
        node = quantity(name)
        if name in checked or node.possible(figure.value) or figure.value == 0:
            continue
        if name == "utilization" and figure.value <= 100:
            yield _bare(
                claim,
                name,
                "possible value",
                "error",
                f"A percentage written as a fraction: {figure.value:g} % is {figure.value / 100:g}.",
                "percent-as-fraction",
            )
        else:
            yield _bare(
                claim,
                name,
                "possible value",
                "error",
                f"Impossible: {node.title} must be {node.limits}.",
                "impossible-value",
            )


def _zeros(claim: Claim) -> Iterator[Finding]:
    if "energy_kwh" not in claim.stated and "chip_hours" not in claim.stated:
        return
    for name, words in ((carbon_target(claim), "of emissions"), ("water_l", "of water")):
        if name in claim.stated and claim.stated[name].value == 0:
            why = (
                f"Stated as 0 although energy was used: contracts, or renewable power counted as free {words}; "
                "by the average of the grid it is not 0, and hydropower evaporates the most water of all."
            )
            yield _bare(claim, name, "zero", "convention", why, "counted-as-zero")


def _lookalikes(claim: Claim, checked: set[str], library: Library) -> Iterator[Finding]:
    """Yield figures of a claim about no known run that repeat a figure known to count something else."""
    for name in (carbon_target(claim), "energy_kwh", "water_l"):
        if name not in claim.stated or name in checked:
            continue
        stated = claim.stated[name]
        for other in library.alike(claim, name, stated.value):
            source = _counterpart(other, name)
            if (
                other.final
                or not other.bundled
                or not source
                or not repeats(claim, stated, other, other.stated[source])
            ):
                continue
            figure = other.stated[source]
            each = Implied(name, f"against {_source(other)}", figure.value, figure.low, figure.high)
            why = f"the figure of {other.model}, which covers: {other.fact('covers')}"
            code = "architecture-search" if "search" in other.fact("covers") else "other-scope"
            yield _finding(claim, stated, each, "scope", _sentence(why), code)
            break


def _scope(claim: Claim) -> Finding:
    name = next(
        iter(
            name
            for name in ("carbon_operational_kg", "carbon_kg", "water_l", "energy_kwh", "cost_usd")
            if name in claim.stated
        ),
        next(iter(claim.stated)),
    )
    why = f"Told as {claim.fact('told_as')}, but it covers {claim.fact('covers')}."
    return _bare(claim, name, "what it covers", "scope", why, "other-scope")


def _other_sources(
    claim: Claim, kin: Sequence[Claim], model: Mapping[str, Stated], library: Library
) -> Iterator[Finding]:
    if claim.primary:
        return
    for name in _SHARED:
        target = carbon_target(claim) or "carbon_operational_kg" if name == "carbon_operational_kg" else name
        if target not in claim.stated or (name in ("parameters", "active_parameters", "tokens") and not claim.final):
            continue
        reference = next((each for each in kin if each.primary and _counterpart(each, target)), None)
        if reference is not None:
            other = _counterpart(reference, target)
            figure = reference.stated[other]
            facts = {
                key: value.value for each in (*kin, reference) if each.primary for key, value in each.stated.items()
            }
            facts |= {key: value.value for key, value in reference.stated.items()}
            facts |= {
                key: value.value
                for key, value in claim.stated.items()
                if key in ("pue", "carbon_intensity_g_per_kwh", "chips")
            }
            each = Implied(
                target, f"against {_source(reference)}", figure.value, figure.low, figure.high, frozenset(), facts
            )
        elif target in model:
            figure = model[target]
            facts = {key: value.value for key, value in model.items()}
            each = Implied(
                target, "against datasets/models.csv", figure.value, figure.low, figure.high, frozenset(), facts
            )
        else:
            continue
        stated = claim.stated[target]
        yield _judge(Case(claim, stated, each, facts, reference or claim, kin), library)


def _counterpart(reference: Claim, target: str) -> str:
    names = ("carbon_operational_kg", "carbon_kg") if target in ("carbon_kg", "carbon_operational_kg") else (target,)
    return next((name for name in names if name in reference.stated), "")


def _source(claim: Claim) -> str:
    return claim.fact("source").split(", http")[0] or f"row {claim.row}"


def _parts(claim: Claim, families: Mapping[str, list[Claim]]) -> Iterator[Finding]:
    parts = families.get(folded(claim.model), [])
    for name in _SUMMED if len(parts) > 1 else ():
        target = carbon_target(claim) if name == "carbon_operational_kg" else name
        figures = [part.stated.get(carbon_target(part) if name == "carbon_operational_kg" else name) for part in parts]
        if target not in claim.stated or None in figures:
            continue
        low, value, high = (sum(getattr(figure, end) for figure in figures) for end in ("low", "value", "high"))
        each = Implied(target, f"sum of its {len(parts)} parts", value, low, high, frozenset({"sum"}))
        verdict: Verdict = "agrees" if each.holds(claim.stated[target]) else "disagrees"
        why = (
            ""
            if verdict == "agrees"
            else f"Its parts add up to {value / claim.stated[target].value:.3g} times the whole."
        )
        yield _finding(claim, claim.stated[target], each, verdict, why)
