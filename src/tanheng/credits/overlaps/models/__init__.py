"""Records of ``tanheng.credits.overlaps``."""

from tanheng.credits.overlaps.models.claims import Claim, HolderKind, Scope, Stage
from tanheng.credits.overlaps.models.foreign import (
    ForeignIssuance,
    ForeignProject,
    ForeignRetirement,
    ImportedTable,
    ImportFinding,
    Registry,
)
from tanheng.credits.overlaps.models.found import FoundOverlap

__all__ = [
    "Claim",
    "ForeignIssuance",
    "ForeignProject",
    "ForeignRetirement",
    "FoundOverlap",
    "HolderKind",
    "ImportFinding",
    "ImportedTable",
    "Registry",
    "Scope",
    "Stage",
]
