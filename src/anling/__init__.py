"""Anling: yearly eligibility certification of basic-pension recipients."""
