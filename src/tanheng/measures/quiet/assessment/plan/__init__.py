"""Measures against noise: what each would relieve, and the best of them for a budget."""
