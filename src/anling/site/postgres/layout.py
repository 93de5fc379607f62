"""Where the embedded server keeps what: everything in one folder, its socket too where the path is short enough."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from anling.site.postgres.binaries import MAJOR

PORT = 5432
"""Names the socket file only; nothing listens on the network."""
_LONGEST = 103
"""Bytes of a socket's path that every system accepts."""
_SHORT = Path("/tmp")  # noqa: S108 - not TMPDIR: every process must come to the same place; its owner is checked


@dataclass(frozen=True)
class Layout:
    """The places of one embedded server. folder: absolute, belongs to this server alone."""

    folder: Path

    @property
    def data(self) -> Path:
        """The cluster; it is there only when it is whole."""
        return self.folder / "data"

    @property
    def programs(self) -> Path:
        """A copy of PostgreSQL's programs, made only where the server's account may not enter the wheel's folder."""
        return self.folder / f"programs-{MAJOR}"

    @property
    def log(self) -> Path:
        """What the server says while it starts; later lines go to data/log, one file per weekday."""
        return self.data / "start.log"

    @property
    def passwords(self) -> Path:
        """The passwords of both roles, mode 0600."""
        return self.folder / "passwords.json"

    @property
    def lease(self) -> Path:
        """Locked by every process that uses the server."""
        return self.folder / "lease"

    @property
    def starting(self) -> Path:
        """Locked by the one process that makes or starts the server."""
        return self.folder / "starting"

    @property
    def watching(self) -> Path:
        """Locked by the watchdog."""
        return self.folder / "watching"

    @property
    def socket(self) -> Path:
        """The folder of the socket, mode 0700."""
        near = self.folder / "socket"
        if len(bytes(near / f".s.PGSQL.{PORT}")) <= _LONGEST:
            return near
        return _SHORT / f"anling-{hashlib.sha256(bytes(self.folder)).hexdigest()[:16]}"
