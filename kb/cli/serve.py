"""`kb serve`: serve the site."""

from __future__ import annotations

import argparse
import socket
import sys
from threading import Thread

from kb import garbage
from kb.errors import InputError
from kb.settings import Settings

# Seconds until visitors are let in although not everything is read yet; they would wait for it longer than before the door.
_PATIENCE = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--host", help="address to listen on (setting: host)")
    parser.add_argument("--port", type=int, help="port to listen on (setting: port); 0: any free one")
    parser.add_argument("--viewer", help="what visitors may see: public, members or internal (setting: viewer)")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted. Says the address when lexicons are read, and before the first request is answered."""
    del args
    listener = _listen(settings.host, settings.port)
    import uvicorn

    from kb.web.app import create_app

    app = create_app(settings)
    app.state.warm_up.join(_PATIENCE)
    Thread(target=_settle, args=(app.state.warm_up,), name="settle", daemon=True).start()
    host, port = listener.getsockname()[:2]
    print(f"serving on http://{f'[{host}]' if ':' in host else host}:{port}/ - stop with Ctrl-C", flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
    print("stopped", file=sys.stderr)
    return 0


def _settle(warm_up: Thread) -> None:
    """Spare the garbage collector what was loaded for good: each look through all of it held every request up for 0.1 s.

    What is replaced later (an index that was read) is still freed, as nearly all objects are, when nothing refers to it.
    """
    warm_up.join()
    garbage.spare()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # With the protocol named, asyncio sends at once (TCP_NODELAY); without, an answer can wait 40 ms for the
        # acknowledgement of its headers.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        raise InputError(f"cannot listen on {host}:{port} ({error}); choose another one with --port") from error
    return listener
