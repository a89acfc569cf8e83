"""What an audit of published claims is made of: claims, what follows from them, and what explains a difference."""
