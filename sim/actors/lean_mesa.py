"""Mesa, imported so that it costs little: about a tenth of a start is saved by it.

Mesa imports networkx and scipy.spatial for agents in space, of which there are none here. While it is
imported, stand-ins take the place of networkx and of `mesa.experimental`. Afterwards only Mesa still has
them, and whoever asks one of them for anything gets it from the real module.

As it is imported, Mesa asks `inspect` for all frames of the stack, and each of the many frames of nested
imports costs a look through all modules. So this is done in a thread of its own, whose stack is short.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import Any

_LATER = ("networkx", "mesa.experimental")


class _StandIn(ModuleType):
    """A module that imports the one it stands for when it is asked for anything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # inspect looks for __file__ everywhere
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def _standing_in() -> Iterator[None]:
    made = [_StandIn(name) for name in _LATER if name not in sys.modules]
    sys.modules.update({each.__name__: each for each in made})
    try:
        yield
    finally:
        for each in made:
            if sys.modules.get(each.__name__) is each:
                del sys.modules[each.__name__]


with _standing_in():
    _aside = Thread(target=import_module, args=("mesa",), name="import of Mesa")
    _aside.start()
    _aside.join()
    import mesa

__all__ = ["mesa"]
