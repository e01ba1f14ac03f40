"""The same rules as one would write them in SQL by hand, the parameters of the year written into the queries."""

from __future__ import annotations

import duckdb

PERSONS = """
CREATE OR REPLACE TEMP TABLE {into} AS
WITH aged AS (
    SELECT *, year - year(birth) AS age FROM persons
), paid AS (
    SELECT *,
        age < 18 AS is_child,
        floor(salary_cny * 140 / 1000) AS income_tax,
        floor((greatest(salary_cny - 320000, 0) * 250
            + greatest(least(salary_cny, 40000) - 0, 0) * 30
            + greatest(least(salary_cny, 150000) - 40000, 0) * 100
            + greatest(least(salary_cny, 320000) - 150000, 0) * 200) / 1000) AS contribution,
        floor((salary_cny + salary_last_year_cny + salary_year_before_cny) / 3) AS mean_salary,
        age >= CASE occupation WHEN 'office' THEN 62 WHEN 'workshop' THEN 57 WHEN 'field' THEN 56 WHEN 'none' THEN 65
            END AS is_retired,
        rank() OVER (PARTITION BY household_id ORDER BY salary_cny DESC) AS place_in_household
    FROM aged
), supported AS (
    SELECT *,
        income_tax + contribution AS taxes,
        CASE WHEN is_retired THEN floor(mean_salary
            * CASE occupation WHEN 'office' THEN 500 WHEN 'workshop' THEN 550 WHEN 'field' THEN 600 WHEN 'none' THEN 200
            END / 1000) ELSE 0 END AS pension,
        CASE WHEN NOT is_child AND salary_cny < 24000 THEN 7200.0 ELSE 0 END AS basic_income,
        CASE WHEN disabled AND NOT is_child THEN 4800.0 ELSE 0 END AS disability_benefit
    FROM paid
)
SELECT person_id, year, household_id, salary_cny, age, is_child, income_tax, contribution, mean_salary, is_retired,
    pension, basic_income, disability_benefit, taxes, pension + basic_income + disability_benefit AS benefits,
    place_in_household
FROM supported
"""

HOUSEHOLDS = """
CREATE OR REPLACE TEMP TABLE {into} AS
WITH summed AS (
    SELECT household_id, count(*) AS members, count(*) FILTER (WHERE is_child) AS children, sum(salary_cny) AS salaries,
        sum(pension) AS pensions, sum(taxes) AS taxes, sum(benefits) AS benefits
    FROM {persons} GROUP BY household_id
), taxed AS (
    SELECT households.household_id,
        coalesce(members, 0) AS members,
        coalesce(children, 0) AS children,
        coalesce(salaries, 0) AS salaries,
        coalesce(salaries, 0) + coalesce(pensions, 0) AS income,
        coalesce(taxes, 0) AS taxes,
        coalesce(benefits, 0) AS benefits,
        greatest(floor_area_m2 * CASE tenure WHEN 'owner' THEN 12 WHEN 'tenant' THEN 8 WHEN 'lodger' THEN 0 END,
            CASE tenure WHEN 'owner' THEN 200 WHEN 'tenant' THEN 100 WHEN 'lodger' THEN 0 END) AS housing_tax
    FROM households LEFT JOIN summed USING (household_id)
), allowed AS (
    SELECT *, CASE WHEN income < 180000 THEN children * 3600.0 ELSE 0 END AS child_benefit FROM taxed
), balanced AS (
    SELECT *, taxes + housing_tax AS all_taxes, benefits + child_benefit AS all_benefits FROM allowed
), disposed AS (
    SELECT *, salaries + all_benefits - all_taxes AS disposable_income FROM balanced
)
SELECT household_id, members, children, income, housing_tax, child_benefit, all_taxes, all_benefits, disposable_income,
    disposable_income < members * 12000 AS is_poor
FROM disposed
"""

SUPPLEMENTS = """
CREATE OR REPLACE TEMP TABLE {into} AS
SELECT * EXCLUDE (year, salary_cny, household_id),
    CASE WHEN is_poor AND is_child THEN 3600.0 ELSE 0 END AS poverty_supplement
FROM {persons} LEFT JOIN (SELECT household_id, is_poor FROM {households}) USING (household_id)
"""


def compute(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill ``by_hand_person`` and ``by_hand_household`` from ``persons`` and ``households``."""
    connection.execute(PERSONS.format(into="by_hand_first"))
    connection.execute(HOUSEHOLDS.format(into="by_hand_household", persons="by_hand_first"))
    connection.execute(
        SUPPLEMENTS.format(into="by_hand_person", persons="by_hand_first", households="by_hand_household")
    )
    connection.execute("DROP TABLE by_hand_first")
