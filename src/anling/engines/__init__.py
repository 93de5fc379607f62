"""The rooms that run the named steps of `matching` on a real engine. Nothing outside imports an engine's library."""
