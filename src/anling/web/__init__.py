"""Pages, one folder per audience; what all of them share is in `shell`, `templates` and `static` (pages.md)."""
