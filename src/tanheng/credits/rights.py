"""The rights of carbon inclusion; ``tanheng.people.roles`` says which role has them."""

from __future__ import annotations

RIGHTS = {
    "methodologies.file": "File methodologies, revise and withdraw them",
    "methodologies.assess": "Assess methodologies and scenes as an expert",
    "methodologies.decide": "Open methodologies and scenes to comment, publish and retire them",
    "scenes.apply": "Apply for a scene, and report on it each year",
    "projects.see": "See projects, reports and issuances that are not public",
    "projects.apply": "Apply for projects, hand in monitoring reports",
    "projects.validate": "Validate projects, for an accredited body",
    "projects.verify": "Verify monitoring reports, for an accredited body",
    "projects.review": "Register projects, review verified reports, correct and reverse issuances",
    "projects.issue": "Issue credits for reviewed reports",
    "verifiers.accredit": "Accredit verifiers, suspend and end accreditations",
    "overlaps.see": "See what is claimed twice, with the evidence",
    "overlaps.decide": "Decide whether what seems to be claimed twice is",
    "registries.import": "Take in the public tables of other registries",
    "applications.see": "See applications, their audits and what their events came to",
    "applications.register": "Register applications and send their events",
    "applications.decide": "Test, connect, audit and suspend applications",
    "credits.work_out": "Work out reductions and points of events",
    "points.see": "See points and mandates, by pseudonym",
    "points.serve": "Enrol persons of an application and redeem their points",
    "points.keep": "Keep the shop, gather and cancel used points",
    "neutrality.apply": "Apply for a certificate of carbon neutrality",
    "neutrality.review": "Review applications for carbon neutrality",
    "offsets.use": "Use credits as offset in an emitter's surrender",
    "offsets.review": "Review the use of credits as offset",
}

SCOPES = {
    "credits:read": "Read methodologies, projects, applications, points and certificates",
    "credits:write": "Take steps of methodologies, projects, scenes, applications and certificates",
    # Apart: the key of an app that sends events must not be able to do anything else.
    "events:write": "Send behaviour events of one's own applications",
}
