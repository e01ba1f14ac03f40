"""The documentation that is made from the rules, the rulebook and the scenarios.

    plan ──> sections ──> rules_page ─┐
                └──> drawing (SVG)    ├──> blocks ──> markdown (docs/), html (one file)
    scenarios ──> coverage ──> coverage_page ─┘

``writing`` says which files there are; a test fails when those in ``docs/`` are out of date.
"""
