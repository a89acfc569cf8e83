"""`data import epoch`: today's headings in, our schema out."""

import datetime as dt
import io

import pandas as pd
import pytest

from forecast.data.dataset import load_dataset, typed
from forecast.data.epoch import HEADINGS, is_epoch
from forecast.data.refresh import import_epoch, to_csv
from forecast.data.schema import resource
from forecast.data.table import Table
from forecast.errors import DataError

TODAY = dt.date(2026, 8, 1)
PUBLIC = [
    "Model",
    "Domain",
    "Task",
    "Organization",
    "Authors",
    "Publication date",
    "Reference",
    "Link",
    "Citations",
    "Notability criteria",
    "Parameters",
    "Parameters notes",
    "Training compute (FLOP)",
    "Training compute notes",
    "Training dataset size (total)",
    "Confidence",
    "Country (of organization)",
    "Base model",
    "Finetune compute (FLOP)",
    "Hardware quantity",
    "Training hardware",
    "Training time (hours)",
    "Training compute estimation method",
    "Hardware utilization (MFU)",
    "Epochs",
    "Training compute cost (2023 USD)",
    "Organization categorization",
    "Training chip-hours",
    "Frontier model",
    "Model accessibility",
    "Open model weights?",
    "Training power draw (W)",
    "Batch size",
    "Numerical format",
]


def row(**cells):
    plain = {"Model": "Made-7B", "Publication date": "2024-05-01", "Organization": "Acme", "Domain": "Language"}
    return plain | cells


def download(*rows, columns=PUBLIC):
    frame = pd.DataFrame([{name: str(cells.get(name, "")) for name in columns} for cells in rows], dtype=object)
    return Table(frame, "all_ai_models.csv", "digest")


def imported(*rows, **options):
    return import_epoch(download(*rows, **options), decisions=[], today=TODAY)


def test_public_headings_are_read_and_the_rest_is_ignored():
    cells = {
        "Organization": '"SambaNova Systems, Inc",Meta AI', "Parameters": "7e9", "Training compute (FLOP)": "8.4e22",
        "Training dataset size (total)": "2e12", "Notability criteria": "Highly cited,SOTA improvement",
        "Hardware quantity": "100", "Training hardware": "NVIDIA A100", "Training time (hours)": "50",
        "Training power draw (W)": "80000", "Hardware utilization (MFU)": "45%", "Open model weights?": "Yes",
        "Training compute estimation method": "Operation counting", "Confidence": "Confident",
        "Training compute cost (2023 USD)": "$1,234,567",
    }  # fmt: skip
    found = imported(row(**cells)).frame.iloc[0]
    assert list(found.index) == resource("models").columns
    assert found["organization"] == "SambaNova Systems, Inc; Meta AI"
    assert (found["parameters"], found["parameters_status"]) == ("7000000000", "reported")
    assert (found["tokens"], found["datapoints"]) == ("2000000000000", "")
    assert (found["training_compute_flop"], found["training_compute_flop_status"]) == ("8.4e+22", "derived")
    assert (found["utilization"], found["open_weights"], found["notable"]) == ("0.45", "true", "true")
    assert (found["chip_hours"], found["chip_hours_status"]) == ("5000", "derived")
    assert (found["energy_kwh"], found["energy_kwh_status"], found["energy_boundary"]) == (
        "4000",
        "derived",
        "facility",
    )
    assert (found["cost_usd"], found["cost_dollar_year"], found["cost_usd_status"]) == ("1234567", "2023", "derived")
    assert (found["use"], found["exclusion_reason"]) == ("fitted", "")


@pytest.mark.parametrize("heading", ["(total)", "(datapoints)", "(gradients)"])
def test_the_size_column_has_had_several_names(heading):
    name = f"Training dataset size {heading}"
    columns = [name if column == "Training dataset size (total)" else column for column in PUBLIC]
    assert imported(row(**{name: "3e9"}), columns=columns).frame["tokens"][0] == "3000000000"


def test_headings_match_in_any_case_and_absent_optional_columns_are_empty():
    columns = [
        " MODEL ",
        "publication DATE",
        "organization",
        "parameters",
        "Training compute (flop)",
        "Notability Criteria",
    ]
    cells = {" MODEL ": "Small", "publication DATE": "2020", "parameters": "5"}
    found = imported(cells, columns=columns).frame.iloc[0]
    assert (found["name"], found["published"], found["cost_usd"]) == ("Small", "2020-01-01", "")


def test_other_domains_count_datapoints():
    found = imported(row(Domain="Vision,Language", **{"Training dataset size (total)": "4e8"})).frame.iloc[0]
    assert (found["tokens"], found["datapoints"]) == ("", "400000000")


def test_a_table_that_is_not_epochs_names_what_is_missing():
    with pytest.raises(DataError, match=r"no column 'Model', 'Publication date'") as caught:
        import_epoch(Table(pd.DataFrame({"a": ["1"]}), "mine.csv", ""))
    assert "epoch.ai/data" in caught.value.hint


def test_our_own_table_is_not_imported_again():
    frame = pd.DataFrame(columns=resource("models").columns, data=[["x"] * len(resource("models").columns)])
    with pytest.raises(DataError, match="own columns already"):
        import_epoch(Table(frame, "models.csv", ""))


def test_no_usable_row():
    with pytest.raises(DataError, match="no row has both a model's name and a publication date"):
        imported(row(**{"Publication date": "soon"}))


def test_text_among_numbers_is_unknown_and_said_with_its_place():
    found = imported(row(), row(Model="Other", Parameters="many"))
    (note,) = found.notes
    assert note.code == "unreadable-number"
    assert "row 3, column 'Parameters': 'many'" in note.message
    assert list(found.frame["parameters"]) == ["", ""]


def test_future_rows_are_left_out():
    found = imported(row(), row(Model="Next", **{"Publication date": "2031-01-01"}))
    assert list(found.frame["name"]) == ["Made-7B"]
    assert [note.code for note in found.notes] == ["future-date"]


def test_fine_tunes_and_later_versions_are_excluded():
    found = imported(
        row(), row(Model="Tuned", **{"Base model": "Made-7B"}), row(Model="Made-7B (Aug 2024)", **{"Publication date": "2024-08-01"}),
        row(Model="Old", **{"Publication date": "2015-03-01"}), row(Model="Bad", Confidence="Wrong"),
    ).frame.set_index("name")  # fmt: skip
    expected = {
        "Made-7B": ("fitted", ""), "Tuned": ("excluded", "fine-tune"), "Made-7B (Aug 2024)": ("excluded", "later version"),
        "Old": ("history", ""), "Bad": ("excluded", "implausible"),
    }  # fmt: skip
    assert {name: (line["use"], line["exclusion_reason"]) for name, line in found.iterrows()} == expected


def test_bundled_decisions_lapse_quietly_on_another_table():
    found = import_epoch(download(row()), today=TODAY)
    assert [note.code for note in found.notes] == ["decision-lapsed"]
    assert len(found.frame) == 3  # LLaMA-7B and LLaMA-13B are added


def test_published_footprints_are_joined():
    found = imported(row(Model="GPT-3 175B")).frame.iloc[0]
    assert (found["energy_kwh"], found["energy_kwh_status"], found["energy_boundary"]) == (
        "1287000",
        "reported",
        "facility",
    )
    assert (found["carbon_kg"], found["water_l_status"]) == ("552100", "imputed")


def test_the_result_reads_back_as_the_schema_says():
    text = imported(row(Parameters="7e9", **{"Publication date": "2024-02"})).csv
    back = typed(pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False), resource("models"))
    assert back["parameters"][0] == 7e9
    assert str(back["published"][0].date()) == "2024-02-01"


def test_every_column_of_ours_that_a_download_fills_is_in_the_schema():
    ours = set(HEADINGS) - {"dataset_size", "snapshot"}
    assert ours <= set(resource("models").columns)


def test_bundled_models_are_not_taken_for_a_download():
    dataset = load_dataset("models")
    assert not is_epoch(Table(dataset.frame, "models.csv", dataset.digest))


def test_to_csv_quotes_what_needs_it():
    assert to_csv(pd.DataFrame({"a": ['x, "y"'], "b": ["z"]})) == 'a,b\n"x, ""y""",z\n'
