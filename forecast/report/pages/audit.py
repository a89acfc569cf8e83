"""The answer of `forecast audit`: how many figures agree, and those that do not with the convention that explains them."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.questions.auditing.findings import VERDICTS, Audit, Finding
from forecast.report.document import Answer, Block, Bullets, Code, Document, Section, Table, Text
from forecast.units import format_quantity

_ORDER = ("error", "disagrees", "scope", "convention", "agrees")
_TITLES = {
    "error": "Slips and impossible values",
    "disagrees": "Unexplained",
    "scope": "Figures of something else",
    "convention": "Other ways of counting",
    "agrees": "Figures that agree",
}


def audit_answer(audit: Audit, command: str = "", *, everything: bool = False) -> Answer:
    """Return the answer.

    Parameters
    ----------
    audit : Audit
        From :func:`forecast.questions.audit.audit_claims`.
    command : str
        The one command that makes it again; none for a result of a Python call.
    everything : bool
        Show the figures that agree too.
    """
    blocks: list[Block] = [Text(answer_sentence(audit), strong=True)]
    if audit.unchecked:
        blocks.append(Text(_unchecked_sentence(audit)))
    sections = [Section("", blocks)]
    for verdict in _ORDER:
        found = [each for each in audit.findings if each.verdict == verdict]
        if found and (verdict != "agrees" or everything):
            sections.append(Section(f"{_TITLES[verdict]} ({verdict})", [finding_table(found)]))
    sections.append(Section("How to read it", [Bullets([f"{name}: {words}" for name, words in VERDICTS.items()])]))
    if command:
        sections.append(Section("How to make it again", [Code(command, "sh")]))
    return Answer(
        schema="forecast/audit/1",
        result=audit.to_dict(),
        document=Document(f"Audit of {audit.name}", sections),
        notes=audit.notes,
        provenance=audit.provenance.to_dict() | {"call": command},
        explains=(
            "forecast.questions.audit",
            "forecast.questions.auditing.conventions",
            "forecast.questions.auditing.slips",
        ),
        topics=("data:footprints", "carbon", "water", "cost"),
        next_command="forecast decompose BLOOM GPT-3",
    )


def answer_sentence(audit: Audit) -> str:
    """Return how many figures were recomputed, and how many of each verdict."""
    counts, total = audit.counts(), len(audit.findings)
    if not total:
        return f"None of the {audit.claims} claims states enough to recompute anything."
    parts = [
        (counts["convention"], "follow another convention, which is named"),
        (counts["scope"], "count something else than the final run"),
        (counts["error"], "are slips or impossible"),
        (counts["disagrees"], "stay unexplained"),
    ]
    told = [f"{number} {words if number > 1 else _singular(words)}" for number, words in parts if number]
    verb = "agrees" if counts["agrees"] == 1 else "agree"
    rest = f"; of the others {', '.join(told)}" if told else ""
    claims = f"{audit.claims} claim{'s' if audit.claims != 1 else ''}"
    return f"{total} figures of {claims} could be recomputed: {counts['agrees']} {verb}{rest}."


def _singular(words: str) -> str:
    for many, one in (("follow ", "follows "), ("count ", "counts "), ("are slips", "is a slip"), ("stay ", "stays ")):
        words = words.replace(many, one, 1) if words.startswith(many) else words
    return words


def _unchecked_sentence(audit: Audit) -> str:
    names = list(dict.fromkeys(audit.unchecked))
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"Too little is stated to recompute anything for: {shown}."


def finding_table(findings: Sequence[Finding]) -> Table:
    """Return findings with what is stated, what follows, and why they differ."""
    rows = []
    for each in findings:
        unit = each.unit
        follows = "" if each.implied is None else format_quantity(each.implied, unit, digits=4)
        ratio = "" if each.ratio is None else f"{each.ratio:.3g}"
        rows.append([each.model, each.check, format_quantity(each.stated, unit, digits=4), follows, ratio, each.why])
    return Table(["model", "check", "stated", "follows", "ratio", "why"], rows, numeric=("stated", "follows", "ratio"))
