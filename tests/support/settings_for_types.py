"""The settings for the type checker, which asks for them in an environment of its own."""

import os
import tempfile

os.environ.setdefault("ANLING_HOME", tempfile.gettempdir() + "/anling-types")
from anling.site.settings import *  # noqa: F403
