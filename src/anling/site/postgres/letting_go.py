"""`python -m anling.site.postgres.letting_go FOLDER SECONDS`: 0 once nothing of the server of a folder runs any more.

Before a folder is deleted. Where the server was killed, or its watchdog, nobody else puts away what is left.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from anling.site.errors import SiteError
from anling.site.postgres.layout import Layout
from anling.site.postgres.locks import lock
from anling.site.postgres.server import running, stop


def let_go(folder: Path, seconds: float) -> bool:
    """Wait so long until no process uses the server of this folder, and stop what still runs; whether it is down."""
    layout = Layout(folder)
    if not folder.is_dir():
        return True
    try:
        lease = lock(layout.lease, limit=seconds)
    except SiteError:
        return False
    try:
        stop(folder)
        return not running(layout)
    finally:
        os.close(lease)


if __name__ == "__main__":
    sys.exit(0 if let_go(Path(sys.argv[1]), float(sys.argv[2])) else 1)
