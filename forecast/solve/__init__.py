"""The batched solver: losses, Newton's method, the choice of starts, and the certificate of a fit."""
