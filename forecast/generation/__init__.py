"""The coherent next generation: compute is forecast, and everything else follows from it in the same draw."""
