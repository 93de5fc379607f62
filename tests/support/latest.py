"""Back to the tables of today, after a test that went back to those of before."""

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from anling.site.protecting import protect


def to_the_latest() -> None:
    """Every room: going back takes along what other rooms built on it. Tables that were made anew are protected."""
    executor = MigrationExecutor(connections["owner"])
    executor.migrate(executor.loader.graph.leaf_nodes())
    protect()
