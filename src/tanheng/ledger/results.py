"""The answers of the ledger, in their order of precedence: of several faults, the one with the smallest number is told.

The numbers are those of the database's functions (``sql/``) and never change their meaning.
"""

from __future__ import annotations

from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Code(IntEnum):
    """What became of a requested transfer."""

    OK = 0
    # the request
    KEY_REUSED = 1
    QUANTITY_NOT_POSITIVE = 10
    QUANTITY_TOO_LARGE = 11
    SAME_ACCOUNT = 12
    ASSET_NOT_FOUND = 13
    FROM_NOT_FOUND = 14
    TO_NOT_FOUND = 15
    PURPOSE_NOT_FOUND = 16
    # what it ends
    PENDING_NOT_FOUND = 20
    PENDING_POSTED = 21
    PENDING_VOIDED = 22
    PENDING_EXPIRED = 23
    PENDING_NOT_DUE = 24
    EXCEEDS_PENDING = 25
    # the accounts
    FROM_CLOSED = 30
    TO_CLOSED = 31
    FROM_BLOCKED = 32
    TO_BLOCKED = 33
    # the rights of accounts and assets
    ISSUES_ANOTHER_ASSET = 40
    FROM_MAY_NOT_SEND = 41
    TO_MAY_NOT_RECEIVE = 42
    NOT_TRANSFERABLE = 43
    NOT_TRADABLE = 44
    PURPOSE_DOES_NOT_FIT = 45
    # the serial numbers as asked
    SERIALS_NOT_KEPT = 50
    SERIALS_DO_NOT_MATCH = 51
    # the safeguards
    NOT_TRUSTED = 60
    TRUSTED_TOO_RECENTLY = 61
    OVER_LIMIT = 62
    # what is held
    SERIALS_TAKEN = 70
    SERIALS_NOT_HELD = 71
    SERIALS_RESERVED = 72
    INSUFFICIENT = 73
    RESERVED = 74
    BALANCE_TOO_LARGE = 75
    # the company it keeps
    LINKED_FAILED = 80
    OUTSIDE_HOURS = 85
    QUEUED = 90
    # told before the ledger is asked
    WAITS_FOR_SECOND = 95

    @property
    def sentence(self) -> Promise:
        """What it means and what mends it, for people."""
        return SENTENCES[self]


SENTENCES: dict[Code, Promise] = {
    Code.OK: _("Done."),
    Code.KEY_REUSED: _("This key was used for a request that said something else. Give each new request a new key."),
    Code.QUANTITY_NOT_POSITIVE: _("The quantity must be a whole number of at least 1."),
    Code.QUANTITY_TOO_LARGE: _("The quantity is above what one transfer may say (1,000,000,000,000,000)."),
    Code.SAME_ACCOUNT: _("A transfer needs two accounts; both given are the same."),
    Code.ASSET_NOT_FOUND: _("There is no such asset."),
    Code.FROM_NOT_FOUND: _("The account to take from does not exist."),
    Code.TO_NOT_FOUND: _("The account to give to does not exist."),
    Code.PURPOSE_NOT_FOUND: _("There is no such purpose of a transfer."),
    Code.PENDING_NOT_FOUND: _("There is no such reservation."),
    Code.PENDING_POSTED: _("The reservation was posted already."),
    Code.PENDING_VOIDED: _("The reservation was released already."),
    Code.PENDING_EXPIRED: _("The reservation has expired."),
    Code.PENDING_NOT_DUE: _("The reservation has not expired yet; whoever has the right can release it."),
    Code.EXCEEDS_PENDING: _("That is more than was reserved."),
    Code.FROM_CLOSED: _("The account to take from is closed."),
    Code.TO_CLOSED: _("The account to give to is closed."),
    Code.FROM_BLOCKED: _("The account to take from is blocked; the bureau can say why and unblock it."),
    Code.TO_BLOCKED: _("The account to give to is blocked; the bureau can say why and unblock it."),
    Code.ISSUES_ANOTHER_ASSET: _("An account of issuance issues its own asset only, and reserves nothing."),
    Code.FROM_MAY_NOT_SEND: _("An account of this type does not give assets of this kind."),
    Code.TO_MAY_NOT_RECEIVE: _("An account of this type does not take assets of this kind."),
    Code.NOT_TRANSFERABLE: _("Units of this asset do not pass between holders; they can be spent or expire."),
    Code.NOT_TRADABLE: _("This asset cannot be traded."),
    Code.PURPOSE_DOES_NOT_FIT: _("Transfers of this purpose are not between accounts of these types."),
    Code.SERIALS_NOT_KEPT: _("This asset has no serial numbers, or these cannot be named here; leave them out."),
    Code.SERIALS_DO_NOT_MATCH: _("The serial numbers named are not as many as the quantity."),
    Code.NOT_TRUSTED: _(
        "The account to give to is not on the list of trusted accounts. Add it, and wait for its delay."
    ),
    Code.TRUSTED_TOO_RECENTLY: _(
        "The account to give to was added to the trusted accounts recently; its delay still runs."
    ),
    Code.OVER_LIMIT: _("The quantity is over the limit of one transfer for this account."),
    Code.SERIALS_TAKEN: _("Some of these serial numbers were issued before."),
    Code.SERIALS_NOT_HELD: _("The account does not hold all of these serial numbers."),
    Code.SERIALS_RESERVED: _("Some of these serial numbers are reserved or pledged."),
    Code.INSUFFICIENT: _("The account does not hold that much."),
    Code.RESERVED: _("The account holds that much, but too much of it is reserved or pledged."),
    Code.BALANCE_TOO_LARGE: _("The account would hold more than the ledger counts."),
    Code.LINKED_FAILED: _("Another transfer of the same group was refused, so none was made."),
    Code.OUTSIDE_HOURS: _(
        "It is outside working hours, and linked transfers do not wait. Ask again at the next opening."
    ),
    Code.WAITS_FOR_SECOND: _("A second person must confirm it; until then nothing moves."),
    Code.QUEUED: _("It is outside working hours: the transfer waits and is tried at the next opening."),
}
