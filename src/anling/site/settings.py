"""Django's settings, from the environment; importing them starts nothing (`anling.site.database` does)."""

from __future__ import annotations

import os
import secrets

from anling.site.database import locate
from anling.site.environment import read_environment
from anling.site.private import kept

_ENVIRONMENT = read_environment(os.environ)

SECRET_KEY = kept(_ENVIRONMENT.home / "secret-key", lambda: secrets.token_urlsafe(64))
DEBUG = False
ALLOWED_HOSTS = list(_ENVIRONMENT.hosts)

INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]

DATABASES = {role: address.as_django() for role, address in locate(_ENVIRONMENT).items()}
"""`default` serves, `owner` migrates: two roles, so that what serves can never change what it serves from."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
