"""The tag that writes the help of a form beside it."""

from __future__ import annotations

from typing import Any

from django import template

from tanheng.web.helping import helps

register = template.Library()


@register.inclusion_tag("web/help.html")
def help_for(form: str, opened: bool = True) -> dict[str, Any]:
    """The help of a form; a form without one is a fault of ours, found by the first who opens the page."""
    return {"help": helps()[form], "opened": opened}
