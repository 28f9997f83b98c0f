"""Where the data files lie that ship with kb: stop words, vocabulary, sample contacts.

In a checkout they are folders at the top level, in an installed wheel they are inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("stopwords", "vocabulary", "contacts").

    Raises FileNotFoundError when the installation is incomplete.
    """
    for candidate in (_PACKAGE / "resources" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the data folder {name!r} is missing from this installation of kb; install kb again")
