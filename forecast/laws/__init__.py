"""Functional forms: one law per file, found by its file name; see :mod:`forecast.laws._law` for what a law is."""

from forecast.laws._law import Example, Input, Law, Model, Parameter
from forecast.laws._terms import Power, Term, TermLaw
from forecast.registry import Registry

LAWS: Registry[Law] = Registry("law", "forecast.laws")

__all__ = ["LAWS", "Example", "Input", "Law", "Model", "Parameter", "Power", "Term", "TermLaw"]
