"""Where the bundled files are: inside the wheel, or in the folders of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLED = _PACKAGE / "_bundled"


def datasets_folder() -> Path:
    """Return the folder of the bundled tables."""
    return _BUNDLED / "datasets" if _BUNDLED.is_dir() else _PACKAGE.parent / "datasets"


def templates_folder() -> Path:
    """Return the folder of the report templates."""
    return _BUNDLED / "templates" if _BUNDLED.is_dir() else _PACKAGE.parent / "reports" / "templates"
