"""Officers, client systems, the audit trail and the installation itself."""
