"""Sources of noise in a quarter: traffic on roads, railways, plants and construction sites.

    counts (CSV) or assumptions by road class ──> Traffic ──┐
    railways and plants with a stated sound power ──────────┴──> Emission (column x hour x band) ──> matrix ──> levels

- ``emission``     ``Emission``, its means by period and A-weighting
- ``traffic``      ``Traffic`` and ``with_change`` for what-ifs
- ``counts``       tables of counts and of conditions of roads, read with their faults
- ``by_class``     what the rulebook assumes of a road class, an example
- ``of_roads``     ``traffic_of``: counted, else assumed, else left out
- ``of_quarter``   ``emission_of``: roads, railways and plants of a quarter, by CNOSSOS-EU or HJ 2.4
- ``road``         the sound power of a metre of each road, by CNOSSOS-EU
- ``stated``       railways and plants with a stated sound power; the ban of construction at night
- ``directivity``  patterns of plants
- ``limits``       what a source may send over its boundary
"""
