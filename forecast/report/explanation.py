"""``--explain``: how an answer came about, from the documentation of the modules that made it, and what to cite.

The words are the module docstrings themselves (what, when to use it, formula, reference), so that they cannot differ
from the code.
"""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import replace

from forecast.data.references import references, topics
from forecast.report.document import Answer, Block, Bullets, Code, Section, Text

_MARKUP = re.compile(r"``|:(?:mod|func|class|data|meth):`[~.]?([^`]*)`")


def explained(answer: Answer) -> Answer:
    """Return the answer with a section on how it was made, where it says what made it."""
    if not answer.explains:
        return answer
    blocks: list[Block] = []
    for name in answer.explains:
        title, _, rest = inspect.cleandoc(importlib.import_module(name).__doc__ or name).partition("\n\n")
        blocks.append(Text(_plain(title), strong=True))
        blocks += [_block(_plain(part)) for part in rest.split("\n\n") if part.strip()]
    known = {name for topic in topics() for name in (topic, topic.split(":")[-1])}
    cited = references("tool", *(topic for topic in answer.topics if topic in known))
    blocks.append(Bullets([f"{row.authors.split(' and ')[0]} {row.year}, {row.title}, {row.url}" for row in cited]))
    document = replace(
        answer.document, sections=[*answer.document.sections, Section("How it was made, and what to cite", blocks)]
    )
    return replace(answer, document=document)


def _block(part: str) -> Block:
    # A paragraph flows; a table or a formula keeps its lines.
    shaped = any(line.startswith((" ", "=", "-", "*")) or "   " in line.strip() for line in part.splitlines())
    return Code(part) if shaped else Text(" ".join(part.split()))


def _plain(text: str) -> str:
    return _MARKUP.sub(lambda match: match[1] or "", text).replace("`", "")
