"""A formula such as ``log10(cost) ~ log10(compute) + year + C(domain)``: a response, and terms that explain it.

The algebra (``+ - : * / ** 0 1``, brackets, interactions) is formulaic's and that of R; the arithmetic inside a term is
:mod:`forecast.regressions.expressions`'s. ``C(column)`` makes categories, ``C(column, "reference")`` with a reference of
one's own.

References
----------
Wilkinson and Rogers 1973, Applied Statistics 22, 392. formulaic, https://matthewwardrop.github.io/formulaic/
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.regressions.expressions import Array, Expression, Function, parse_expression

_EXAMPLE = "write it like 'log10(cost) ~ log10(compute) + year + C(domain)'"
#: How formulaic marks the place of an error in its messages.
_MARK = re.compile("⧛(?:\x1b\\[[0-9;]*m)?(.*?)(?:\x1b\\[0m)?⧚", re.DOTALL)
_LONGEST = 1_000
#: Terms that a formula may multiply out to, at the very most.
_MOST_TERMS = 1e7


@dataclass(frozen=True)
class Category:
    """A column taken as categories.

    Parameters
    ----------
    text, name : str
        As the formula writes it, and the column.
    reference : str or None
        The category that others are compared with; by default the first in the alphabet.
    """

    text: str
    name: str
    reference: str | None = None


Factor = Expression | Category


@dataclass(frozen=True)
class Formula:
    """A checked formula.

    Parameters
    ----------
    text : str
        As written.
    response : Expression
        What is explained.
    terms : tuple of tuple of Factor
        Factors of each term; the term without factors is the intercept.
    """

    text: str
    response: Expression
    terms: tuple[tuple[Factor, ...], ...]

    @property
    def link(self) -> Function | None:
        """The invertible function around the response, if any: predictions are taken back through it."""
        function = self.response.function
        return function if function is not None and function.inverse is not None else None

    @property
    def output(self) -> Expression:
        """What is predicted: the response without its :attr:`link`."""
        return self.response if self.link is None else self.response.argument

    @property
    def factors(self) -> dict[str, Factor]:
        """Every factor of the terms by its text."""
        return {factor.text: factor for term in self.terms for factor in term}

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the terms, in order."""
        found: list[str] = []
        for factor in self.factors.values():
            found += [factor.name] if isinstance(factor, Category) else factor.names
        return tuple(dict.fromkeys(found))

    @property
    def has_intercept(self) -> bool:
        """Whether there is a constant."""
        return () in self.terms

    def natural(self, values: Array) -> Array:
        """Return values of the response as values of the output."""
        if self.link is None:
            return values
        assert self.link.inverse is not None
        with np.errstate(over="ignore"):
            return np.asarray(self.link.inverse(values))


def parse_formula(text: str) -> Formula:
    """Return a checked formula.

    Raises
    ------
    UsageError
        Showing the place of a mistake.

    Examples
    --------
    >>> formula = parse_formula("log10(cost) ~ log10(compute) + year + C(domain)")
    >>> formula.output.text, formula.names
    ('cost', ('compute', 'year', 'domain'))
    """
    from formulaic.errors import FormulaicError
    from formulaic.parser import DefaultFormulaParser

    if len(text) > _LONGEST:
        message = f"--formula: is {len(text):,} characters long; at most {_LONGEST:,} are read"
        raise UsageError(message)
    if "~" not in text or not text.split("~")[0].strip():
        message = f"--formula: {text!r} has no response"
        raise UsageError(message, hint=_EXAMPLE)
    parser = DefaultFormulaParser()
    try:
        _check_tokens(list(parser.get_tokens(text)), text)
        parsed = parser.get_terms(text)
    except (FormulaicError, SyntaxError, ValueError, IndexError, RecursionError) as error:
        raise _syntax(error, text) from error
    left, right = getattr(parsed, "lhs", ()), getattr(parsed, "rhs", ())
    if isinstance(left, tuple) or isinstance(right, tuple) or len(left) != 1 or len(next(iter(left)).factors) != 1:
        message = f"--formula: {text!r} must have one response, one '~' and no '|'"
        raise UsageError(message, hint=_EXAMPLE)
    response = _factor(next(iter(left)).factors[0])
    if isinstance(response, Category):
        message = f"--formula: the response {response.text} is categories; a regression explains numbers"
        raise UsageError(message, hint=_EXAMPLE)
    terms = tuple(tuple(_factors(term.factors, text)) for term in right)
    if not terms:
        message = f"--formula: {text!r} has no terms"
        raise UsageError(message, hint=_EXAMPLE)
    formula = Formula(text.strip(), response, terms)
    if not response.names:
        message = f"--formula: the response {response.text!r} names no column"
        raise UsageError(message, hint=_EXAMPLE)
    if response.text in formula.factors:
        message = f"--formula: {response.text} is both the response and a term, so it explains itself"
        raise UsageError(message, hint="take it out of the right side")
    return formula


def _factors(factors: Sequence[Any], text: str) -> Iterator[Factor]:
    for factor in factors:
        if str(factor.eval_method).endswith("LITERAL"):
            if factor.expr != "1":
                message = f"--formula: the number {factor.expr} in {text!r} is no term"
                raise UsageError(message, hint=f"write I({factor.expr}*x) to scale a column")
            continue
        made = _factor(factor)
        if isinstance(made, Expression) and not made.names:
            message = f"--formula: {made.text!r} names no column"
            raise UsageError(message, hint=_EXAMPLE)
        yield made


def _factor(factor: Any) -> Factor:
    if str(factor.eval_method).endswith("LOOKUP"):
        return Expression(factor.expr, ast.Name(factor.expr), (factor.expr,))
    return _category(factor.expr) or parse_expression(factor.expr)


def _category(text: str) -> Category | None:
    """Return ``C(column)`` or ``C(column, "reference")`` as a category."""
    match = re.fullmatch(
        r"C\(\s*(`[^`]+`|[^\W\d][\w.]*)\s*(?:,\s*(?:Treatment\(|contr\.treatment\()?\s*(?:reference\s*=|base\s*=)?\s*"
        r"('[^']*'|\"[^\"]*\")\s*\)?)?\s*\)",
        text,
    )
    if match:
        return Category(text, match[1].strip("`"), match[2][1:-1] if match[2] else None)
    if re.match(r"C\s*\(", text):
        message = f"--formula: {text!r} is not a category"
        raise UsageError(message, hint="write C(column), or C(column, 'reference')")
    return None


def _check_tokens(tokens: Sequence[Any], text: str) -> None:
    """Refuse what would multiply out without end, and powers that do not mean what they seem to."""
    kinds = [str(token.kind).rpartition(".")[2].lower() for token in tokens]
    words = [str(token.token) for token in tokens]
    size = sum(kind in ("name", "python") for kind in kinds)
    steps = 0
    for i, (kind, word) in enumerate(zip(kinds, words, strict=True)):
        if kind != "operator":
            continue
        if word in ("*", ":", "/", "%in%"):
            steps += 1
        if word in ("**", "^") and i + 1 < len(words):
            power = words[i + 1]
            if i and kinds[i - 1] in ("name", "python"):
                message = f"--formula: {words[i - 1]}{word}{power} is {words[i - 1]} crossed with itself, which is {words[i - 1]}"
                raise UsageError(message, hint=f"write I({words[i - 1]}**{power}) for the power")
            steps += int(power) if power.isdigit() and len(power) < 4 else 1_000
    if size > 1 and (steps + 1) * np.log10(size) > np.log10(_MOST_TERMS):
        message = f"--formula: {text[:80]!r} multiplies out to too many terms"
        raise UsageError(message, hint="cross fewer columns")


def _syntax(error: Exception, text: str) -> UsageError:
    """Return formulaic's complaint with the place under the formula."""
    full = str(error)
    mark = _MARK.search(full)
    what = full.split("\n")[0].split("(tip")[0].strip().rstrip(".").replace("insuffient", "insufficient")
    if "`.`" in what:
        what = "'.' for all other columns is not supported; name the columns"
    if mark is None or isinstance(error, SyntaxError):
        what = "is not a formula" if isinstance(error, SyntaxError) else what
        message = f"--formula: {text!r}: {what}"
        return UsageError(message, hint=_EXAMPLE)
    shown = _MARK.sub(lambda found: found[1], full[full.rindex("\n", 0, mark.start()) + 1 :])
    at = mark.start() - (full.rindex("\n", 0, mark.start()) + 1)
    pointer = " " * at + "^" * max(len(mark[1]), 1)
    message = f"--formula: {what[:1].lower()}{what[1:]}\n  {shown}\n  {pointer}"
    return UsageError(message, hint=_EXAMPLE)
