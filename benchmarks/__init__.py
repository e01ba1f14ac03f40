"""What Tanheng promises in numbers, each measured beside a peer or against a limit.

    python -m benchmarks              # all
    python -m benchmarks first_run    # one

A benchmark is a module with ``measure() -> Iterator[Bar]``. It prints a line a bar, ``name  value
at least|at most  limit  ok|SHORT``, and the command exits 1 when one is SHORT.
"""
