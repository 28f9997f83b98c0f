"""The 396 municipalities of North Rhine-Westphalia: by AGS, by any name they go by, and with what a facet needs.

Here: who there is and how the name is written. Not here: whether a word in a text is that name (the tagging component
kb/ingest/annotate/municipality.py). Data and their credit: vocabulary/README.md.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kb import resource
from kb.errors import VocabularyError

MAP_CREDIT = "© GeoBasis-DE / BKG 2021 (Daten verändert)"
MAP_CREDIT_URL = "https://www.bkg.bund.de"
DATA_CREDIT = "Statistisches Bundesamt (Destatis), Gemeindeverzeichnis, 30.11.2023"


class PopulationClass(StrEnum):
    """Types of cities and municipalities after the BBSR, by population alone; the largest first."""

    GROSSSTADT = "grossstadt"
    MITTELSTADT = "mittelstadt"
    KLEINSTADT = "kleinstadt"
    LANDGEMEINDE = "landgemeinde"

    @property
    def label(self) -> str:
        """What people read."""
        return _CLASSES[self][1]

    @property
    def least(self) -> int:
        """Inhabitants from which a municipality belongs to the class."""
        return _CLASSES[self][0]


_CLASSES = {
    PopulationClass.GROSSSTADT: (100_000, "Großstadt (ab 100.000)"),
    PopulationClass.MITTELSTADT: (20_000, "Mittelstadt (20.000 bis 100.000)"),
    PopulationClass.KLEINSTADT: (5_000, "Kleinstadt (5.000 bis 20.000)"),
    PopulationClass.LANDGEMEINDE: (0, "Landgemeinde (unter 5.000)"),
}


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality. `ags` has eight digits, `county_ags` five; `lat`, `lon` in degrees (WGS 84), `area` in hectares.

    `name` is the official name with its addition ("Halle (Westf.)"), `short` the name without ("Halle"). `kind` is
    "kreisfreie Stadt", "Stadt" or "Gemeinde". For a city without a county `county` is its own name.
    """

    ags: str
    name: str
    short: str
    kind: str
    county: str
    county_ags: str
    regbez: str
    postcode: str
    population: int
    area: int
    lat: float
    lon: float
    member: bool = False

    @property
    def population_class(self) -> PopulationClass:
        """The class by population."""
        return next(size for size in PopulationClass if self.population >= size.least)


class FormKind(StrEnum):
    """How a written form stands to the municipality's name."""

    FULL = "full"  # with an addition that tells it from its namesakes: "Halle (Westf.)", "Mülheim an der Ruhr"
    NAME = "name"  # the bare name: "Halle", "Bochum"
    GENITIVE = "genitive"  # "Bochums"
    ADJECTIVE = "adjective"  # "Bochumer"


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way to write a municipality's name, exactly as it stands in a text."""

    text: str
    ags: str
    kind: FormKind


_FOLDS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_DIGRAPHS = re.compile(r"(?<![aeq])ue|ae|oe")
_TITLES = re.compile(
    r"^(?:(?:gross|kreis|hanse|bundes|landeshaupt|klingen|universitats|wissenschafts|alte hanse)?stadt(?:verwaltung)?"
    r"|gemeinde(?:verwaltung)?|kolpingstadt|rathaus)\s+"
)
_ADDITION = re.compile(r"\s*\((?P<bracket>[^)]+)\)$|\s+(?P<at>am|an der)\s+(?P<water>\w+)$|/(?P<slash>\w+)$")
_OWN = re.compile(r"\s*[(/]\s*(?:westf\.?|westfalen|nrw|rhld\.?|rheinland|nordrhein-westfalen)\)?$", re.IGNORECASE)
_LONG = {"Westf.": "Westfalen", "Rhld.": "Rheinland"}


def fold(name: str) -> str:
    """A name for comparing: lower case, ü = ue = u, ß = ss, signs and runs of white space as one blank."""
    plain = re.sub(r"[^\w]+", " ", name.lower()).strip().translate(_FOLDS)
    return _DIGRAPHS.sub(lambda match: match.group()[0], plain)


def transliterate(name: str) -> str:
    """The name as a keyboard without umlauts writes it: "Guetersloh"."""
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")):
        name = name.replace(umlaut, plain)
    return name


def short_name(name: str) -> str:
    """The name without its addition."""
    return _ADDITION.sub("", name)


def _with_addition(name: str) -> list[str]:
    """Ways to write a name that has an addition: "Halle/Westf.", "Mülheim a. d. Ruhr"."""
    match = _ADDITION.search(name)
    if not match:
        return []
    short = short_name(name)
    if match["at"]:
        at = {"am": "a.", "an der": "a. d."}[match["at"]]
        river, letter = match["water"], {"Rhein": "Rh."}.get(match["water"], f"{match['water'][0]}.")
        forms = [f"{at} {river}", f"{at.replace(' ', '')} {river}", f"{at} {letter}", f"{at.replace(' ', '')}{letter}"]
        return [f"{short}/{river}", f"{short} ({river})", f"{short}-{river}", *(f"{short} {form}" for form in forms)]
    words = {match["bracket"] or match["slash"]}
    words |= {_LONG[word] for word in words if word in _LONG} | {word.rstrip(".") for word in words}
    glues = ("{} ({})", "{}/{}", "{} / {}", "{} i. {}")
    rivers = [f"{short} an der {word}" for word in words if word in ("Ruhr", "Sieg")]
    return [glue.format(short, word) for word in sorted(words) for glue in glues] + rivers


def _genitive(name: str) -> str | None:
    return None if name[-1] in "sßxz" else f"{name}s"


def _adjective(name: str) -> str:
    if name.endswith("ingen"):
        return f"{name[:-2]}er"
    return f"{name}r" if name.endswith("e") else f"{name}er"


def _spellings(form: NameForm) -> Iterator[NameForm]:
    """The form as it is, without umlauts, and in capitals."""
    plain = transliterate(form.text)
    for text in dict.fromkeys((form.text, plain, form.text.upper(), plain.upper())):
        yield NameForm(text, form.ags, form.kind)


@dataclass(frozen=True, slots=True)
class _Places:
    """vocabulary/places.toml; each table is described there."""

    variants: Mapping[str, list[str]]
    adjectives: Mapping[str, list[str]]
    adjective_homographs: Mapping[str, list[str]]
    homographs: Mapping[str, str]
    mostly_elsewhere: Mapping[str, list[str]]
    elsewhere: Mapping[str, list[str]]


def _forms_of(town: Municipality, places: _Places) -> Iterator[NameForm]:
    if town.name != town.short:
        for text in (town.name, *_with_addition(town.name)):
            yield NameForm(text, town.ags, FormKind.FULL)
    names = (town.short, *places.variants.get(town.name, ()))
    for text in names:
        yield NameForm(text, town.ags, FormKind.NAME)
        genitive = _genitive(text)
        if genitive:
            yield NameForm(genitive, town.ags, FormKind.GENITIVE)
    for text in (*places.adjectives.get(town.name, ()), *map(_adjective, names)):
        yield NameForm(text, town.ags, FormKind.ADJECTIVE)


def _municipality(row: Mapping[str, str], members: frozenset[str]) -> Municipality:
    return Municipality(
        ags=row["ags"],
        name=row["gen"],
        short=short_name(row["gen"]),
        kind=row["type"],
        county=row["kreis"].split(",")[0],
        county_ags=row["kreis_ags"],
        regbez=row["regbez"],
        postcode=row["plz"],
        population=int(row["population"]),
        area=int(row["area_ha"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        member=row["ags"] in members,
    )


def _members(file: Path) -> frozenset[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return frozenset(row["ags"].strip().zfill(8) for row in csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"the list of members {file} cannot be read: {error}") from error
    except (KeyError, AttributeError) as error:
        raise VocabularyError(f"{file}: every line needs an AGS in a column that is called ags") from error


class Gazetteer:
    """All municipalities; iterates over them in the order of their AGS."""

    def __init__(self, municipalities: Iterable[Municipality], places: Mapping[str, Any], version: str) -> None:
        self.version = version
        self._places = _Places(**places)
        self._by_ags = {town.ags: town for town in sorted(municipalities, key=lambda town: town.ags)}
        self._by_fold: dict[str, str] = {}
        for form in self._forms(FormKind.FULL, FormKind.NAME, FormKind.GENITIVE, FormKind.ADJECTIVE):
            self._by_fold.setdefault(fold(form.text), form.ags)

    @classmethod
    def load(cls, members: str | Path = "members.csv") -> Gazetteer:
        """The gazetteer with the network's members marked; `members` is a CSV in vocabulary/ or a path.

        Raises VocabularyError when the list of members cannot be read or names a municipality that does not exist.
        """
        folder = resource.folder("vocabulary")
        table, places = (folder / "municipalities.csv").read_bytes(), (folder / "places.toml").read_bytes()
        file = Path(members) if Path(members).is_file() else folder / members
        marked = _members(file)
        rows = list(csv.DictReader(table.decode().splitlines()))
        unknown = sorted(marked - {row["ags"] for row in rows})
        if unknown:
            raise VocabularyError(f"{file}: no municipality of North Rhine-Westphalia has the AGS {', '.join(unknown)}")
        version = hashlib.sha256(table + places + ",".join(sorted(marked)).encode()).hexdigest()[:12]
        return cls((_municipality(row, marked) for row in rows), tomllib.loads(places.decode()), version)

    def __iter__(self) -> Iterator[Municipality]:
        return iter(self._by_ags.values())

    def __len__(self) -> int:
        return len(self._by_ags)

    def __contains__(self, ags: str) -> bool:
        return ags in self._by_ags

    def __getitem__(self, ags: str) -> Municipality:
        """The municipality of an AGS. Raises KeyError."""
        return self._by_ags[ags]

    def get(self, ags: str) -> Municipality | None:
        """The municipality of an AGS, None where there is none."""
        return self._by_ags.get(ags)

    def find(self, name: str) -> Municipality | None:
        """The municipality that someone means who writes just this: any name or form, with or without "Stadt", or the AGS."""
        if name.strip().isdigit():
            return self.get(name.strip().zfill(8))
        folded, bare = fold(name), fold(_OWN.sub("", name))
        for candidate in (folded, _TITLES.sub("", folded), bare, _TITLES.sub("", bare)):
            if candidate in self._by_fold:
                return self._by_ags[self._by_fold[candidate]]
        return None

    @property
    def members(self) -> tuple[Municipality, ...]:
        """The members of the network."""
        return tuple(town for town in self if town.member)

    @property
    def counties(self) -> dict[str, str]:
        """Counties and cities without a county: five-digit AGS to name."""
        return {town.county_ags: town.county for town in self}

    def forms(self) -> dict[str, NameForm]:
        """Every way a name is written in a text, by that text; where two municipalities share one, the larger has it."""
        found: dict[str, NameForm] = {}
        for kind in FormKind:
            for form in sorted(self._forms(kind), key=lambda form: -self._by_ags[form.ags].population):
                for spelling in _spellings(form):
                    found.setdefault(spelling.text, spelling)
        return found

    def homograph(self, ags: str) -> str | None:
        """What else the bare name is, a class of vocabulary/places.toml such as "noun"; None for a plain name."""
        return self._places.homographs.get(self._by_ags[ags].short)

    def ordinary_adjectives(self) -> frozenset[str]:
        """Adjective forms that are more often an ordinary word or a surname: "Hammer", "Werner"."""
        return frozenset(self._places.adjective_homographs["words"])

    def elsewhere(self, ags: str) -> tuple[str, ...]:
        """Words that, beside the name, tell a namesake outside North Rhine-Westphalia or a district of another city."""
        return tuple(
            self._places.elsewhere.get(self._by_ags[ags].name, self._places.elsewhere.get(self._by_ags[ags].short, ()))
        )

    def mostly_elsewhere(self, ags: str) -> tuple[str, ...]:
        """Words that tell, anywhere in a document, that the bare name is the better known namesake."""
        return tuple(self._places.mostly_elsewhere.get(self._by_ags[ags].short, ()))

    def _forms(self, *kinds: FormKind) -> Iterator[NameForm]:
        for town in self:
            yield from (form for form in _forms_of(town, self._places) if form.kind in kinds)


def boundaries() -> str:
    """The generalised boundaries as GeoJSON text (WGS 84); show MAP_CREDIT beside any map made of them."""
    return (resource.folder("vocabulary") / "municipalities.geojson").read_text(encoding="utf-8")
