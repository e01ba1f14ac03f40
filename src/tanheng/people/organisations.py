"""What is done to organisations."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.people.values import fit, refused_value


def do_create_organisation(
    kind: str,
    name: str,
    *,
    credit_code: str | None = None,
    register_number: str | None = None,
    district: str = "",
    acting_user: Actor,
) -> Organisation:
    """Found an organisation; the bureau's administrators do.

    Raises
    ------
    InputRejected
        When a value does not fit, or the credit code is taken.
    """
    with door("people.found", None, acting_user=acting_user) as doing:
        organisation = Organisation(
            kind=kind,
            name=name.strip(),
            credit_code=credit_code or None,
            register_number=register_number or None,
            district=district,
        )
        _fit(organisation)
        organisation.save(force_insert=True)
        doing.changed(f"organisation {organisation.pk}", new=_values(organisation), organisation=organisation)
    return organisation


def do_change_organisation(
    organisation: Organisation,
    *,
    name: str | None = None,
    credit_code: str | None = None,
    register_number: str | None = None,
    district: str | None = None,
    is_active: bool | None = None,
    acting_user: Actor,
) -> Organisation:
    """Change what is given, close or open again; the kind stays, because rights and accounts hang on it.

    Closing takes all rights that members have there.

    Raises
    ------
    InputRejected
        When a value does not fit, or nothing would change.
    """
    with door("people.found", None, acting_user=acting_user) as doing:
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = _values(organisation)
        if name is not None:
            organisation.name = name.strip()
        if credit_code is not None:
            organisation.credit_code = credit_code or None
        if register_number is not None:
            organisation.register_number = register_number or None
        if district is not None:
            organisation.district = district
        if is_active is not None:
            organisation.is_active = is_active
        after = _values(organisation)
        changed = [field for field in before if before[field] != after[field]]
        if not changed:
            raise refused_value("people.E012", "organisation", "name", None, "nothing of what is given differs")
        _fit(organisation)
        organisation.save(update_fields=changed)
        doing.changed(
            f"organisation {organisation.pk}",
            old={field: before[field] for field in changed},
            new={field: after[field] for field in changed},
            organisation=organisation,
        )
    return organisation


def _fit(organisation: Organisation) -> None:
    if not organisation.name:
        raise refused_value("people.E010", "organisation", "name", None, "is empty")
    fit(organisation)
    # Whose facilities are whose hangs on both numbers, so one serves nobody else as the other.
    taken = Q(credit_code__in=organisation.numbers) | Q(register_number__in=organisation.numbers)
    other = Organisation.objects.filter(taken).exclude(pk=organisation.pk).first()
    if other is not None:
        raise refused_value(
            "people.E019", "organisation", "register_number", None, _("names another organisation: %s") % other.name
        )


def _values(organisation: Organisation) -> dict[str, Value]:
    return {
        "kind": str(organisation.kind),
        "name": organisation.name,
        "credit_code": organisation.credit_code,
        "register_number": organisation.register_number,
        "district": organisation.district,
        "is_active": organisation.is_active,
    }
