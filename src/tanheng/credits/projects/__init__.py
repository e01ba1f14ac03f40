"""Projects, the bodies that validate and verify them, monitoring reports, and the credits issued for these.

    accreditation ─────────────┐
    project ──draft, submitted, validated, registered──> account in the ledger
        report ──draft, submitted (worked out), verified, reviewed──> issuance by vintage ──> corrected, reversed

- ``models``        ``Programme``, ``Accreditation``, ``Project``, ``Report`` with ``ReportYear``, ``Issuance``,
                    ``Correction`` with ``Return``
- ``guards``        what the database itself refuses of them
- ``methods``       the version of a methodology that a project follows, and the share that it wants in the buffer
- ``computing``     from monitored values to tonnes by year, or what is missing
- ``claiming``      what a project claims, so that nothing is credited twice
- ``issuing``       from verified tonnes to units in the ledger
- ``correcting``    units that come back, and what is still owed
- ``taking_over``   issuances of the past, from a public record
- ``actions``, ``access``, ``api``, ``pages``   what people do and read

《深圳市碳普惠管理办法》 Art. 5: validation, verification, filing and issuance of projects are done on the platform.
"""
