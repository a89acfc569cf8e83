from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLOW = (
    "import time, forecast.trends.prediction as p; real = p.predict\n"
    "def slow(*a, **k):\n    time.sleep({delay}); return real(*a, **k)\n"
    "p.predict = slow\n"
    "from forecast.app import run; raise SystemExit(run({arguments!r}))"
)


def stderr_of(delay: float, *extra: str, terminal: bool) -> str:
    code = SLOW.format(delay=delay, arguments=["predict", "cost", "--by", "2028", "--json", *extra])
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"}
    if not terminal:
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return done.stderr
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.DEVNULL, stderr=follower
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    assert process.wait() == 0
    return seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_bar_shows_on_a_terminal_after_a_second() -> None:
    assert "working" in stderr_of(1.6, terminal=True)


def test_it_shows_nowhere_else() -> None:
    assert "working" not in stderr_of(1.6, terminal=False)
    assert "working" not in stderr_of(1.6, "--quiet", terminal=True)
