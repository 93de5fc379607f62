"""The way from the command line to the platform: Django's settings module is named, never imported."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from anling.cli.home import home

SETTINGS = "anling.site.settings"


def site(name: str) -> ModuleType:
    """A module beside the settings, such as `database`; the environment names the settings and the home afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ["ANLING_HOME"] = str(home().absolute())
    return import_module(f"{SETTINGS.rpartition('.')[0]}.{name}")
