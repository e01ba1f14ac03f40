"""Django's settings, from the environment; safe where nothing is set.

====================  ==========================================================================
TANHENG_DATA          the folder of the embedded PostgreSQL and of the keys (``data``)
DATABASE_URL          a PostgreSQL 15 or later instead of the embedded one
TANHENG_HOSTS         the host names that are served, with commas (``localhost,127.0.0.1``)
TANHENG_DEBUG         1 for a developer's desk; never on a machine that others reach
====================  ==========================================================================
"""

from __future__ import annotations

import os

from tanheng.database.place import DATABASE, data_folder
from tanheng.portal.keys import secret_key

DEBUG = os.environ.get("TANHENG_DEBUG") == "1"
SECRET_KEY = secret_key(data_folder())
ALLOWED_HOSTS = os.environ.get("TANHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "tanheng.web",
    "tanheng.transparency",
    "tanheng.people",
    "tanheng.ledger",
]
MIDDLEWARE = [
    "tanheng.web.middleware.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ]
        },
    }
]
ROOT_URLCONF = "tanheng.portal.urls"
WSGI_APPLICATION = "tanheng.portal.wsgi.application"

DATABASES = {
    "default": {
        "ENGINE": "tanheng.database.engine",
        # Asked of tanheng.database.place at the first connection; Django makes the name of the tests' one from it.
        "NAME": DATABASE,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
