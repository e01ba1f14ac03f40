"""Rules compiled to machine code: the backend for a city of some size on one machine.

DuckDB works a query out operator by operator: each of the hundred columns that a table's rules make (values, causes,
trusts) is a vector written and read again, each link a join by text keys. Here all columns of a frame are one loop
over its rows, made for just these rules, in which a link is an index into an array:

    Column (asked)  --nodes-->  Node (typed)  --loops-->  LLVM  --machine-->  machine code, kept for the next time
    Frame (lazy)    --frames->  RowSet (arrays)  <------- execution: what is needed first, threads over rows

- ``nodes``: the words of ``relational`` as typed expressions, equal ones once.
- ``frames``: rows and their columns; joins to rows that a key names, groups, windows.
- ``loops``: the loop as LLVM's text: null as SQL has it, sums of 128 bits, errors as flags.
- ``machine``: text to machine code by LLVM, kept in a cache by its digest; constants of rules are arguments of the
  loop, so that another value of a parameter is the same code.
- ``execution``: in which order things are worked out, and the threads.
- ``backend``: the ``Backend`` of an evaluation; results go back to DuckDB, where all else stays.

The numbers are those of DuckDB to the last bit: the same operations on doubles in the same order, the same rounding,
exact sums. What differs is told in ``docs/decisions/0042``.
"""
