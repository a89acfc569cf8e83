"""What a reader can do with a figure on a screen: hover, and choose; as a Vega-Lite specification with blanks.

The specification names its data (``{"data": {"name": "models"}}``); the rows are those of :attr:`Figure.tables`. Where it
holds ``{"choice": "level"}`` the present option of that control is put in, and ``{"choice": "scale.axis"}`` puts in a part
of it. ``{"theme": "line"}`` is a colour of the page, which differs between light and dark. No text from data becomes an
expression, so a name cannot run.

References
----------
Satyanarayan et al. 2017, Vega-Lite: A Grammar of Interactive Graphics, IEEE TVCG 23, 341.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WEB = re.compile(r"https?://[^\s<>\"'`\\\\]+", re.IGNORECASE)

#: Vega expressions that print an axis value of a unit; a bare number elsewhere
_AXIS_TEXT = {
    "FLOP": "datum.value == 0 ? '0' : replace(format(datum.value, '~e'), 'e+', 'e')",
    "FLOP/s": "datum.value == 0 ? '0' : replace(format(datum.value, '~e'), 'e+', 'e')",
    "USD": "'$' + replace(format(datum.value, '~s'), 'G', 'B')",
    "parameters": "replace(format(datum.value, '~s'), 'G', 'B')",
    "tokens": "replace(format(datum.value, '~s'), 'G', 'B')",
    "kWh": "format(datum.value * 1000, '~s') + 'Wh'",
    "W": "format(datum.value, '~s') + 'W'",
    "kg": "format(datum.value * 1000, '~s') + 'g'",
    "L": "format(datum.value, '~s') + 'L'",
}


@dataclass(frozen=True)
class Control:
    """A choice the reader has.

    Parameters
    ----------
    name : str
        What ``{"choice": name}`` in the specification refers to.
    label : str
        Stands before the list of options.
    options : mapping of str to Any
        Text of an option -> the JSON put in its place; the first is chosen at first.
    """

    name: str
    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Interactive:
    """A Vega-Lite specification and its controls; ``picked`` names the fields shown of a point that is clicked."""

    spec: Mapping[str, Any]
    controls: tuple[Control, ...] = ()
    picked: tuple[str, ...] = ()


def axis_text(unit: str) -> str:
    """Return the Vega expression that prints values of a unit on an axis."""
    return _AXIS_TEXT.get(unit, "format(datum.value, '~g')")


def web_address(text: str) -> str:
    """Return the first address in a text that a browser may follow, or an empty text.

    Examples
    --------
    >>> web_address("https://arxiv.org/abs/2005.14165; https://openai.com")
    'https://arxiv.org/abs/2005.14165'
    >>> web_address("javascript:alert(1)"), web_address("see http://x")
    ('', '')
    """
    match = _WEB.match(text.strip())
    return match[0].rstrip(";,") if match else ""
