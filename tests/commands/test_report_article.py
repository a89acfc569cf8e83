from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

from forecast.questions.examining.claim import article_claims


def test_it_says_of_each_claim_what_was_said_the_verdict_and_what_to_doubt(cli: Callable, tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    assert cli("report", "article", "-o", path).code == 0
    text = path.read_text()
    for claim in article_claims():
        assert f"## {claim.title}\n" in text
    assert text.count("**Verdict: ") == len(article_claims())
    pictures = re.findall(r"\]\(<(.+?\.svg)>\)", text)
    assert pictures == ["article-size.svg", "article-llama.svg"]
    assert all((tmp_path / name).read_text().startswith("<svg") for name in pictures)
    assert cli("report", "--check", path).code == 0


def test_the_formats_agree(cli: Callable) -> None:
    result = json.loads(cli("report", "article", "--json").out)["result"]
    numbers = [number for claim in result["claims"] for number in claim["rows"]]
    rows = list(csv.DictReader(io.StringIO(cli("report", "article", "-f", "csv").out)))
    assert [float(row["value"]) for row in rows] == [number["value"] for number in numbers]
    assert "What the article said" in cli("report", "article").out


def test_one_claim_more_or_less_draws_moves_intervals_only(cli: Callable) -> None:
    first, second = (
        json.loads(cli("report", "article", "--draws", draws, "--json").out)["result"]["claims"] for draws in (500, 600)
    )
    assert [claim["verdict"] for claim in first] == [claim["verdict"] for claim in second]


def test_options_of_a_forecast_are_refused(cli: Callable) -> None:
    for option in (("--by", "2028"), ("--since", "2019"), ("--method", "ols"), ("--where", "domain=Vision")):
        outcome = cli("report", "article", *option)
        assert outcome.code == 2
        assert option[0] in outcome.err
