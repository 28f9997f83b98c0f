"""The gazetteer: who there is, every way to write the name, classes, members, and what is wrong with a list of members."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kb.errors import VocabularyError
from kb.gazetteer import FormKind, Gazetteer, PopulationClass, boundaries, fold


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def test_there_are_all_396_municipalities_of_five_districts(gazetteer: Gazetteer) -> None:
    assert len(gazetteer) == 396
    assert Counter(town.regbez for town in gazetteer) == {
        "Arnsberg": 83,
        "Detmold": 70,
        "Düsseldorf": 66,
        "Köln": 99,
        "Münster": 78,
    }
    assert len(gazetteer.counties) == 53


@pytest.mark.parametrize(
    ("name", "ags"),
    [
        ("Bochum", "05911000"),
        ("05911000", "05911000"),
        ("5911000", "05911000"),
        ("bochum", "05911000"),
        ("BOCHUM", "05911000"),
        ("Bochums", "05911000"),
        ("Bochumer", "05911000"),
        ("Stadt Werl", "05974052"),
        ("Gemeinde Wenden", "05966028"),
        ("Universitätsstadt Siegen", "05970040"),
        ("Mülheim", "05117000"),
        ("Mülheim an der Ruhr", "05117000"),
        ("Muelheim an der Ruhr", "05117000"),
        ("Mülheim a. d. Ruhr", "05117000"),
        ("Mülheim/Ruhr", "05117000"),
        ("Haltern", "05562016"),
        ("Haltern am See", "05562016"),
        ("Horn-Bad Meinberg", "05766032"),
        ("Halle (Westf.)", "05754012"),
        ("Halle/Westfalen", "05754012"),
        ("Hamm (Westf.)", "05915000"),
        ("Wetter an der Ruhr", "05954032"),
        ("Guetersloh", "05754008"),
        ("St. Augustin", "05382056"),
        ("Schloss Holte-Stukenbrock", "05754036"),
        ("Münsteraner", "05515000"),
        ("Recklinghäuser", "05562032"),
        ("Solinger", "05122000"),
    ],
)
def test_a_name_is_found_however_it_is_written(gazetteer: Gazetteer, name: str, ags: str) -> None:
    found = gazetteer.find(name)
    assert found is not None
    assert found.ags == ags


@pytest.mark.parametrize(
    "name", ["", "Hamburg", "Halle (Saale)", "Kreis Unna", "99999999", "Hamm (Sieg)", "Bochumerin", "("]
)
def test_what_is_no_municipality_is_not_found(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name) is None


def test_every_municipality_is_found_by_its_own_name_and_ags(gazetteer: Gazetteer) -> None:
    assert [town.name for town in gazetteer if gazetteer.find(town.name) is not town] == []
    assert [town.name for town in gazetteer if gazetteer.find(town.short) is not town] == []
    assert all(gazetteer[town.ags] is town and town.ags in gazetteer for town in gazetteer)
    assert gazetteer.get("05000000") is None


def test_no_two_municipalities_share_a_form(gazetteer: Gazetteer) -> None:
    forms = gazetteer.forms()
    by_fold: dict[str, set[str]] = {}
    for form in forms.values():
        by_fold.setdefault(fold(form.text), set()).add(form.ags)
    assert {name: ags for name, ags in by_fold.items() if len(ags) > 1} == {}
    assert forms["Bochums"].kind is FormKind.GENITIVE
    assert forms["Halle (Westf.)"].kind is FormKind.FULL


def test_population_classes_have_the_bounds_of_the_bbsr(gazetteer: Gazetteer) -> None:
    sizes = {town.name: town.population_class for town in gazetteer}
    assert sizes["Köln"] is PopulationClass.GROSSSTADT
    assert sizes["Altena"] is PopulationClass.KLEINSTADT
    assert sizes["Werl"] is PopulationClass.MITTELSTADT
    assert sizes["Dahlem"] is PopulationClass.LANDGEMEINDE
    for town in gazetteer:
        larger = [size for size in PopulationClass if size.least > town.population_class.least]
        assert town.population >= town.population_class.least
        assert all(town.population < size.least for size in larger)
    assert PopulationClass("mittelstadt").label.startswith("Mittelstadt")


def test_facts_of_one_municipality(gazetteer: Gazetteer) -> None:
    siegen = gazetteer["05970040"]
    assert (siegen.county, siegen.county_ags, siegen.regbez) == ("Siegen-Wittgenstein", "05970", "Arnsberg")
    assert siegen.member
    assert 50.7 < siegen.lat < 51.0
    assert 7.9 < siegen.lon < 8.1


def test_members_come_from_a_file(tmp_path: Path, gazetteer: Gazetteer) -> None:
    assert len(gazetteer.members) == 17
    file = tmp_path / "members.csv"
    file.write_text("ags,since\n05911000,2004\n5113000,2020\n", encoding="utf-8-sig")
    other = Gazetteer.load(members=file)
    assert [town.name for town in other.members] == ["Essen", "Bochum"]
    assert other.version != gazetteer.version
    assert Gazetteer.load().version == gazetteer.version


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("ags\n05999999\n", "05999999"),
        ("name\nBochum\n", "column"),
        (None, "cannot be read"),
        (b"ags\n\xff\n", "cannot be read"),
    ],
)
def test_a_bad_list_of_members_is_named(tmp_path: Path, content: str | bytes | None, complaint: str) -> None:
    file = tmp_path / "members.csv"
    if isinstance(content, str):
        file.write_text(content, encoding="utf-8")
    elif content:
        file.write_bytes(content)
    with pytest.raises(VocabularyError, match=complaint):
        Gazetteer.load(members=file)


def test_boundaries_are_those_of_the_municipalities(gazetteer: Gazetteer) -> None:
    features = json.loads(boundaries())["features"]
    assert {feature["properties"]["ags"] for feature in features} == {town.ags for town in gazetteer}


def test_places_names_only_municipalities_that_exist(gazetteer: Gazetteer) -> None:
    """A slip in vocabulary/places.toml would silently do nothing."""
    import tomllib

    from kb import resource

    tables = tomllib.loads((resource.folder("vocabulary") / "places.toml").read_text(encoding="utf-8"))
    tables.pop("adjective_homographs")
    known = {name for town in gazetteer for name in (town.name, town.short)}
    assert {table: sorted(set(names) - known) for table, names in tables.items() if set(names) - known} == {}
