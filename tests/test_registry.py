from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from forecast.errors import UsageError
from forecast.registry import Registry


def test_names_come_from_the_folder_without_importing() -> None:
    sys.modules.pop("forecast.trends.methods.segmented", None)
    registry: Registry[object] = Registry("method", "forecast.trends.methods")
    assert {"ols", "pool", "segmented"} <= set(registry.names())
    assert "forecast.trends.methods.segmented" not in sys.modules


def test_hyphens_and_underscores_are_the_same() -> None:
    registry: Registry[object] = Registry("method", "forecast.trends.methods")
    assert registry["random-walk"] is registry["random_walk"]


def test_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown method 'olss'; did you mean 'ols'"):
        Registry("method", "forecast.trends.methods")["olss"]


def test_what_is_known_is_listed_once() -> None:
    with pytest.raises(UsageError) as caught:
        Registry("method", "forecast.trends.methods")["qqqq"]
    assert caught.value.message == "unknown method 'qqqq'"
    assert "known: " in str(caught.value.hint)


def test_helpers_and_private_modules_are_no_entries() -> None:
    registry: Registry[object] = Registry("file format", "forecast.data.readers", helpers=("csv",))
    assert "csv" not in registry.names()
    assert not any(name.startswith("_") for name in registry.names())


def test_third_parties_add_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", "math:pi", "forecast.trends.methods")
    monkeypatch.setattr("forecast.registry.entry_points", lambda group: [point] if group == point.group else [])
    registry: Registry[object] = Registry("method", "forecast.trends.methods")
    assert "mine" in registry.names()
    assert registry["mine"] == pytest.approx(3.14159265)
