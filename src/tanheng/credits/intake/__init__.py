"""Applications of operators, their events, and what is worked out of them."""
