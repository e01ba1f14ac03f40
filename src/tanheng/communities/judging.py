"""What a kept study says about a community: its figures and its score card, by the rulebook of the city on a day.

They are set beside the application when it is evaluated and stay as they were on that day. Where the rulebook has no
weights, as for Shenzhen, the card has no score and says what is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.communities.studied import Study
from tanheng.measures.quiet.assessment.communities import assess_communities, assess_quarter
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.people.values import refused_value
from tanheng.policy.rulebook import load_rulebook
from tanheng.warehouse.manifest import read_manifest

RECORD = "community"


def judged(study: Study, feature: str) -> dict[str, Any]:
    """Figures, people by band and the score card, as plain values; of the whole study where ``feature`` is empty.

    Raises
    ------
    InputRejected
        ``noise.E086`` where the study has no community of that id; what the files of the study or the rulebook have.
    """
    calculated = Calculated.load(study.folder)
    rulebook, on = read_manifest(Path(settings.TANHENG_CITY)).rulebook, timezone.localdate()
    terms = Terms(load_rulebook(rulebook), on)
    if not feature:
        found = assess_quarter(calculated, terms)
    else:
        known = {each.id: each for each in assess_communities(calculated, terms)}
        if feature not in known:
            hint = _("There are: %s") % (", ".join(sorted(known)) or "–")
            raise refused_value("noise.E086", RECORD, "feature", feature, _("is no community of this study"), hint)
        found = known[feature]
    return {**found.as_json(), "rulebook": str(rulebook), "on": on.isoformat()}
