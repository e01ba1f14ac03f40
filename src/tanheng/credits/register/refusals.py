"""What the refusals of the register mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.credits.register.models import Certificate, Neutrality, OffsetUse
from tanheng.credits.register.units import NoUnit
from tanheng.web.problems import not_found, translate


def declare() -> None:
    """404 for what is not there or may not be seen."""
    for kind in (Certificate.DoesNotExist, Neutrality.DoesNotExist, OffsetUse.DoesNotExist, NoUnit):
        translate(kind, lambda missing: not_found(_("It is not there, or you may not see it.")))
