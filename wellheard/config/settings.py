"""Settings. Every choice an operator has is an environment variable, listed in docs/administration.md."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from wellheard.config import environment

PACKAGE = Path(__file__).resolve().parents[1]
DATA = environment.data_folder()

DEBUG = environment.flag("WELLHEARD_DEBUG")
SECRET_KEY = environment.secret_key(DATA)
PUBLIC_URL = environment.public_url()
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = environment.hosts(PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "wellheard.core",
    "wellheard.measures",
    "wellheard.evidence",
    "wellheard.customers",
    "wellheard.improvement",
    "wellheard.feedback",
    "wellheard.surveys",
    "wellheard.cases",
    "wellheard.web",
    "wellheard.api",
    "wellheard.portal",
    "wellheard.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
    "ninja",  # its page about the API is served from here, not from somebody else's server
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "wellheard.surveys.intake.middleware.PublicAnswers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wellheard.web.middleware.BackToTheForm",
    "wellheard.core.middleware.MemberMiddleware",
]

ROOT_URLCONF = "wellheard.config.urls"
WSGI_APPLICATION = "wellheard.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cotton first, cached, by hand: two template libraries that both rewrite the loaders silently disable one another.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "wellheard.core.templatetags.look",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wellheard.core.context.shell",
                "wellheard.portal.context.brand",
            ],
        },
    }
]

# ---- the database -------------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    # IMMEDIATE: two writers that both began by reading would otherwise fail each other (docs/adr/0003).
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    # FULL: an answer that was acknowledged survives a power cut. recursive_triggers: INSERT OR REPLACE would
    # otherwise overwrite a row of the trail without waking its triggers.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; "
        "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
    ),
}


def database(url: str) -> dict[str, object]:
    """The database behind an address, with the options without which it would lose or slow something."""
    chosen: dict[str, object] = dict(dj_database_url.parse(url))
    if "sqlite" in str(chosen["ENGINE"]):
        return chosen | {"ENGINE": "wellheard.core.databases.sqlite3", "OPTIONS": dict(SQLITE_OPTIONS)}
    # A bounded pool: threads times workers would otherwise exhaust max_connections (docs/adr/0003).
    pool = {"min_size": 1, "max_size": environment.number("WELLHEARD_POOL", default=12), "timeout": 20}
    # Looked at before they are used: after a restart of the server the pool is full of connections that are none any more.
    return chosen | {"OPTIONS": {"pool": pool}, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'wellheard.sqlite3'}")}

# ---- members and sessions -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "wellheard.web.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600

# ---- what a page may load -----------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["wellheard.core.uploads.BoundedUploadHandler"]
UPLOAD_LIMIT = environment.number("WELLHEARD_UPLOAD_MB", default=50) * 1024 * 1024

# ---- files, languages, time ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---- mail and jobs ------------------------------------------------------------------------------------------------
EMAIL_BACKEND = os.environ.get("WELLHEARD_MAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("WELLHEARD_SMTP_HOST", "")
EMAIL_PORT = environment.number("WELLHEARD_SMTP_PORT", default=587)
EMAIL_HOST_USER = os.environ.get("WELLHEARD_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WELLHEARD_SMTP_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("WELLHEARD_SMTP_STARTTLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("WELLHEARD_MAIL_FROM", "wellheard@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Other programs are told over https and at public addresses only, unless the operator trusts those within.
WEBHOOK_PRIVATE = environment.flag("WELLHEARD_WEBHOOK_PRIVATE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Addresses that open something for whoever has them stay out of the log.
    "filters": {"secrets": {"()": "wellheard.core.logs.WithoutSecrets"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "wellheard": {"level": "INFO"},
        "django_tasks_db": {"level": "WARNING"},
        "apscheduler": {"level": "ERROR"},
    },
}
