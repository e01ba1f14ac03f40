"""An operator registers an application."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tanheng.cases.taking import begin
from tanheng.credits.intake.models import Application
from tanheng.credits.intake.scenes import known_scenes
from tanheng.people.door import door
from tanheng.people.models import Kind, Organisation
from tanheng.people.rights import Actor
from tanheng.people.values import fit, refused_value


def do_register_application(
    organisation: Organisation,
    name: str,
    scenes: Sequence[str],
    *,
    about: str,
    protection: str,
    address: str = "",
    acting_user: Actor,
) -> Application:
    """Register an application with the bureau (深圳市碳普惠管理办法 Art. 6).

    Raises
    ------
    Refused
        Without the right ``applications.register`` in the organisation.
    InputRejected
        ``intake.E002`` for a scene that no methodology is for, ``E003`` where the organisation operates no app, and
        for values that do not fit.
    """
    with door("applications.register", organisation, acting_user=acting_user) as doing:
        if organisation.kind != Kind.APP_OPERATOR:
            raise refused_value("intake.E003", "application", "organisation", organisation.name, _("operates no app"))
        known = known_scenes()
        unknown = sorted(set(scenes) - set(known))
        if unknown or not scenes:
            message = _("is none of: %s") % ", ".join(known)
            raise refused_value("intake.E002", "application", "scenes", ", ".join(unknown) or None, message)
        application = Application(
            organisation=organisation,
            name=name.strip(),
            about=about.strip(),
            protection=protection.strip(),
            address=address.strip(),
            scenes=sorted(set(scenes)),
        )
        # Its state is set by steps alone, so it is left out; the name is unique in the database too.
        fit(application, but=["state"])
        application.save(force_insert=True)
        begin(application, acting_user=acting_user)
        doing.changed(
            f"application {application.pk}", new={"name": application.name, "scenes": list(application.scenes)}
        )
    return application
