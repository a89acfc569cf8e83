from __future__ import annotations

import json
import re
from collections.abc import Callable

from forecast.data.references import references, topics


def test_the_tool_comes_first_and_the_data_with_it(cli: Callable) -> None:
    out = cli("cite").out
    assert out.strip().startswith("@software{scaling_forecast,")
    assert "@misc{epoch_models," in out


def test_what_was_used_is_cited_once(cli: Callable) -> None:
    rows = json.loads(cli("cite", "chinchilla", "isoflop", "--json").out)["result"]["rows"]
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys))
    assert {"scaling_forecast", "hoffmann2022", "besiroglu2024"} <= set(keys)


def test_unknown_names(cli: Callable) -> None:
    outcome = cli("cite", "chinchila")
    assert outcome.code == 2
    assert "did you mean 'chinchilla'" in outcome.err


def test_every_entry_is_balanced_bibtex_with_a_link() -> None:
    for row in references(*topics()):
        text = row.bibtex()
        assert text.count("{") == text.count("}")
        assert re.match(r"@\w+\{\w+,\n", text)
        assert row.url.startswith("https://")
