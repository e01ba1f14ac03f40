"""What every source does at every receiver, once and for all: the sparse matrix behind what-ifs.

    lines and points ──┐
    Field (walk) ──────┴─> transfer: receivers × emission columns × 8 bands ──× powers──> levels by period

- ``matrix``  ``Transfer``: the matrix, its rows, save and load
- ``levels``  levels at receivers from the matrix and powers: the what-if
- ``columns`` what a column is: a road, a railway or a plant, with its geometry
- ``walking`` the matrix from the field, receiver by receiver, roads cut as fine as each receiver wants it
- ``changes`` another barrier or building: only what it touches is calculated again
"""
