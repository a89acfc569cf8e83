"""How a frontier moves with time."""
