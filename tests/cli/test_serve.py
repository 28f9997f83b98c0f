"""The server around the site: how it sends, and what it does once it is warm. Starting and stopping is test_main.py's."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from threading import Thread

import pytest
import uvloop

from kb.cli.serve import _listen, _settle


async def is_sent_at_once(listener: socket.socket) -> bool:
    """Whether the connections that a loop accepts from this listener have TCP_NODELAY."""
    found: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def accepted(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        option = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        found.set_result(bool(option))
        writer.close()

    server = await asyncio.start_server(accepted, sock=listener)
    async with server:
        _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        try:
            return await asyncio.wait_for(found, 20)
        finally:
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, uvloop.new_event_loop])
def test_an_answer_never_waits_for_an_acknowledgement(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner, _listen("127.0.0.1", 0) as listener:
        assert runner.run(is_sent_at_once(listener))


def test_what_was_loaded_for_good_is_not_looked_through_again() -> None:
    gc.unfreeze()  # what other tests of this process have loaded for good
    warm_up = Thread(target=lambda: None)
    warm_up.start()
    try:
        _settle(warm_up)
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
