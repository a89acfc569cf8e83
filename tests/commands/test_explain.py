from __future__ import annotations

import json
from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["predict", "cost", "--by", "2028"], "equal parts of the line and of the random walk"), (["predict", "cost", "--method", "theil-sen"], "median of all pairwise slopes"),
        (["next", "--by", "2028"], "6 N_active D = C"),
    ],
)  # fmt: skip
def test_explain_says_how_it_was_made_and_what_to_cite(cli: Callable, arguments: list[str], part: str) -> None:
    plain, explained = cli(*arguments).out, " ".join(cli(*arguments, "--explain").out.split())
    assert "what to cite" not in plain
    assert part in explained
    assert "https://epoch.ai/data/ai-models" in explained
    assert "``" not in explained


def test_it_changes_no_number(cli: Callable) -> None:
    rows = [
        json.loads(cli("predict", "cost", "--json", *extra).out)["result"]["rows"] for extra in ((), ("--explain",))
    ]
    assert rows[0] == rows[1]
