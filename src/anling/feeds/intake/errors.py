"""What is wrong with an input, as one sentence that names file, row, column and remedy."""


class InputError(Exception):
    """The roster or the call itself cannot be used: the command ends with exit status 2 and this one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RefusedError(Exception):
    """One batch cannot be used; the run goes on without it (contracts.md, feeds)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
