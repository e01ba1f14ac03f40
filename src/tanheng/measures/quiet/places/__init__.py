"""Places: how a quarter of a city comes from maps or from a seed, and goes back to maps.

    OSM extract, shapefile, GeoPackage, GeoJSON ──reading──> Quarter ──writing──> GeoJSON, GeoPackage
    seed ──generated──────────────────────────────^             levels ──rasters──> GeoTIFF, contour bands

- ``blocks``     what stands in one block of the made-up quarter
- ``generated``  ``make_quarter``: a dense high-rise quarter of Shenzhen's kind from a seed, marked as made up
"""
