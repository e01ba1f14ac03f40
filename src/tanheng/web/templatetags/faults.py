"""What is wrong with a given value and how to mend it, in the reader's language, for templates."""

from __future__ import annotations

from django import template

from tanheng.web.saying import how_to_mend, what_is_wrong

register = template.Library()
register.filter("wrong", what_is_wrong)
register.filter("mending", how_to_mend)
