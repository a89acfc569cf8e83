"""Docstrings name things with roles (``:func:`forecast.fit` ``); on the site they are code."""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:py:)?(?:mod|func|class|data|meth|attr|exc):`[~.]?([^`]*)`")


class Roles(griffe.Extension):
    """Turn roles into code."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of whatever was read."""
        if obj.docstring:
            obj.docstring.value = _ROLE.sub(r"``\1``", obj.docstring.value)
