"""How the records came to their shape, step by step."""
