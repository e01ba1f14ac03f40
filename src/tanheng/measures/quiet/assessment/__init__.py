"""From levels in front of façades to what they mean: for people, for a quiet community, and for what to do about it.

    study ──┐
    rulebook ┼─> exposure, quiet sides, function areas ──> score card of each community
    monitors ┤   hot spots ──> candidates ──> plan within a budget, and what it truly brings
    complaints┘  calibration: by how much groups of sources are off

- ``parameters``   values of the rulebook with their trust; what is unset says so
- ``indicators``   Ld, Ln, Ldn, Lden and statistical levels of measured hours
- ``monitoring``   which hours and days of a monitor count; attainment by day and night
- ``tables``       monitors, readings and complaints as tables of the warehouse; ``reading`` takes files of them
- ``areas``        function areas of GB 3096: which class holds at a façade
- ``boundary``     each plant alone at the façades, against the limits of emission of its kind
- ``grades``       HJ 640: means of areas and of roads, and their grades
- ``exposure``     people by band, above the limit, annoyed, disturbed in their sleep; quiet sides
- ``communities``  indicators of each community; ``score`` makes a card of them
- ``hot_spots``    where people times decibels above the limit pile up
- ``plan``         measures, what each relieves, and the best of them for a budget
- ``calibration``  offsets of groups of sources by least squares, with limits and shrinkage
"""
