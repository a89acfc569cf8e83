"""What the site shows that is not a file of docs/: the data card, curation decisions, the changelog, and notebooks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent
#: Files of the repository -> pages of the site; links to the one are turned into links to the other.
PAGES = {
    "datasets/README.md": "data-card.md",
    "datasets/CURATION.md": "curation.md",
    "CHANGELOG.md": "changelog.md",
}
_LINK = re.compile(r"\]\((?:\.\./)+([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made here."""
    for source, page in PAGES.items():
        text = re.sub(r"\A---\n.*?\n---\n", "", (ROOT / source).read_text(encoding="utf-8"), flags=re.DOTALL)
        files.append(File.generated(config, page, content=text))
    for path in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=_as_markdown(notebook, path.name)))
    return files


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
