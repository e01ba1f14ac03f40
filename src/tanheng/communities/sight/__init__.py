"""Sight: pages of a noise study, from the folder that a calculation wrote.

    address ──asking──> indicator, change of traffic, study to compare with ──shelf──> pair of studies
    pair ──pages──> map (``noise.js``, ``swipe.js``), table, hot spots, charts, drawing, reasons of a façade

- ``asking``   what an address asks; a change of traffic from the stored matrix
- ``shelf``    opened studies, kept for a while; the table of buildings
- ``hot``      hot spots of what is shown, before and after
- ``why``      what each source brings before a façade
- ``legend``   colours and what they mean; ``drawing`` and ``charts`` use them as the map does
- ``plate``    the maps of a report on paper; ``plane`` from metres to a drawing
- ``door``     which studies a reader may see
"""
