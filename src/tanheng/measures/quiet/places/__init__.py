"""Places: how a quarter of a city comes from maps or from a seed, and goes back to maps.

    OSM extract, shapefile, GeoPackage, GeoJSON ──reading──> Quarter ──writing──> GeoJSON, GeoPackage
    seed ──generated──────────────────────────────^             levels ──rasters──> GeoTIFF, contour bands

- ``reading``    layers of map files become tables, every fault told with the feature's id; ``osm`` knows OSM's tags
- ``assumptions`` what is taken for known where maps are silent, stated and counted
- ``writing``    a quarter as GeoPackage or GeoJSON; ``levels`` as façade points, GeoTIFF and bands of level
- ``monitors``   what sources do at monitors, for calibration; ``tabular`` reads monitors from a CSV
- ``blocks``     what stands in one block of the made-up quarter
- ``generated``  ``make_quarter``: a dense high-rise quarter of Shenzhen's kind from a seed, marked as made up
"""
