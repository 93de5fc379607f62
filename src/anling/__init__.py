"""Anling: yearly eligibility certification of basic-pension recipients."""

import os

__all__ = ["__version__"]

# NumPy's linear algebra, which nothing here uses, starts a thread per core when it is loaded, and they wait by spinning
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def __getattr__(name: str) -> str:
    """`__version__`, looked up when it is asked for: the look-up costs more than the import of many a room."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version  # noqa: PLC0415

    return version("anling")
