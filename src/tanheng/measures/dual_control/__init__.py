"""Dual control of total carbon emissions and intensity (碳排放总量和强度双控).

Serves the measure on carbon peak and neutrality. The bureau's officer comes here to see where the city, its districts
and sectors stand against the goals, how the year will end, why emissions changed, and what room is left for
projects; a park or an investor to see whether a project fits.

    inventory rules + city economy ──> rules/    intensities, goal, path, progress, colours
    months of fuel and power       ──> forecast  the year's end with an interval
    sectors                        ──> lmdi      why it changed
    districts                      ──> budget, headroom  who gets what, who fits
                                       assess    all of it as one answer

What the nation or the city has not published (the carbon-intensity goal, the total) stays undetermined and says so.
"""

from tanheng.text import Text

TITLE = Text("Dual control of emissions", "碳排放双控")
