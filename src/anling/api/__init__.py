"""REST v1: one operation per file, own input and output shapes; OAuth 2 client systems call it (platform.md)."""
