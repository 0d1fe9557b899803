"""No middleware, no apps: one view. The database has the settings of the product."""

from wellheard.config.settings import ALLOWED_HOSTS, DATABASES, SECRET_KEY, USE_TZ

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"
DATABASES = {name: dict(value) for name, value in DATABASES.items()}
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    DATABASES["default"]["CONN_MAX_AGE"] = None
__all__ = ["ALLOWED_HOSTS", "DATABASES", "INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "SECRET_KEY", "USE_TZ"]
