"""Where acts are kept by name. See acts.py."""

from collections.abc import Callable

Act = Callable[[], object]
ACTS: dict[str, Callable[[], Act]] = {}


def act(name: str) -> Callable[[Callable[[], Act]], Callable[[], Act]]:
    """Adds one operation under its name."""

    def add(make: Callable[[], Act]) -> Callable[[], Act]:
        ACTS[name] = make
        return make

    return add
