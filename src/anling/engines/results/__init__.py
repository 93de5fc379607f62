"""From what an engine has found to the two files of a run, the same way for every engine (contracts.md)."""
