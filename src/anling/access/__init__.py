"""Officers, their roles and regions, client systems; who may do what where (platform.md, "Who may do what")."""
