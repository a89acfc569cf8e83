"""What the site shows that is not a file of docs/: data card, curation decisions, changelog, examples, notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, InclusionLevel

ROOT = Path(__file__).resolve().parent.parent
#: Files of the repository -> pages of the site; links to the one are turned into links to the other.
PAGES = {
    "datasets/README.md": "data-card.md",
    "datasets/CURATION.md": "curation.md",
    "CHANGELOG.md": "changelog.md",
    "reports/examples/README.md": "examples/index.md",
}
_LINK = re.compile(r"\]\((?:\.\./)+([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made here."""
    for source, page in PAGES.items():
        if page == "examples/index.md":
            continue
        text = re.sub(r"\A---\n.*?\n---\n", "", (ROOT / source).read_text(encoding="utf-8"), flags=re.DOTALL)
        files.append(File.generated(config, page, content=text))
    for file in _examples(config):
        files.append(file)
    for path in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=_as_markdown(notebook, path.name)))
    return files


def _examples(config: Any) -> Iterator[File]:
    # A report in Markdown becomes a page; it must not take the place of the one in HTML.
    for path in sorted((ROOT / "reports" / "examples").iterdir()):
        name = f"examples/text/{path.name}" if path.suffix in (".md", ".svg") else f"examples/{path.name}"
        if path.name == "README.md":
            text = re.sub(r"\]\(([\w-]+\.md)\)", r"](text/\1)", path.read_text(encoding="utf-8"))
            yield File.generated(config, "examples/index.md", content=text)
        else:
            yield File.generated(config, name, abs_src_path=str(path), inclusion=InclusionLevel.NOT_IN_NAV)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Lead links that leave docs/ to the page that holds the file."""
    up = "../" * page.file.src_uri.count("/")

    def lead(found: re.Match[str]) -> str:
        return f"]({up}{PAGES[found[1]]}{found[2] or ''})" if found[1] in PAGES else found[0]

    return _LINK.sub(lead, markdown)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Take the one script that the theme would load from elsewhere from the site itself."""
    up = "../" * page.file.dest_uri.count("/")
    return output.replace("https://unpkg.com/iframe-worker/shim", f"{up}style/iframe-worker.js")


def on_post_template(output: str, template_name: str, config: Any) -> str:
    """Do the same for the page that stands for missing ones."""
    return output.replace("https://unpkg.com/iframe-worker/shim", "/style/iframe-worker.js")


def _as_markdown(notebook: dict[str, Any], name: str) -> str:
    parts = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        parts += [_output(output) for output in cell["outputs"]]
    parts.insert(1, f"[Download the notebook]({name}){{ download }}")
    return "\n\n".join(parts) + "\n"


def _output(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return f"```text\n{''.join(output['text']).rstrip()}\n```"
    data = output["data"]
    if "text/html" in data:
        # On one line, so that Markdown leaves it alone.
        return f'<div class="output">{" ".join("".join(data["text/html"]).split())}</div>'
    return f"```text\n{''.join(data['text/plain']).rstrip()}\n```"
