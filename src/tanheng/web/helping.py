"""Help beside forms: one description a form, in both languages; what each field asks, in which unit, for example what.

An app declares the helps of its forms when it starts; ``{% help_for "ledger.transfer" %}`` writes one into a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tanheng.text import Text


@dataclass(frozen=True)
class Asked:
    """What a field of a form asks for; ``name`` is the field's id in the page."""

    name: str
    label: Text
    asks: Text
    unit: Text | None = None
    example: Text | str | None = None


@dataclass(frozen=True)
class Help:
    """Help for one form. ``policy`` says where in the policy or in which rule of the house it comes from."""

    form: str
    title: Text
    does: Text
    fields: tuple[Asked, ...] = ()
    policy: Text | None = None


_helps: dict[str, Help] = {}


def declare_help(*helps: Help) -> None:
    """An app tells of the help beside its forms, when it starts.

    Raises
    ------
    ValueError
        When a form has another help already.
    """
    for each in helps:
        if _helps.setdefault(each.form, each) != each:
            raise ValueError(f"the form {each.form} has a help already")


def helps() -> Mapping[str, Help]:
    """All of them, by form."""
    return MappingProxyType(_helps)
