"""What an engine raises, whichever it is."""


class EngineError(Exception):
    """The engine could not do a step; one sentence, without a stack trace or a row's content."""


class OutOfMemoryError(EngineError):
    """The step does not fit the memory limit, even with what may be spilled to disk."""


class EngineMissingError(EngineError):
    """What the engine runs on is not there, or is named wrongly; the sentence says what to do."""
