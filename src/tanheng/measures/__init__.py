"""The systems of the policy, one folder each, all of the same plan.

    __init__.py   which measures it serves, who comes here, the flow in five lines
    tables.py     the city tables it reads, as schemas
    entities.py   those tables as things with links
    rules.py      the policy as rules (a folder rules/ where there are many)
    (a noun).py   its models: arrays in, arrays out
    assess.py     assess(evaluation, year) -> Assessment
    scenarios/    inputs and expected results, the contract with policy people

Whoever knows one knows all. ``base_tables`` and ``base_entities`` are what they share, ``assessment`` is
the shape in which each answers, and ``registry`` lists them. One measure may use another's rules,
tables and entities, never its ``assess``; there are no circles.
"""
