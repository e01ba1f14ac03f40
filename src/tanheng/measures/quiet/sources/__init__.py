"""Sources of noise in a quarter: traffic on roads, railways, plants and construction sites.

    counts (CSV) or assumptions by road class ──> Traffic ──┐
    railways and plants with a stated sound power ──────────┴──> Emission (column x hour x band) ──> matrix ──> levels

- ``emission``  ``Emission``, its means by period and A-weighting
- ``traffic``   ``Traffic`` and ``with_change`` for what-ifs
"""
