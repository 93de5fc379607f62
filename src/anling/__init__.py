"""Anling: yearly eligibility certification of basic-pension recipients."""

from importlib.metadata import version

__version__ = version("anling")
