"""Where a database is and who asks: the parts of DATABASE_URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from anling.site.errors import SiteError

_SCHEMES = {"postgres", "postgresql"}
_OPTIONS = {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "host", "target_session_attrs"}
_FORM = "write it as postgresql://USER:PASSWORD@HOST:PORT/NAME"


@dataclass(frozen=True)
class Address:
    """One role's way into one database. host: a name, an IP address, or the folder of a Unix socket."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = ()

    def as_django(self) -> dict[str, object]:
        """The entry of Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": self.host,
            "PORT": str(self.port),
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "OPTIONS": {"connect_timeout": "10", **dict(self.options)},
        }


def read_address(variable: str, url: str) -> Address:
    """The address that an environment variable holds; raises SiteError, which never repeats the password."""
    parts, port = _split(variable, url)
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - _OPTIONS):
        raise SiteError(f"{variable}: the option {unknown[0]!r} is not known; {', '.join(sorted(_OPTIONS))} are.")
    host = unquote(parts.hostname or "") or options.pop("host", "")
    name = unquote(parts.path.removeprefix("/"))
    for value, what in ((host, "host"), (name, "database"), (parts.username, "user")):
        if not value:
            raise SiteError(f"{variable} names no {what}; {_FORM}.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(host, port, name, user, password, tuple(sorted(options.items())))


def _split(variable: str, url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 5432
    except ValueError:
        raise SiteError(f"{variable} is not an address; {_FORM}, with special characters written as %XX.") from None
    if parts.scheme not in _SCHEMES:
        raise SiteError(f"{variable} does not name a PostgreSQL database; {_FORM}.")
    return parts, port
