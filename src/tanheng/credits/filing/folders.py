"""Where the folder of a version lies, and that it still says what was filed.

A version came with the program (``packaged``), or its folder was taken into ``<TANHENG_DATA>/methodologies/<digest>``.
The rules of a folder are Python. Only two ways lead into that place: an operator's command, by which somebody who may
run programs on this machine answers for the code, and a revision of figures, whose Python is byte for byte that of a
version that is here already. Nothing that is sent to the site brings code with it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tanheng.database.place import data_folder
from tanheng.measures.credits.library import PACKAGED, open_folder
from tanheng.measures.credits.methodology import Methodology
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem

if TYPE_CHECKING:
    from tanheng.credits.filing.methodology_cases import MethodologyCase

TEXTS = ("methodology.yaml", "parameters.yaml", "scenarios.yaml", "example_values.yaml", "example_scenarios.yaml")
CODE = ("tables.py", "rules.py")
NEEDED = ("methodology.yaml", "parameters.yaml", "scenarios.yaml", *CODE)
FILE_MOST_BYTES = 200_000


def kept_folder() -> Path:
    """Where the folders of drafts are kept, by digest."""
    return data_folder() / "methodologies"


def folder_of(digest: str, identifier: str, version: str, *, packaged: bool) -> Path:
    """Where the folder of a version is."""
    return (PACKAGED if packaged else kept_folder() / digest) / identifier / version


def digest_of(folder: Path) -> str:
    """SHA-256 of the files of a folder, by name and content."""
    return digest_of_files({name: (folder / name).read_bytes() for name in _there(folder)})


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """SHA-256 of files, by name and content, each with its length."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()


def faults_of_files(folder: Path) -> list[Problem]:
    """What in a folder is no part of a methodology, is missing, or is larger than a text can be.

    Codes: ``filing.E030`` a file is missing, ``E031`` one that no methodology has, ``E032`` one that is too large.
    """
    there = {each.name for each in folder.iterdir() if each.name != "__pycache__"}
    faults = [Problem("filing.E030", name, message=_("is missing")) for name in NEEDED if name not in there]
    for name in sorted(there):
        place = folder / name
        if name not in (*TEXTS, *CODE) or place.is_symlink() or not place.is_file():
            faults.append(Problem("filing.E031", name, message=_("is no file of a methodology")))
        elif place.stat().st_size > FILE_MOST_BYTES:
            message = _("is larger than %d bytes") % FILE_MOST_BYTES
            faults.append(Problem("filing.E032", name, message=message))
    return faults


def keep(folder: Path, identifier: str, version: str) -> str:
    """Copy a folder to where drafts are kept; says its digest. What is there already stays as it is."""
    digest = digest_of(folder)
    place = folder_of(digest, identifier, version, packaged=False)
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept_folder(), prefix=".new-") as scratch:
            copy = Path(scratch) / version
            copy.mkdir()
            for name in _there(folder):
                shutil.copyfile(folder / name, copy / name)
            try:
                os.rename(copy, place)
            except OSError:
                # Somebody kept the same text at the same moment.
                if not place.is_dir():
                    raise
    return digest


def open_case(case: MethodologyCase, *, with_examples: bool = False) -> Methodology:
    """The methodology of a case, if its folder still says what the case does.

    Raises
    ------
    InputRejected
        ``filing.E033`` where the folder is gone, ``filing.E034`` where it is another text.
    """
    return open_kept(case.digest, case.identifier, case.version, packaged=case.packaged, with_examples=with_examples)


def open_kept(
    digest: str, identifier: str, version: str, *, packaged: bool, with_examples: bool = False
) -> Methodology:
    """A methodology by the digest of its text; raises as ``open_case``."""
    folder = folder_of(digest, identifier, version, packaged=packaged)
    if not folder.is_dir():
        raise refused_value("filing.E033", "methodology", "folder", f"{identifier} {version}", _("is no longer here"))
    there = digest_of(folder)
    if there != digest:
        raise refused_value(
            "filing.E034",
            "methodology",
            "digest",
            there[:12],
            _("is another text of %(name)s than the one that was filed, %(digest)s")
            % {"name": f"{identifier} {version}", "digest": digest[:12]},
            hint=_("Whoever changed it has to file a new version"),
        )
    return _opened(folder, digest, with_examples)


def revised(based_on: MethodologyCase, texts: Mapping[str, str], scratch: Path) -> Path:
    """A folder with other texts and the very code of a version that is here.

    Raises
    ------
    InputRejected
        ``filing.E031``, ``filing.E032`` as ``faults_of_files``; ``filing.E034`` where the code is not what it was.
    """
    open_case(based_on)
    source = folder_of(based_on.digest, based_on.identifier, based_on.version, packaged=based_on.packaged)
    faults = [
        Problem("filing.E031", name, message=_("is no text of a methodology")) for name in texts if name not in TEXTS
    ]
    if faults:
        raise InputRejected(faults)
    for name in _there(source):
        if name in CODE or name not in texts:
            shutil.copyfile(source / name, scratch / name)
    for name, text in texts.items():
        if text.strip():
            (scratch / name).write_bytes(text.replace("\r\n", "\n").encode())
    if faults := faults_of_files(scratch):
        raise InputRejected(faults)
    return scratch


def texts_of(case: MethodologyCase) -> dict[str, str]:
    """The texts of a version, by file; its code is not among them."""
    folder = folder_of(case.digest, case.identifier, case.version, packaged=case.packaged)
    return {name: (folder / name).read_text("utf-8") for name in TEXTS if (folder / name).is_file()}


def _there(folder: Path) -> list[str]:
    return [name for name in sorted((*TEXTS, *CODE)) if (folder / name).is_file()]


@lru_cache(maxsize=64)
def _opened(folder: Path, digest: str, with_examples: bool) -> Methodology:
    return open_folder(folder, with_examples=with_examples)
