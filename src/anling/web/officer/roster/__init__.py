"""The roster: files of it, what it leaves unclear, regions, agencies, units and outlets."""
