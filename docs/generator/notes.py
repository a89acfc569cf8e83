"""The page of exit codes and notes, from reading the source of the package."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from docs.generator.markdown import ROOT, code, first, joined, table


def notes_page() -> str:
    """Return exit codes, and every note that the code can attach to a result."""
    from forecast import errors

    codes = {
        kind.exit_code: kind for _, kind in inspect.getmembers(errors, inspect.isclass) if hasattr(kind, "exit_code")
    }
    kinds = [errors.UsageError, errors.DataError, errors.FitError, errors.StrictError]
    rows = [["0", "", "The answer was printed or written."], ["1", "", "A bug of ours; `-v` shows the traceback."]]
    rows += [[str(kind.exit_code), code(kind.__name__), first(kind.__doc__)] for kind in kinds]
    assert set(codes) == {1, 2, 3, 4, 5}
    page = [
        "# Notes and exit codes",
        "## Exit codes",
        table(["code", "exception in Python", "meaning"], rows),
        "In Python the exceptions are in `forecast.errors`; all are a `ForecastError`, with `message` and `hint`.",
        "## Notes",
        "What to doubt about a result. A note has a stable code; a warning means that the numbers may mislead, and "
        "`--strict` then exits with 5. An ellipsis stands for what depends on the data.",
    ]
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for path in sorted((ROOT / "forecast").rglob("*.py")):
        for name, severity, message, hint in _notes_of(ast.parse(path.read_text(encoding="utf-8"))):
            where = ".".join(path.relative_to(ROOT / "forecast").with_suffix("").parts)
            found.setdefault(name, []).append((severity, message, hint, where))
    rows = []
    for name, uses in sorted(found.items()):
        severity = " or ".join(sorted({s for use in uses for s in use[0].split(" or ")}, reverse=True))
        messages = dict.fromkeys(f"{m.rstrip('.')}. {h}".strip() if m else h for _, m, h, _ in uses)
        rows.append([code(name), severity, " / ".join(filter(None, messages)).replace("<", "&lt;"), code(uses[0][3])])
    page.append(table(["code", "severity", "what it says", "raised in"], rows))
    return joined(page)


def _notes_of(module: ast.Module) -> Iterator[tuple[str, str, str, str]]:
    for function in [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]:
        assigned: dict[str, list[tuple[int, ast.expr]]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Note" and call.args:
                code = call.args[0]
                if isinstance(code, ast.Constant):
                    parts = [
                        _text(part, call.lineno, assigned) for part in [*call.args[1:], *[ast.Constant("")] * 3][:3]
                    ]
                    yield str(code.value), parts[0] or "info or warning", parts[1], parts[2]


def _text(node: ast.expr, line: int, assigned: dict[str, list[tuple[int, ast.expr]]]) -> str:
    """Return what an expression says, with an ellipsis for what is only known when it runs."""
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.JoinedStr(values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in values)
        case ast.BinOp(left, ast.Add(), right):
            return _text(left, line, assigned) + _text(right, line, assigned)
        case ast.Call(ast.Attribute(value)):  # a text with something replaced or stripped
            return _text(value, line, assigned)
        case ast.IfExp(_, first, second):
            return " or ".join(dict.fromkeys([_text(first, line, assigned), _text(second, line, assigned)]))
        case ast.Name(name):
            before = [value for at, value in assigned.get(name, []) if at <= line]
            return _text(before[-1], line, {}) if before else ""
    return ""
