"""One real imaging child for many tests: it lives on a loop of its own, since each test has another one."""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from document_relay.imaging import Imaging, Limits
from document_relay.imaging.child import Child


class SharedImaging:
    """An `Imaging` of one child: its methods are carried out on its own loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self._loop = loop
        self._imaging = Imaging(limits)

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._imaging, name)

        async def there(*arguments: Any, **more: Any) -> Any:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(method(*arguments, **more), self._loop))

        return there

    @property
    def serving(self) -> bool:
        return self._imaging.serving

    async def close(self) -> None:
        """Does nothing: others go on with it."""

    @property
    def child(self) -> Child | None:
        """The one that works now."""
        return next(iter(self._imaging._children), None)


@contextmanager
def shared_imaging(**limits: int) -> Iterator[SharedImaging]:
    """Lives until the block ends; the child is never replaced for its age."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = SharedImaging(loop, Limits(children=1, jobs_per_child=1_000_000, **limits))
    yield made
    asyncio.run_coroutine_threadsafe(made._imaging.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@cache
def lent_imaging() -> SharedImaging:
    """One for every test of this process, ended with it."""
    lending = ExitStack()
    atexit.register(lending.close)
    return lending.enter_context(shared_imaging())
