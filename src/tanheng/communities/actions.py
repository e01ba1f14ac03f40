"""What is done in the quiet city besides the steps of cases, by verb; each through the door of ``people``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.cases.taking import ACTION, begin
from tanheng.communities.community_cases import OVER, RECORD, Community
from tanheng.communities.complaint_cases import RECORD as COMPLAINT
from tanheng.communities.complaint_cases import Complaint
from tanheng.communities.importing import read_applications
from tanheng.communities.studied import Study, studies_folder
from tanheng.measures.quiet.kept_traffic import FILE as TRAFFIC
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.people.anonymity import number_in
from tanheng.people.door import Doing, door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.values import insert, refused_value
from tanheng.problems import InputRejected, Problem

KEEP = "noise.calculate"


def do_keep_study(folder: Path, *, acting_user: Actor) -> Study:
    """Keep a calculated study with its record; the same one twice is one.

    Raises
    ------
    Refused
        Without ``noise.calculate``.
    InputRejected
        ``noise.E026`` where the folder is no study, or holds parts of another one than its ``study.json`` tells.
    """
    with door("noise.keep", None, right=KEEP, acting_user=acting_user) as doing:
        calculated = Calculated.load(folder)
        _require_whole(folder, calculated)
        digest = calculated.digest()
        known = Study.objects.filter(digest=digest).first()
        _copied(folder, digest)
        if known is not None:
            doing.changed(f"study {digest[:12]}", new={"kept": "again"})
            return known
        persons = [each for each in calculated.quarter["buildings"]["persons"].to_pylist() if each is not None]
        study = Study(
            digest=digest,
            name=calculated.name[:200],
            method=calculated.settings.method,
            receivers=calculated.receivers.num_rows,
            persons=round(sum(persons)) if persons else None,
            by=acting_user if isinstance(acting_user, User) else None,
        )
        insert(study)
        doing.changed(f"study {digest[:12]}", new={"name": study.name, "method": study.method})
    return study


def _require_whole(folder: Path, calculated: Calculated) -> None:
    """Its parts are those that it was saved with: a copy that mixes two studies is neither."""
    told = json.loads((folder / "study.json").read_text(encoding="utf-8"))["digests"]
    found = calculated.digests()
    if others := sorted(name for name in {*told, *found} if told.get(name) != found.get(name)):
        raise InputRejected(
            Problem("noise.E026", str(folder), column=name, message=_("is of another study than study.json tells"))
            for name in others
        )


def _copied(folder: Path, digest: str) -> None:
    """Into the place of studies, whole or not at all."""
    place = studies_folder() / digest
    if place.is_dir():
        # The digest is over the study; the traffic that it may be asked what-ifs with lies beside it.
        if (folder / TRAFFIC).exists() and not (place / TRAFFIC).exists():
            shutil.copy2(folder / TRAFFIC, place / TRAFFIC)
        return
    studies_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=studies_folder(), prefix=".coming-") as scratch:
        shutil.copytree(folder, Path(scratch) / "study")
        try:
            os.rename(Path(scratch) / "study", place)
        except OSError:
            # Another brought the same one meanwhile.
            if not place.is_dir():
                raise


def do_show_study(study: Study, *, public: bool, acting_user: Actor) -> Study:
    """Let anybody read a study, or nobody but the authority.

    Raises
    ------
    Refused
        Without ``noise.calculate``.
    """
    with door("noise.show", None, right=KEEP, acting_user=acting_user) as doing:
        locked = Study.objects.select_for_update().get(pk=study.pk)
        before, locked.public = locked.public, public
        locked.save(update_fields=["public"])
        doing.changed(f"study {locked.digest[:12]}", old={"public": before}, new={"public": public})
    return locked


def do_apply_community(
    organisation: Organisation, *, name: str, address: str, households: int, measures: str, acting_user: Actor
) -> Community:
    """Apply for the title of a quiet community.

    Raises
    ------
    Refused
        Without ``communities.apply`` in the organisation.
    InputRejected
        With every field that is empty or too long; ``noise.E081`` where the name is applied for or titled already.
    """
    with door(ACTION, organisation, right="communities.apply", acting_user=acting_user) as doing:
        standing = Community.objects.filter(organisation=organisation, name=name.strip())
        if standing.exclude(state__in=OVER).exists():
            raise refused_value("noise.E081", RECORD, "name", name, _("has an application or a title already"))
        given = {"name": name, "address": address, "households": households, "measures": measures}
        return _applied(doing, organisation, given, acting_user=acting_user)


def do_import_communities(file: Path, *, name: str, acting_user: Actor) -> list[Community]:
    """Take applications of many communities in from a file, all of them or none.

    Raises
    ------
    Refused
        Without ``communities.decide``.
    InputRejected
        With every fault of every line (``read_applications``).
    """
    with door("communities.import", None, right="communities.decide", acting_user=acting_user) as doing:
        return [
            _applied(
                doing,
                each.organisation,
                {"name": each.name, "address": each.address, "households": each.households, "measures": each.measures},
                acting_user=acting_user,
            )
            for each in read_applications(file, name)
        ]


def do_import_sent(sent: UploadedFile[Any], *, acting_user: Actor) -> list[Community]:
    """As ``do_import_communities``, of a file that came by a page or by the API."""
    name = Path(sent.name or "applications").name[-200:]
    with tempfile.TemporaryDirectory(prefix="tanheng-communities-") as folder:
        path = Path(folder) / f"applications{Path(name).suffix.lower()}"
        with path.open("wb") as stream:
            for chunk in sent.chunks():
                stream.write(chunk)
        return do_import_communities(path, name=name, acting_user=acting_user)


def _applied(doing: Doing, organisation: Organisation, given: Mapping[str, Any], *, acting_user: Actor) -> Community:
    case = Community(
        organisation=organisation,
        name=given["name"].strip(),
        address=given["address"].strip(),
        households=given["households"],
        measures=given["measures"].strip(),
    )
    insert(case)
    begin(case, acting_user=acting_user)
    said = {"name": case.name, "address": case.address}
    doing.changed(f"{case.SLUG} {case.pk}", new=said, organisation=organisation)
    return case


def check_complaint(*, place: str, noticed_at: datetime, text: str) -> None:
    """What ``do_complain`` refuses by itself. Raises as that does."""
    if noticed_at > timezone.now():
        message = _("lies in the future; say when you noticed it")
        raise refused_value("noise.E082", COMPLAINT, "noticed_at", noticed_at.isoformat(), message)
    for column, said in (("place", place), ("text", text)):
        if looks := number_in(said):
            hint = _("Leave out who you are: you get a word by which you find the answer")
            raise refused_value("noise.E083", COMPLAINT, column, None, looks, hint)


def do_complain(*, source: str, place: str, noticed_at: datetime, text: str) -> Complaint:
    """Hand in a complaint, by anybody and without a name.

    Raises
    ------
    InputRejected
        ``noise.E082`` for a time that is still to come; ``noise.E083`` where the text has the number or address of a
        person, which is not kept and not repeated; for a field that is empty or too long.
    """
    check_complaint(place=place, noticed_at=noticed_at, text=text)
    with door(ACTION, None, right="complaints.handle", acting_user=HOUSE) as doing:
        case = Complaint(source=source, place=place.strip(), noticed_at=noticed_at, text=text.strip())
        insert(case)
        begin(case, acting_user=HOUSE)
        doing.changed(f"{case.SLUG} {case.pk}", new={"source": source})
    return case
