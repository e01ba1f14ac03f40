"""By which way mail goes out: files, unless the operator names a server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT_S = 10


def mail_settings(address: str, folder: Path) -> dict[str, object]:
    """Django's settings for mail.

    Parameters
    ----------
    address
        ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://user:password@host:465``; empty for files.
    folder
        Where the files go.

    Raises
    ------
    ValueError
        When the address is none.
    """
    if not address:
        return {"EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": str(folder)}
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        # Without the address itself: it holds a password.
        raise ValueError("TANHENG_MAIL must be smtp://user:password@host:587 or smtps://user:password@host:465")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT_S,
    }
