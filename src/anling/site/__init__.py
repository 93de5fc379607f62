"""The wiring of the platform: settings from the environment, the database, and the look at oneself."""
