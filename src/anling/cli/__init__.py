"""The `anling` command: arguments in, sentences and an exit status out (contracts.md, commands)."""
