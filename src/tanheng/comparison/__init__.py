"""Two rulebooks, or two dates, on one city: who gains, who loses, by how much, what it costs, and why.

    base rulebook ─────> evaluation, once ──────────────┐
    variants ──changes──> the rules they reach ──reuse──┴─> differences ──> groups, effects ──> assessment ──> folder
                          (all else is taken from the base)

- ``variants``     a variant of a rulebook: an overlay, one value of a sweep, the rules as they stood on a day
- ``changes``      which values of which parameters differ on the days that matter
- ``reach``        which rules take them up, and everything that follows from those
- ``results``      which results are held against each other, and what of them is better
- ``comparing``    the base evaluated once, each variant only where it differs
- ``differences``  a result before and after, row by row; unknown is never zero
- ``groups``       district, sector and size of a row, and totals by them
- ``effects``      what each changed parameter contributes; the parts add up to the whole
- ``sweep``        one parameter over a range, and the curve of its effect
- ``reasons``      two explanations of one result as one tree
- ``working``      a comparison worked out: variants, the steps of a sweep, two dates; ``compared`` holds one
- ``answer``       the comparison as an ``Assessment``, as a measure answers; ``headline``, ``tables``, ``why_tables``
                   (of ``columns``) and ``charts`` (of ``chart_specs``) are parts of it, ``overview`` and ``sweeping``
                   its other forms
- ``page``         the page, of the look of a report; ``folder`` keeps it all, as a run is kept
- ``asked``        from what somebody asks for to the folder
"""
