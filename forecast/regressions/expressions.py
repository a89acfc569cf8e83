"""Arithmetic on columns, such as ``log10(cost / 1e6)``: parsed, checked against a list of what is allowed, and walked.

Nothing of a formula is ever handed to Python to run: an expression is numbers, columns, ``+ - * / **``, comparisons and
the functions of :data:`FUNCTIONS`, and anything else is refused before a value is computed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError, did_you_mean

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Function:
    """A function that formulas may use.

    Parameters
    ----------
    name, summary : str
        What it is called, and what it gives.
    apply : callable
        Array to array.
    above : float
        It is defined for values above this.
    including : bool
        And for the bound itself.
    inverse : callable, optional
        Takes a response back to its natural scale.
    base : float
        Of a logarithm; 0 for others.
    """

    name: str
    summary: str
    apply: Callable[[Any], Any]
    above: float = -np.inf
    including: bool = False
    inverse: Callable[[Array], Array] | None = None
    base: float = 0.0


def _square(values: Array) -> Array:
    return np.asarray(np.maximum(values, 0.0) ** 2)


def _power_of(base: float) -> Callable[[Array], Array]:
    return lambda values: np.asarray(np.power(base, values))


FUNCTIONS: dict[str, Function] = {
    item.name: item
    for item in (
        Function("log10", "logarithm to base 10", np.log10, 0.0, inverse=_power_of(10.0), base=10.0),
        Function("log", "natural logarithm", np.log, 0.0, inverse=np.exp, base=float(np.e)),
        Function("ln", "natural logarithm", np.log, 0.0, inverse=np.exp, base=float(np.e)),
        Function("log2", "logarithm to base 2", np.log2, 0.0, inverse=_power_of(2.0), base=2.0),
        Function("log1p", "log(1 + x)", np.log1p, -1.0, inverse=np.expm1),
        Function("exp", "exponential", np.exp),
        Function("expm1", "exp(x) - 1", np.expm1),
        Function("sqrt", "square root", np.sqrt, 0.0, including=True, inverse=_square),
        Function("abs", "absolute value", np.abs),
        Function("I", "arithmetic as it stands, such as I(x**2)", np.asarray),
    )
}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_QUOTED = re.compile(r"`([^`]+)`")
_STAND_IN = "_quoted_column_"


class OutsideError(Exception):
    """A function met values that it is not defined for.

    Parameters
    ----------
    rows : array of bool
        Which.
    values : array
        What the function was given.
    source : str
        The text of what the function was given.
    rule : str
        What the values must be.
    """

    def __init__(self, rows: NDArray[np.bool_], values: Array, source: str, rule: str) -> None:
        super().__init__(rule)
        self.rows, self.values, self.source, self.rule = rows, values, source, rule


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Parameters
    ----------
    text : str
        As the formula writes it.
    node : ast.expr
        Parsed, only of what is allowed.
    names : tuple of str
        Columns in it, in order.
    quoted : tuple of str
        Columns written in backticks.
    """

    text: str
    node: ast.expr
    names: tuple[str, ...]
    quoted: tuple[str, ...] = ()

    @property
    def is_name(self) -> bool:
        """Whether it is a column and nothing else."""
        return isinstance(self.node, ast.Name)

    @property
    def function(self) -> Function | None:
        """The outermost function, if there is one."""
        return _function(self.node) if isinstance(self.node, ast.Call) else None

    @property
    def argument(self) -> Expression:
        """What the outermost function takes."""
        assert isinstance(self.node, ast.Call)
        inner = self.node.args[0]
        return Expression(self._source(inner), inner, self.names, self.quoted)

    def evaluate(self, values: Mapping[str, Array]) -> Array:
        """Return the values of the expression.

        Parameters
        ----------
        values : mapping of str to array of shape (n,)
            Of each column.

        Raises
        ------
        OutsideError
            Where a function is not defined, or the result is not finite.
        """
        length = len(next(iter(values.values()))) if values else 1
        with np.errstate(all="ignore"):
            result = np.broadcast_to(np.asarray(self._walk(self.node, values), dtype=float), (length,)).copy()
        wrong = ~np.isfinite(result)
        if wrong.any():
            raise OutsideError(wrong, result, self.text, "is not finite")
        return result

    def _walk(self, node: ast.expr, values: Mapping[str, Array]) -> Any:
        match node:
            case ast.Constant():
                return np.float64(node.value)  # type: ignore[arg-type]
            case ast.Name():
                return values[_unquote(node.id, self.quoted)]
            case ast.UnaryOp():
                operand = self._walk(node.operand, values)
                return -operand if isinstance(node.op, ast.USub) else operand
            case ast.BinOp():
                left, right = self._walk(node.left, values), self._walk(node.right, values)
                return _OPERATORS[type(node.op)](left, right)
            case ast.Compare():
                left, right = self._walk(node.left, values), self._walk(node.comparators[0], values)
                return _COMPARISONS[type(node.ops[0])](left, right).astype(float)
            case ast.Call():
                function, inner = _function(node), self._walk(node.args[0], values)
                assert function is not None
                inside = inner >= function.above if function.including else inner > function.above
                if not np.all(inside) and np.isfinite(function.above):
                    length = len(next(iter(values.values()))) if values else 1
                    given = np.broadcast_to(np.asarray(inner, dtype=float), (length,))
                    rule = f"must be {'at least' if function.including else 'above'} {function.above:g} for {function.name}"
                    raise OutsideError(~np.broadcast_to(inside, (length,)), given, self._source(node.args[0]), rule)
                return function.apply(inner)
        raise AssertionError(ast.dump(node))

    def _source(self, node: ast.expr) -> str:
        text = ast.unparse(node)
        for i, name in enumerate(self.quoted):
            text = re.sub(rf"\b{_STAND_IN}{i}\b", name.replace("\\", r"\\"), text)
        return text


def parse_expression(text: str) -> Expression:
    """Return a checked expression.

    Raises
    ------
    UsageError
        When it is no arithmetic, or uses what is not allowed.

    Examples
    --------
    >>> parse_expression("log10(cost / 1e6)").evaluate({"cost": np.array([1e6, 1e8])})
    array([0., 2.])
    """
    quoted = tuple(dict.fromkeys(_QUOTED.findall(text)))
    plain = _QUOTED.sub(lambda match: f"{_STAND_IN}{quoted.index(match[1])}", text)
    try:
        node = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = f"--formula: {text!r} is not an expression"
        raise UsageError(message, hint="write names that are no plain words in backticks: `training cost`") from error
    names: list[str] = []
    _check(node, text, names)
    return Expression(text, node, tuple(dict.fromkeys(_unquote(name, quoted) for name in names)), quoted)


def _check(node: ast.AST, text: str, names: list[str]) -> None:
    match node:
        case ast.Constant(value=bool()):
            raise _refusal(node, text)
        case ast.Constant(value=int() | float() as value) if abs(value) < 1e300:
            return
        case ast.Name():
            names.append(node.id)
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            _check(node.operand, text, names)
            return
        case ast.BinOp() if type(node.op) in _OPERATORS:
            _check(node.left, text, names)
            _check(node.right, text, names)
            return
        case ast.Compare(ops=[only]) if type(only) in _COMPARISONS:
            _check(node.left, text, names)
            _check(node.comparators[0], text, names)
            return
        case ast.Call(args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
            if _function(node) is None:
                called = ast.unparse(node.func)
                message = f"--formula: there is no function {called[:60]!r}"
                hint = f"functions: {', '.join(FUNCTIONS)}, and C(column) for categories"
                raise UsageError(message + did_you_mean(called, FUNCTIONS) * (len(called) < 20), hint=hint)
            _check(argument, text, names)
            return
    raise _refusal(node, text)


def _function(node: ast.Call) -> Function | None:
    """Return the function that is called: by its name, or as ``np.log`` for those who are used to it."""
    match node.func:
        case ast.Name(id=name) if name in FUNCTIONS:
            return FUNCTIONS[name]
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in FUNCTIONS:
            return FUNCTIONS[name]
    return None


def _refusal(node: ast.AST, text: str) -> UsageError:
    part = ast.unparse(node)
    message = f"--formula: {part[:80]!r} in {text[:80]!r} is not allowed"
    hint = f"an expression is columns, numbers, + - * / **, comparisons, and {', '.join(FUNCTIONS)} of one argument"
    return UsageError(message, hint=hint)


def _unquote(name: str, quoted: tuple[str, ...]) -> str:
    if name.startswith(_STAND_IN):
        return quoted[int(name.removeprefix(_STAND_IN))]
    return name
