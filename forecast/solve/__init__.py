"""The certified batched solver."""
