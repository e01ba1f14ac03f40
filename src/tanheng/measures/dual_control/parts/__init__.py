"""The parts of the answer, in reading order. Each reads the situation and says its piece.

progress   where the city stands against the goal
outlook    how the year ahead will end
causes     why emissions changed
places     districts, with warnings
sectors    industry and the rest of the economy
shares     a budget for each district, by several principles
projects   room in each district, and who fits
scheme     the five levels, and what is published and what is not
"""
