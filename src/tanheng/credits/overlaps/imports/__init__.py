"""The public tables of other registries: what their columns are called, what a row says, what does not add up.

``forms``      the column forms, with where each was read and how sure it is
``reading``    a file to rows with their lines, by the warehouse's readers
``rows``       a row's cells to dates, numbers and ranges of serial numbers
``checking``   what does not add up, row by row
``taking_in``  a file to records, with the list of what does not add up
"""
