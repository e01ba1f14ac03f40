"""The house's settings, with the peers beside it."""

from __future__ import annotations

from tanheng.portal.settings import *  # noqa: F403
from tanheng.portal.settings import DATABASES as _DATABASES
from tanheng.portal.settings import INSTALLED_APPS as _HOUSE

NAME = "tanheng_bench"
DATABASES = {"default": _DATABASES["default"] | {"NAME": NAME}}
INSTALLED_APPS = [*_HOUSE, "mptt", "hordak", "benchmarks.peers.ledger"]
DEFAULT_CURRENCY = "CNY"
CURRENCIES = ["CNY"]
