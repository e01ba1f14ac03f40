"""What is claimed of reductions, here and in other registries, and where two claims meet."""
