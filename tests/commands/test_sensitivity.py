import json

import pytest


def test_the_table_and_the_envelope(cli):
    outcome = cli("sensitivity", "cost", "--by", "2028", "--draws", "1000")
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    assert "Other choices move the median from" in text
    assert "Track record:" in text
    for words in ("as reported", "top5", "theil_sen", "Confident only", "ranked without older models", "CPI"):
        assert words in text


def test_json_has_headline_envelope_and_rows(cli):
    result = json.loads(cli("sensitivity", "compute", "--by", "2028", "--choice", "frontier", "--json").out)["result"]
    (target,) = result["targets"]
    assert set(target["envelope"]) == {"growth", "median", "interval"}
    assert {row["choice"] for row in target["rows"]} == {"frontier"}
    predicted = json.loads(cli("predict", "compute", "--by", "2028", "--json").out)["result"]["rows"]
    headline = target["headline"]
    row = next(row for row in predicted if row["level"] == 0.9)
    assert (headline["median"], headline["upper"]) == (row["median"], row["upper"])


def test_a_file_gets_the_tornado(cli, tmp_path):
    assert cli("sensitivity", "compute", "--choice", "start", "-o", tmp_path / "s.html").code == 0
    assert "What moves the forecast of training compute" in (tmp_path / "s.html").read_text()


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("compute", "--choice", "fronteer"), 2, "did you mean 'frontier'"),
    (("compute", "--estimand", "mean"), 2, "unknown estimand"),
    (("computee",), 2, "did you mean 'compute'"),
    ((), 2, "TARGET"),
])  # fmt: skip
def test_wrong_input_is_answered(cli, arguments, code, words):
    outcome = cli("sensitivity", *arguments)
    assert outcome.code == code
    assert words in outcome.err


def test_the_report_shows_the_same_variants(cli):
    report = json.loads(cli("report", "compute", "--by", "2028", "--json").out)["result"]["targets"][0]["sensitivity"]
    alone = json.loads(cli("sensitivity", "compute", "--by", "2028", "--choice", "frontier", "--json").out)["result"]
    mine = [row for row in report["rows"] if row["choice"] == "frontier"]
    assert mine == alone["targets"][0]["rows"]
