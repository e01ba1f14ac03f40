"""Django's settings, from the environment; safe where nothing is set.

=======================  ======================================================================================
TANHENG_DATA             the folder of the embedded PostgreSQL, of keys and of unsent mail (``data``)
DATABASE_URL             a PostgreSQL 15 or later instead of the embedded one
TANHENG_SECRET_KEY       the key that signs sessions and hides second factors, instead of one in the data folder
TANHENG_ADDRESS          where people find the site (``http://localhost:8000``)
TANHENG_HOSTS            the host names that are served, with commas; that of the address and of this machine
TANHENG_PROXIES          how many reverse proxies stand before us (0); their X-Forwarded-* headers are believed
TANHENG_TLS              0 only where the site is reached without TLS on the machine itself (1)
TANHENG_SECOND_FACTOR    ``required`` of everybody who signs in, or ``offered`` (``required``)
TANHENG_MAIL             smtp://user:password@host:587, smtps://…; files in the data folder if not set
TANHENG_MAIL_FROM        the sender of mail (``tanheng@localhost``)
TANHENG_RUNS             the folder of the runs that the site shows (``runs``)
TANHENG_COMPARISONS      the folder of the comparisons that the site shows (``comparisons``)
TANHENG_CITY             the city folder that the site works on; never written to (``examples/shenzhen``)
TANHENG_REFORMS          a folder with reforms that can be compared by their name (``examples/reforms``)
TANHENG_UPLOAD_MOST_MB   the largest file that is taken, in MB (50)
TANHENG_SEAL_EVERY       each how many seconds the worker seals the log: 10, 12, 15, 20, 30 or 60 (60)
TANHENG_DEMO             1 for a look around: people without passwords, said on every page; never with real data
TANHENG_RATE             how many requests a minute each caller of the API may make, a quarter of them at once (1200)
TANHENG_STRANGERS_RATE   how many pages a minute an address may ask for without signing in, half at once (300)
TANHENG_LANGUAGE         the language of who asks for none, ``zh-hans`` or ``en`` (``zh-hans``)
TANHENG_DEBUG            1 for a developer's desk; never on a machine that others reach
=======================  ======================================================================================
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from tanheng.database.place import DATABASE, data_folder
from tanheng.portal.keys import secret_key
from tanheng.portal.mail import mail_settings
from tanheng.portal.office.unfolded import UNFOLD as UNFOLD
from tanheng.portal.pace import seal_every

DEBUG = os.environ.get("TANHENG_DEBUG") == "1"
# Made where it is first needed, not where settings are read: a type checker must leave no key behind.
SECRET_KEY = SimpleLazyObject(lambda: secret_key(data_folder()))

TANHENG_ADDRESS = os.environ.get("TANHENG_ADDRESS", "http://localhost:8000").rstrip("/")
TANHENG_TLS = os.environ.get("TANHENG_TLS", "1") != "0"
TANHENG_PROXIES = int(os.environ.get("TANHENG_PROXIES", "0"))
TANHENG_STRANGERS_RATE = int(os.environ.get("TANHENG_STRANGERS_RATE", "300"))
TANHENG_RATE = int(os.environ.get("TANHENG_RATE", "1200"))
TANHENG_SECOND_FACTOR = os.environ.get("TANHENG_SECOND_FACTOR", "required")

TANHENG_RUNS = os.environ.get("TANHENG_RUNS", "runs")
TANHENG_COMPARISONS = os.environ.get("TANHENG_COMPARISONS", "comparisons")
TANHENG_CITY = os.environ.get("TANHENG_CITY", "examples/shenzhen")
TANHENG_REFORMS = os.environ.get("TANHENG_REFORMS", "examples/reforms")
TANHENG_UPLOAD_MOST_MB = int(os.environ.get("TANHENG_UPLOAD_MOST_MB", "50"))
TANHENG_DEMO = os.environ.get("TANHENG_DEMO") == "1"
TANHENG_SEAL_EVERY = seal_every(os.environ.get("TANHENG_SEAL_EVERY", "60"))

_HOST = urlsplit(TANHENG_ADDRESS).hostname or "localhost"
ALLOWED_HOSTS = os.environ.get("TANHENG_HOSTS", f"{_HOST},localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [TANHENG_ADDRESS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "procrastinate.contrib.django",
    "tanheng.web",
    "tanheng.transparency",
    "tanheng.people",
    "tanheng.jobs",
    "tanheng.ledger",
    "tanheng.submissions",
    "tanheng.decisions",
    "tanheng.cases",
    "tanheng.credits.overlaps",
    "tanheng.credits.filing",
    "tanheng.credits.projects",
    "tanheng.credits.intake",
    "tanheng.credits.points",
    "tanheng.credits.register",
    "tanheng.communities",
]
# What our entries of the queue mean is told by tanheng.jobs.worker; no app is searched for tasks.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
# No app is searched for pages of an administration: what the back office shows is named in tanheng.portal.office.
INSTALLED_APPS[:0] = ["unfold.apps.BasicAppConfig", "django.contrib.admin.apps.SimpleAdminConfig"]
# First, so that its look of the sign-in pages comes before the library's own.
INSTALLED_APPS.insert(0, "tanheng.portal")
MIDDLEWARE = [
    "tanheng.portal.middleware.CallersAddress",
    "tanheng.web.middleware.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "tanheng.portal.middleware.ContentSecurityPolicy",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before anything reads a body: what is too large, and from nobody we know, is not taken in at all.
    "tanheng.submissions.limits.UploadLimits",
    "tanheng.web.middleware.StrangersRate",
    "tanheng.people.middleware.Origin",
    "tanheng.people.middleware.SessionsEnd",
    "tanheng.people.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tanheng.portal.middleware.Refusals",
    # Last, as its documentation asks.
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tanheng.portal.context.site",
            ]
        },
    }
]
ROOT_URLCONF = "tanheng.portal.urls"
WSGI_APPLICATION = "tanheng.portal.wsgi.application"
STATIC_URL = "/static/"
# A chart fits its place in a page as it does in a report.
STATICFILES_DIRS = [("report", Path(__file__).parents[1] / "report" / "scripts")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tanheng.portal.static_files.HashedStorage"},
}

DATABASES = {
    "default": {
        "ENGINE": "tanheng.database.engine",
        # Asked of tanheng.database.place at the first connection; Django makes the name of the tests' one from it.
        "NAME": DATABASE,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# All processes must see which codes of a second factor were used and how often somebody tried.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "tanheng_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A file goes to disk while it comes, whatever its size, and is counted; one at a time.
FILE_UPLOAD_HANDLERS = ["tanheng.submissions.limits.CountedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 4

# Who signs in, and how.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "tanheng.people.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "tanheng.people.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Tanheng"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Five wrong passwords close a user name for a quarter of an hour, from wherever they come; a passkey still opens it.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A session ends with the browser, after half an hour without a request, and after twelve hours in any case.
SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TANHENG_TLS
SESSION_COOKIE_NAME = "__Host-session" if TANHENG_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TANHENG_TLS else "csrf"
SECURE_SSL_REDIRECT = TANHENG_TLS
SECURE_HSTS_SECONDS = 31_536_000 if TANHENG_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TANHENG_PROXIES else None
SILENCED_SYSTEM_CHECKS = [
    # HSTS for other names below ours, and for ever, is for whoever owns the domain to decide.
    "security.W005",
    "security.W021",
    # An office behind one address must not be shut out by one of its people; allauth slows addresses down.
    "axes.W006",
]

# Nothing is sent unless the operator says by which server.
globals().update(mail_settings(os.environ.get("TANHENG_MAIL", ""), data_folder() / "mail"))
# Whoever writes a letter does not wait for the mail server: it goes into the queue, and the worker sends it.
TANHENG_MAIL_BACKEND = globals()["EMAIL_BACKEND"]
EMAIL_BACKEND = "tanheng.jobs.post.QueuedMail"
TANHENG_MAIL_IS_SENT = bool(os.environ.get("TANHENG_MAIL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("TANHENG_MAIL_FROM", "tanheng@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refused request is told to who sent it; the log is for faults of ours.
    "loggers": {"django.request": {"level": "ERROR"}},
}

LANGUAGE_CODE = os.environ.get("TANHENG_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGE_COOKIE_SECURE = TANHENG_TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
