"""What a result was made from: enough to make it again and to see what changed if it cannot be."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from forecast import __version__


@dataclass(frozen=True)
class Provenance:
    """Settings, seed, data and versions behind a result.

    Parameters
    ----------
    call : str
        The command or Python call that makes it again.
    seed : int or None
        Seed of the random draws; ``None`` when the caller passed a generator.
    data : dict
        Name of each table used -> its SHA-256.
    settings : dict
        Every choice that moves the numbers.
    """

    call: str = ""
    seed: int | None = None
    data: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, with the versions of the packages that compute."""
        return {
            "call": self.call,
            "seed": self.seed,
            "data": dict(self.data),
            "settings": dict(self.settings),
            "versions": versions(),
        }


def versions() -> dict[str, str]:
    """Return the versions of this package, Python, numpy, scipy and pandas."""
    packages = {name: version(name) for name in ("numpy", "scipy", "pandas")}
    return {"scaling-forecast": __version__, "python": platform.python_version(), **packages}


def sha256(content: bytes | Path) -> str:
    """Return the SHA-256 of bytes or of a file, as hexadecimal text."""
    return hashlib.sha256(content.read_bytes() if isinstance(content, Path) else content).hexdigest()
