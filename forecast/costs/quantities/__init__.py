"""Quantities of the cost graph that something computes, one per file."""

from forecast.costs.quantity import Quantity
from forecast.registry import Registry

QUANTITIES: Registry[Quantity] = Registry("quantity", "forecast.costs.quantities")
