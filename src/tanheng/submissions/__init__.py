"""Submissions: tables that people hand in through the browser or the API, checked row by row, taken in by an officer.

    file ──receiving──> kept by its hash ──desk──> findings ──> mended and sent again
                                            └────> clean ──> handed in ──> taken into the city, or refused

A file is untrusted until it is checked, so it is read by another process that has little memory and little time.
What is taken in changes no file of the operator's city: a run works on a folder that is put together of both.

- ``models``     a submission, what was found in it, the rows that the findings are about
- ``actions``    what people do: submit, mend, hand in, take in, refuse, withdraw
- ``access``     who sees which
- ``receiving``  how a file comes in: its size, its kind, where it is kept
- ``desk``       the process that reads and checks a file against the whole city
- ``checking``   how that process is asked, and what its answer becomes
- ``place``      which city the site works on
- ``mending``    a new version of a file with some cells changed
- ``words``      what the intake says, in Chinese
- ``papers``     lists of faults and empty tables to download
"""
