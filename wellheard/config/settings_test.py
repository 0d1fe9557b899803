"""Settings for the tests: quick passwords, mail kept in memory, plain static files."""

import os
import tempfile

os.environ.setdefault("WELLHEARD_DATA", tempfile.mkdtemp(prefix="wellheard-test-"))
os.environ.setdefault("WELLHEARD_SECRET_KEY", "a key for tests only")

from wellheard.config.settings import *  # noqa: F403
from wellheard.config.settings import DATABASES, STATIC_ROOT, STORAGES

STATIC_ROOT.mkdir(exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_HOST = "localhost"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["*"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    options = dict(DATABASES["default"]["OPTIONS"])  # type: ignore[call-overload]
    options["init_command"] = "PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"
    DATABASES = {"default": DATABASES["default"] | {"OPTIONS": options, "TEST": {"NAME": ":memory:"}}}
else:
    DATABASES = {"default": DATABASES["default"] | {"OPTIONS": {}}}
