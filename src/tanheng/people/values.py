"""Values that people give, checked before they become records; all faults at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tanheng.people.models import User
from tanheng.problems import InputRejected, Problem


def fit(record: Model, *, but: Iterable[str] = ()) -> None:
    """Check a record's fields and constraints.

    Raises
    ------
    InputRejected
        With one problem a field; secrets are not repeated.
    """
    try:
        record.full_clean(exclude=set(but))
    except ValidationError as invalid:
        raise InputRejected(_problems(record, invalid)) from None


def insert(record: Model) -> None:
    """Check a new record as ``fit`` does, and write it.

    Raises
    ------
    InputRejected
        Also when another one with the same key is written at this very moment.
    """
    fit(record)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        fit(record)  # now the other one is there, and it is told which value is taken
        raise


def fit_password(password: str, user: User, field: str = "password") -> None:
    """Check a password against the house's rules.

    Raises
    ------
    InputRejected
        With every rule that it breaks.
    """
    try:
        validate_password(password, user)
    except ValidationError as invalid:
        raise InputRejected(
            Problem("people.E011", "user", column=field, message=message) for message in invalid.messages
        ) from None


def refused_value(code: str, record: str, field: str, value: str | None, message: str, hint: str = "") -> InputRejected:
    """One problem about one field, to be raised."""
    return InputRejected([Problem(code, record, column=field, value=value, message=message, hint=hint)])


def _problems(record: Model, invalid: ValidationError) -> list[Problem]:
    # Of a reference its key: what it names may not be there.
    attributes = {field.name: field.attname for field in record._meta.concrete_fields}
    problems = []
    for field, messages in invalid.message_dict.items():
        value = getattr(record, attributes.get(field, field), None)
        for message in messages:
            problems.append(
                Problem(
                    "people.E010",
                    record._meta.model_name or "",
                    column=None if field == "__all__" else field,
                    value=repr(value) if isinstance(value, str) and value else None,
                    message=str(message) if field != "__all__" else _("does not fit: %s") % message,
                )
            )
    return problems
