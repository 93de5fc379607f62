"""`python -m anling` is the command `anling`."""

import sys

from anling.cli.main import app

sys.exit(app())
