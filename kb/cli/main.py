"""The command line: finds the command, reads the settings, turns errors into exit codes.

Exit codes: 0 all well; 1 done, but not everything succeeded (failed files, no hits where hits were asked for are not
failures); 2 the call cannot be carried out as given; 3 another kb process is writing; 4 the installation's data
(catalog, index, disk) needs attention; 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from kb import __version__, settings
from kb.errors import CatalogError, EngineError, KbError, LockedError


class Command(Protocol):
    """A module in kb/cli/: adds its options, then runs and returns the exit code."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options to its parser."""
        ...

    def run(self, args: argparse.Namespace, settings: settings.Settings) -> int:
        """Carry the command out; the result is the exit code."""
        ...


# command -> (module, one line for `kb --help`); the module is imported only when its command is called
COMMANDS: dict[str, tuple[str, str]] = {
    "ingest": ("kb.cli.ingest", "read new and changed documents into the catalog and the index"),
    "search": ("kb.cli.search", "search the documents"),
    "refer": ("kb.cli.refer", "find municipalities and contacts with experience in a question"),
    "serve": ("kb.cli.serve", "serve the site"),
    "nightly": ("kb.cli.nightly", "ingest everything, write the report; safe to start twice"),
    "status": ("kb.cli.status", "show what the catalog holds, what failed and what waits"),
    "reindex": ("kb.cli.reindex", "build the index anew from the catalog"),
    "contacts": ("kb.cli.contacts", "import contacts from a CSV file"),
    "extract": ("kb.cli.extract", "show what can be read from files"),
    "analyze": ("kb.cli.analyze", "show what the German analyzer makes of a text"),
    "vocabulary": ("kb.cli.vocabulary", "check and show the vocabulary"),
    "tag": ("kb.cli.tag", "show the tags of files or texts"),
    "review": ("kb.cli.review", "decide on uncertain tags"),
    "train": ("kb.cli.train", "learn topics from people's corrections"),
    "eval": ("kb.cli.eval", "measure search quality on a collection with known answers"),
}

EXIT_FAILED, EXIT_USAGE, EXIT_LOCKED, EXIT_DATA = 1, 2, 3, 4


def common_options() -> argparse.ArgumentParser:
    """Options that every command takes."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--data", metavar="DIR", help="folder of catalog, index and caches (default: ./data, or KB_DATA)"
    )
    parser.add_argument("--config", metavar="FILE", help="settings file (default: ./kb.toml, or KB_CONFIG)")
    return parser


def _overview() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:<{width}}  {line}" for name, (_, line) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="kb",
        description="Knowledge base and document search engine for networks of German municipalities.",
        usage="kb COMMAND [options]",
        epilog=f"commands:\n{listing}\n\n`kb COMMAND --help` says more of each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kb {__version__}")
    parser.add_argument("command", choices=list(COMMANDS), metavar="COMMAND", help="one of those below")
    return parser


def _exit_code(error: KbError) -> int:
    if isinstance(error, LockedError):
        return EXIT_LOCKED
    return EXIT_DATA if isinstance(error, (CatalogError, EngineError)) else EXIT_USAGE


def _dispatch(arguments: Sequence[str]) -> int:
    name = _overview().parse_args(arguments[:1]).command
    module, line = COMMANDS[name]
    command = cast(Command, import_module(module))
    parser = argparse.ArgumentParser(prog=f"kb {name}", description=line, parents=[common_options()])
    command.configure(parser)
    args = parser.parse_args(arguments[1:])
    options = {setting.name: getattr(args, setting.name, None) for setting in settings.SETTINGS}
    return command.run(args, settings.load(options, file=settings.path_of(args.config)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Never shows a traceback for an error that kb knows."""
    try:
        return _dispatch(sys.argv[1:] if arguments is None else arguments)
    except KbError as error:
        print(f"kb: {error}", file=sys.stderr)
        return _exit_code(error)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("kb: interrupted; what was finished is kept", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
