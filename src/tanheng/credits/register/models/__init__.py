"""Records of ``tanheng.credits.register``."""

from __future__ import annotations

from tanheng.credits.register.models.certificates import Certificate, CertificateKind, CertificateLot, ShownHolder
from tanheng.credits.register.models.neutrality import Neutrality
from tanheng.credits.register.models.offsets import OffsetUse

__all__ = ["Certificate", "CertificateKind", "CertificateLot", "Neutrality", "OffsetUse", "ShownHolder"]
