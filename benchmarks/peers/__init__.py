"""The same work done another way: what the benchmarks compare with."""
