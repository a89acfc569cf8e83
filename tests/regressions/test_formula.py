from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import UsageError
from forecast.regressions.expressions import FUNCTIONS, OutsideError, parse_expression
from forecast.regressions.formula import Category, parse_formula

HOSTILE = [
    "__import__('os').system('touch {path}')",
    "{__import__('os').system('touch {path}')}",
    "eval(\"__import__('os').system('touch {path}')\")",
    "exec('x')",
    "open('{path}', 'w')",
    "I(__import__('os'))",
    "I(().__class__.__bases__)",
    "np.load('{path}')",
    "np.log.__self__(x)",
    "os.system(x)",
    "I([z for z in x])",
    "I((lambda: 1)())",
    "I(x if x else 1)",
    "I(f'{x}')",
    "x[0]",
    "I(x := 1)",
    "I('text')",
    "C(x, __import__('os'))",
    "log10(x, out=y)",
    "log10(*x)",
    "poly(x, 2)",
    "bs(x, df=4)",
]


@pytest.mark.parametrize("term", HOSTILE)
def test_nothing_but_arithmetic_is_read(term: str, tmp_path: object) -> None:
    path = f"{tmp_path}/touched"
    with pytest.raises(UsageError):
        parse_formula(f"y ~ {term.replace('{path}', path)}")
    with pytest.raises(UsageError):
        parse_formula(f"{term.replace('{path}', path)} ~ x")


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_usage_error(text: str) -> None:
    for formula in (text, f"y ~ {text}", f"y ~ I({text})"):
        try:
            parse_formula(formula)
        except UsageError as error:
            assert error.message  # noqa: PT017 - any other exception fails the test


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("y ~ x +", "        ^"),
        ("y ~ x)", "       ^"),
        ("y ~ x z", "      ^^^"),
        ("y ~ log10(x", "      ^^^^^^^"),
        ("y ~ x ~ z", "        ^"),
    ],
)
def test_a_mistake_is_shown_in_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_formula(text)
    assert caught.value.message.split("\n")[1:] == [f"  {text}", words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "no response"),
        ("~ x", "no response"),
        ("y ~ 0", "no terms"),
        ("a + b ~ x", "one response"),
        ("a | b ~ x", "one response"),
        ("C(a) ~ x", "explains numbers"),
        ("y ~ y + x", "explains itself"),
        ("y ~ x**2", "crossed with itself"),
        ("y ~ x^2", "crossed with itself"),
        ("y ~ 2:x", "no term"),
        ("y ~ .", "name the columns"),
        ("y ~ sin(x)", "no function 'sin'"),
        ("y ~ lgo10(x)", "did you mean 'log10'"),
        ("y ~ C(log(x))", "not a category"),
        ("y ~ a*b*c*d*e*f*g*h*i*j*k*l", "too many terms"),
        ("y ~ (a + b + c + d)**40", "too many terms"),
        ("y ~ " + "x" * 1_000, "characters long"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("(", r"\(")):
        parse_formula(text)


def test_terms_are_those_of_the_usual_algebra() -> None:
    formula = parse_formula("log10(cost) ~ a*b + np.log(`my column`) + C(d, 'x') - 1")
    found = {tuple(factor.text for factor in term) for term in formula.terms}
    assert found == {("a",), ("b",), ("a", "b"), ("np.log(`my column`)",), ("C(d, 'x')",)}
    assert not formula.has_intercept
    assert formula.names == ("a", "b", "my column", "d")
    category = formula.factors["C(d, 'x')"]
    assert isinstance(category, Category)
    assert category.reference == "x"


@pytest.mark.parametrize("name", [name for name, item in FUNCTIONS.items() if item.inverse is not None])
def test_a_response_is_taken_back_to_its_natural_scale(name: str) -> None:
    values = np.geomspace(0.1, 1e6, 20)
    formula = parse_formula(f"{name}(y) ~ x")
    assert formula.output.text == "y"
    np.testing.assert_allclose(formula.natural(formula.response.evaluate({"y": values})), values, rtol=1e-12)


def test_arithmetic_is_that_of_numpy() -> None:
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 7.0])
    values = {"x": x, "the y": y}
    for text, expected in (
        ("x**2 - 3*`the y`/x", x**2 - 3 * y / x),
        ("-x + 2", 2 - x),
        ("sqrt(x) * exp(-`the y`)", np.sqrt(x) * np.exp(-y)),
        ("I(x >= 2)", np.array([0.0, 1.0, 1.0])),
        ("log1p(abs(-x))", np.log1p(x)),
        ("3", np.full(3, 3.0)),
    ):
        np.testing.assert_allclose(parse_expression(text).evaluate(values), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "rows", "rule"),
    [
        ("log10(x)", [True, True, False], "must be above 0"),
        ("sqrt(x)", [True, False, False], "must be at least 0"),
        ("1/x", [False, True, False], "not finite"),
        ("exp(1000*x)", [False, False, True], "not finite"),
        ("log(2*x + 1)", [True, False, False], "must be above 0"),
    ],
)
def test_values_outside_a_function_are_told_by_row(text: str, rows: list[bool], rule: str) -> None:
    with pytest.raises(OutsideError, match=rule) as caught:
        parse_expression(text).evaluate({"x": np.array([-1.0, 0.0, 2.0])})
    assert caught.value.rows.tolist() == rows
