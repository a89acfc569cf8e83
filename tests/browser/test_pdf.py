from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def test_a_report_is_printed_to_pdf_with_the_same_bytes_each_time(cli: Callable, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    assert cli("report", "cost", "--template", "brief", "-o", path).code == 0
    first = path.read_bytes()
    assert first.startswith(b"%PDF")
    assert len(first) > 20_000
    cli("report", "cost", "--template", "brief", "-o", path)
    assert path.read_bytes() == first
