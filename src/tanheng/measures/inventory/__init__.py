"""Greenhouse gas inventory of facilities, districts and the city.

It serves the dual control of total emissions and intensity, and through it every measure that needs
to know who emits what. A facility comes here to see what its report amounts to and what is asked of it, the
bureau to see the city's inventory, a verifier to follow a figure down to a meter reading.

    activity of a month (tables)  ->  CO2 and CO2e by the guideline in force (rules)  ->  facility-year
    facility-years + sources without a facility  ->  district, broad sector, city
    the city's total  ->  its uncertainty, and what others published about the same place (reconcile)
    what is missing, held or odd  ->  questions to whoever can answer, by weight (completeness)
    all of it  ->  assess(evaluation, year)
"""

from __future__ import annotations

from tanheng.text import Text

TITLE = Text("Greenhouse gas inventory", "温室气体清单")
