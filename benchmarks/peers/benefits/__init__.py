"""Taxes and benefits of persons in households: the same rules for the engine, for openfisca-core and in SQL.

    made_up    one million persons in households, the same for all
    tables     their tables and links; ``rules`` says the rules once, with the parameters of ``rulebook``
    openfisca  the same rules as variables of openfisca-core, in float64
    by_hand    the same rules as one would write them in SQL

Amounts are whole yuan and rates are per mille, so that every product and sum is exact in each of the three, and
results can be held against each other to the last digit. Nothing of this is anybody's law.
"""
