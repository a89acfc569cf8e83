"""The report on the article's claims: what was said, the verdict, the numbers, what they rest on, what to doubt."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.figures.evidence import draw as draw_evidence
from forecast.questions.article import Article
from forecast.questions.examining.examined import VERDICTS, Examined, Number, shown
from forecast.report.document import Answer, Block, Bullets, Code, Document, Link, Section, Table, Text
from forecast.report.pages.prediction import percent


def article_answer(article: Article, command: str) -> Answer:
    """Return the report.

    Parameters
    ----------
    article : Article
        From :func:`forecast.questions.article.examine_article`.
    command : str
        The one command that makes it again.
    """
    counts = ", ".join(f"{name} {count}" for name, count in article.counts().items())
    source = article.examined[0].claim.source
    short: list[Block] = [
        Text(f"{len(article.examined)} claims were examined. Verdicts: {counts}.", strong=True),
        Text(
            "Every number below is computed when this report is made, from tables whose rows have sources. The claims are "
            f"told in our words; they are those of {source}"
        ),
        Table(
            ["what was said", "verdict"],
            [[each.claim.title, each.verdict] for each in article.examined],
            "Each claim has a chapter below.",
        ),
    ]
    verdicts = [f"{name}: {meaning}" for name, meaning in VERDICTS.items() if name in article.counts()]
    return Answer(
        schema="forecast/report/article/1",
        result=article.to_dict(),
        document=Document(
            "What the article said, and what the data say",
            [
                Section("In short", short, depth="brief"),
                *(_chapter(each, article.level) for each in article.examined),
                Section("What the verdicts mean", [Bullets(verdicts)]),
                Section("How to make it again", [Code(command, "sh")]),
            ],
        ),
        provenance=article.provenance.to_dict() | {"call": command},
        rows=article.rows(),
        explains=(
            "forecast.questions.article",
            *dict.fromkeys(f"forecast.questions.examining.{each.claim.check}" for each in article.examined),
        ),
        topics=("data:models", "cost", "carbon", "water"),
        next_command="forecast audit",
    )


def _chapter(found: Examined, level: float) -> Section:
    blocks: list[Block] = [
        Text(f"Said: {found.claim.said}"),
        Text(f"Verdict: {found.verdict}.", strong=True),
        Text(found.sentence),
    ]
    if found.numbers:
        blocks.append(number_table(found.numbers, level))
    if found.evidence is not None:
        blocks.append(draw_evidence(found.evidence, found.claim.name))
    if found.rests_on:
        blocks += [Text("What it rests on:"), Bullets(found.rests_on)]
    if found.doubts:
        blocks += [Text("What to doubt:"), Bullets(found.doubts)]
    return Section(found.claim.title, blocks)


def number_table(numbers: Sequence[Number], level: float) -> Table:
    """Return the numbers behind a verdict; the kind of each interval stands in its cell."""
    bounded = any(number.level is not None for number in numbers)
    rows = [
        [
            number.label,
            shown(number.value, number.unit, 3),
            *([_interval(number)] if bounded else []),
            _basis(number.basis),
        ]
        for number in numbers
    ]
    interval = [f"{percent(level)} interval"] if bounded else []
    return Table(["what", "value", *interval, "from"], rows, numeric=("value",))


def _interval(number: Number) -> str:
    if number.lower is None or number.upper is None:
        return ""
    low, high = shown(number.lower, number.unit), shown(number.upper, number.unit)
    return f"{low.removesuffix(' a year')} to {high} ({number.interval})"


def _basis(text: str) -> str:
    """Return a source as a link to the first address in it, where there is one."""
    at = text.find("http")
    return Link(text, text[at:].split()[0].rstrip(".,;:)")) if at >= 0 else text
