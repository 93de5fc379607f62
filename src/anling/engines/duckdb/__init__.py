"""DuckDB as the engine of one machine: sessions with a memory limit, ingest, and the decision."""
