"""What a kept study says about a community: its figures and its score card, by the rulebook of the city on a day.

They are set beside the application when it is evaluated and stay as they were on that day. Where the rulebook has no
weights, as for Shenzhen, the card has no score and says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.communities.studied import Study
from tanheng.measures.quiet.assessment.communities import Observed, assess_communities, assess_quarter
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.people.values import refused_value
from tanheng.policy.rulebook import load_rulebook
from tanheng.warehouse.manifest import read_manifest

RECORD = "community"


def judged(study: Study, feature: str, observed: Observed | None = None) -> dict[str, Any]:
    """Figures, people by band and the score card, as plain values; of the whole study where ``feature`` is empty.

    ``observed`` is what is known of the community besides the study.

    The digest of the study stands with them, so that they cannot be taken for those of another one.

    Raises
    ------
    InputRejected
        ``noise.E086`` where the study has no community of that id; what the files of the study or the rulebook have.
    """
    calculated = Calculated.load(study.folder)
    rulebook, on = read_manifest(Path(settings.TANHENG_CITY)).rulebook, timezone.localdate()
    terms = Terms(load_rulebook(rulebook), on)
    if not feature:
        found = assess_quarter(calculated, terms, observed)
    else:
        beside = {feature: observed} if observed is not None else {}
        known = {each.id: each for each in assess_communities(calculated, terms, beside)}
        if feature not in known:
            hint = _("There are: %s") % (", ".join(sorted(known)) or "–")
            raise refused_value("noise.E086", RECORD, "feature", feature, _("is no community of this study"), hint)
        found = known[feature]
    return {**found.as_json(), "study": study.digest, "rulebook": str(rulebook), "on": on.isoformat()}


def require_own(found: Mapping[str, Any] | None, study: Study | None, feature: str) -> Mapping[str, Any]:
    """What was found, if it is of this study and this outline of it; what was kept before it said so is taken as is.

    Raises
    ------
    InputRejected
        ``noise.E093`` where it is of another one: a title would rest on what was calculated for somebody else.
    """
    if found is None or study is None:
        raise refused_value("noise.E093", RECORD, "judged", None, _("has no evaluation by a study"))
    if found.get("study", study.digest) != study.digest:
        message = _("was worked out from another study than %s") % study.digest[:12]
        raise refused_value("noise.E093", RECORD, "judged", str(found["study"])[:12], message)
    if feature and found.get("id") != feature:
        message = _("is the evaluation of another outline than %s") % feature
        raise refused_value("noise.E093", RECORD, "judged", str(found.get("id")), message)
    return found


def require_passed(found: Mapping[str, Any]) -> None:
    """That the score card does not speak against the title. Where it has no score the judgement is the bureau's.

    Raises
    ------
    InputRejected
        ``noise.E094`` where the score is less than the rulebook wants for the title.
    """
    card = found["card"]
    if card.get("title") is False:
        message = _("must be %(least)s or more for the title") % {"least": f"{card['least_for_title']:g}"}
        hint = _("Refuse the application with what is wanting, so that the applicant can mend it")
        raise refused_value("noise.E094", RECORD, "score", f"{card['score']:g}", message, hint)
