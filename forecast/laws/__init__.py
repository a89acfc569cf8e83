"""Functional forms: one law per file, found by its file name; see :mod:`forecast.laws._law` for what a law is."""

from forecast.laws._law import Input, Law, Model, Parameter
from forecast.registry import Registry

LAWS: Registry[Law] = Registry("law", "forecast.laws")

__all__ = ["LAWS", "Input", "Law", "Model", "Parameter"]
