"""What the environment says about this installation, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anling.engines.errors import EngineMissingError
from anling.engines.memory import in_bytes
from anling.engines.spark.address import Address as SharedAddress
from anling.engines.spark.cluster import Cluster
from anling.site.address import Address, read_address
from anling.site.errors import SiteError
from anling.site.messaging import VARIABLES as OF_MESSAGES
from anling.site.messaging import Messaging, read_messaging

VARIABLES = {
    "ANLING_HOME": "folder of everything this installation keeps",
    "ANLING_DEMO": "1 in a demonstration: a second factor is offered, not asked for",
    "ANLING_PROVINCE": "two digits of the province whose people this installation keeps; 44, Guangdong, if left out",
    "ANLING_HOSTS": "host names under which the pages are asked for, with commas between",
    "ANLING_HTTPS": "1 where people reach the pages by https, through a proxy that says so",
    "ANLING_PROXIES": "how many proxies stand before the server, each adding to X-Forwarded-For; 0 if left out",
    "ANLING_DEBUG": "1 shows where the program failed",
    "ANLING_PYTHON": "the interpreter with which script/setup makes the environment",
    "ANLING_SPARK_MASTER": "the Spark cluster on which runs and what-ifs are decided; DuckDB decides if left out",
    "ANLING_SPARK_MEMORY": "memory of each executor there, such as 16GB; 4GB if left out",
    "ANLING_SPARK_IDLE": "minutes for which an application stands for a worker's next run; 10 if left out, 0 for none",
    "ANLING_WHAT_IF_DAYS": "days after which a what-if that has ended is cleared; 180 if left out",
    "ANLING_SPARK_STORE": "address (hdfs://…) to which the workers' files are copied; left out, they see ANLING_HOME",
    **OF_MESSAGES,
}
"""Every variable with our prefix that means something; another is a slip of the pen that would do nothing."""

_LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Environment:
    """The settings of this installation. database, owner: None where the embedded server is used.

    province: the two digits with which the codes of all of its regions begin.
    proxies: how many stand before the server, so that addresses of clients are known.
    cluster: where Spark decides; None where DuckDB does. shared: the address of what its workers read and write; None
    where they see the store. what_if_days: so long an answered what-if is kept.
    """

    home: Path
    database: Address | None
    owner: Address | None
    hosts: tuple[str, ...]
    demo: bool = False
    province: str = "44"
    https: bool = False
    proxies: int = 0
    messaging: Messaging = field(default_factory=Messaging)
    cluster: Cluster | None = None
    shared: SharedAddress | None = None
    what_if_days: int = 180

    def __post_init__(self) -> None:
        if not self.home.is_absolute():
            raise SiteError("ANLING_HOME must be a whole path, from / on.")
        if not (len(self.province) == 2 and self.province.isascii() and self.province.isdigit()):
            raise SiteError("ANLING_PROVINCE is no province; write its two digits, such as 44 for Guangdong.")
        if self.owner and not self.database:
            raise SiteError("DATABASE_OWNER_URL stands without DATABASE_URL; give both, or none for the embedded one.")


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The environment as values; raises SiteError with the name of the variable that cannot be used."""
    if not variables.get("ANLING_HOME"):
        raise SiteError("ANLING_HOME is not set; name the folder in which this installation keeps its state.")
    hosts = tuple(host.strip() for host in variables.get("ANLING_HOSTS", "").split(",") if host.strip())
    return Environment(
        home=Path(variables["ANLING_HOME"]),
        database=_address("DATABASE_URL", variables),
        owner=_address("DATABASE_OWNER_URL", variables),
        hosts=hosts or _LOCAL,
        demo=variables.get("ANLING_DEMO") == "1",
        province=variables.get("ANLING_PROVINCE", "").strip() or "44",
        https=variables.get("ANLING_HTTPS") == "1",
        proxies=_proxies(variables),
        messaging=read_messaging(variables),
        cluster=_cluster(variables),
        what_if_days=_days("ANLING_WHAT_IF_DAYS", variables),
        shared=_shared(variables),
    )


def _days(variable: str, variables: Mapping[str, str]) -> int:
    said = variables.get(variable, "").strip() or "180"
    if not (said.isascii() and said.isdigit() and 1 <= len(said) <= 4 and int(said)):
        raise SiteError(f"{variable} is no number of days; write a whole number from 1 to 9999.")
    return int(said)


def _minutes(variable: str, variables: Mapping[str, str]) -> int:
    said = variables.get(variable, "").strip() or "10"
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise SiteError(f"{variable} is no number of minutes; write a whole number from 0 to 9999.")
    return int(said)


def _proxies(variables: Mapping[str, str]) -> int:
    said = variables.get("ANLING_PROXIES", "").strip() or "0"
    if not (said.isascii() and said.isdigit() and len(said) == 1):
        raise SiteError("ANLING_PROXIES is no number of proxies; write one digit, such as 1.")
    return int(said)


def _cluster(variables: Mapping[str, str]) -> Cluster | None:
    master = variables.get("ANLING_SPARK_MASTER")
    if not master:
        return None
    idle = _minutes("ANLING_SPARK_IDLE", variables) * 60.0
    try:
        return Cluster(master, in_bytes(variables.get("ANLING_SPARK_MEMORY", "4GB")), None, idle)
    except (EngineMissingError, ValueError) as error:
        raise SiteError(f"ANLING_SPARK_MASTER and ANLING_SPARK_MEMORY: {error}") from error


def _shared(variables: Mapping[str, str]) -> SharedAddress | None:
    address = variables.get("ANLING_SPARK_STORE")
    if not address:
        return None
    if not variables.get("ANLING_SPARK_MASTER"):
        raise SiteError("ANLING_SPARK_STORE stands without ANLING_SPARK_MASTER; give both, or none for DuckDB.")
    try:
        return SharedAddress(address.rstrip("/"))
    except EngineMissingError as error:
        raise SiteError(f"ANLING_SPARK_STORE: {error}") from error


def unknown(variables: Mapping[str, str]) -> list[str]:
    """Names with our prefix that nobody reads, sorted."""
    return sorted(name for name in variables if name.startswith("ANLING_") and name not in VARIABLES)


def _address(variable: str, variables: Mapping[str, str]) -> Address | None:
    url = variables.get(variable)
    return read_address(variable, url) if url else None
