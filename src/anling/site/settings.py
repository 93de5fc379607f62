"""Django's settings, from the environment; importing them starts nothing (`anling.site.database` does)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from anling.site.database import locate
from anling.site.environment import read_environment
from anling.site.private import kept

_ENVIRONMENT = read_environment(os.environ)
_WEB = Path(__file__).parents[1] / "web"

SECRET_KEY = kept(_ENVIRONMENT.home / "secret-key", lambda: secrets.token_urlsafe(64))
AUDIT_KEY = kept(_ENVIRONMENT.home / "audit-key", lambda: secrets.token_hex(32))
"""Seals the trail; outside the database, so that whoever can write there still cannot forge a seal."""
DOCUMENTS_KEY = kept(_ENVIRONMENT.home / "documents-key", lambda: secrets.token_hex(32))
"""Encrypts what is attached to cases; outside the database and apart from the files."""
AUDIT_HEAD = _ENVIRONMENT.home / "audit-head"
HOME = _ENVIRONMENT.home
INSTALLATION = "anling.site.installation.describe"
"""Says what this installation is; named, since the pages are a room further in."""
DEMO = _ENVIRONMENT.demo
SPARK_CLUSTER = _ENVIRONMENT.cluster
SPARK_STORE = _ENVIRONMENT.shared
NOTICES = _ENVIRONMENT.messaging
WHAT_IF_DAYS = _ENVIRONMENT.what_if_days
PROVINCE = _ENVIRONMENT.province
DEBUG = False
ALLOWED_HOSTS = list(_ENVIRONMENT.hosts)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "oauth2_provider",
    "procrastinate.contrib.django",
    "anling.audit.apps.AuditConfig",
    "anling.territory.apps.TerritoryConfig",
    "anling.access.apps.AccessConfig",
    "anling.roster.apps.RosterConfig",
    "anling.passes.apps.PassesConfig",
    "anling.feeds.apps.FeedsConfig",
    "anling.notices.apps.NoticesConfig",
    "anling.comparison.apps.ComparisonConfig",
    "anling.casework.apps.CaseworkConfig",
    "anling.payment.apps.PaymentConfig",
    "anling.web.apps.WebConfig",
    "anling.api.apps.ApiConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "anling.access.language.LanguageMiddleware",
    "anling.access.sign_in.SignInMiddleware",
    "anling.access.middleware.ScopeMiddleware",
    "anling.access.bodies.BodyLimitMiddleware",
]
ROOT_URLCONF = "anling.site.urls"
WSGI_APPLICATION = "anling.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anling.web.shell.frame",
            ],
        },
    }
]

DATABASES = {role: address.as_django() for role, address in locate(_ENVIRONMENT).items()}
"""`default` serves, `owner` migrates: two roles, so that what serves can never change what it serves from."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "anling.access.limits.LimitCache", "LOCATION": "site_limits", "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
    "results": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}  # fmt: skip
"""In the database, for all processes of the server. `default` is allauth's: its lock-outs lose nothing but what has
expired, which is looked for from that many rows on. `results` may be dropped at any time."""
PROXIES = _ENVIRONMENT.proxies
"""How many proxies stand before the server, each of which adds to X-Forwarded-For."""

UPLOAD_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes of one uploaded file; larger ones come by the command line."""
PROCRASTINATE_IMPORT_PATHS = ["anling.feeds.roster_import"]
"""Jobs outside the `tasks` modules of the rooms."""

AUTH_USER_MODEL = "access.Officer"
OAUTH2_PROVIDER_APPLICATION_MODEL = "access.ClientSystem"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # knows client credentials and no other grant
    "SCOPES_BACKEND_CLASS": "anling.access.callers.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # only the checksum of a token is kept
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "anling.access.sign_in.OfficerAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _ENVIRONMENT.https
"""Without https a browser knows passkeys on this very machine alone, under the name localhost; there they work too."""
MFA_TOTP_ISSUER = "Anling 安领"
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_IDLE_SECONDS = 30 * 60
"""After so long without a request an officer signs in again."""
SESSIONS_AT_ONCE = 3
"""The oldest session of an officer ends when one more begins."""

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [_WEB / "locale"]
FORMAT_MODULE_PATH = ["anling.site.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = _WEB / "collected"
STATICFILES_DIRS = [_WEB / "static", _WEB / "vendor"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = _ENVIRONMENT.home / "uploads"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _ENVIRONMENT.https
SECURE_SSL_REDIRECT = _ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
"""Asked for on this machine, past the proxy and without TLS."""
SECURE_HSTS_SECONDS = 31_536_000 if _ENVIRONMENT.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _ENVIRONMENT.https else None
_ONLY_WITH_HTTPS = ["security.W004", "security.W008", "security.W012", "security.W016"]
SILENCED_SYSTEM_CHECKS = [] if _ENVIRONMENT.https else _ONLY_WITH_HTTPS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without_text": {"()": "anling.site.logs.WithoutText"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "without_text"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""Neither requests and queries nor texts of errors are logged: they may hold numbers and names."""
