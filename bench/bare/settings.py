"""No middleware, no apps: one view. The database has the settings of the product.

With WELLHEARD_BENCH_MIDDLEWARE set: the middleware that any Django site with accounts has.
"""

import os

from wellheard.config.settings import ALLOWED_HOSTS, DATABASES, SECRET_KEY, USE_TZ

USUAL = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
WITH = bool(os.environ.get("WELLHEARD_BENCH_MIDDLEWARE"))
MIDDLEWARE: list[str] = USUAL if WITH else []
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"] if WITH else []
ROOT_URLCONF = "bench.bare.urls"
DATABASES = {name: dict(value) for name, value in DATABASES.items()}
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    DATABASES["default"]["CONN_MAX_AGE"] = None
__all__ = ["ALLOWED_HOSTS", "DATABASES", "INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "SECRET_KEY", "USE_TZ"]
