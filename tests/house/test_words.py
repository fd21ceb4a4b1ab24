"""Words: every domain noun of the kit is in the glossary, message codes mean one thing, and the README map is true."""

import re
from pathlib import Path

import pytest

from sdm_lib.indicators.glossary import load_begrippen

ROOT = Path(__file__).parents[2]
BEGRIPPEN = load_begrippen(ROOT)

# The Dutch nouns that code, parameters and pages use as names; a new one comes here and in the glossary at once.
DOMEINWOORDEN = [
    "kwartaal", "wijk", "stadsdeel", "gemeente", "peildatum", "leverdatum", "nulmeting",
    "stelsel", "clienten", "basiscijfers", "kosten", "stapeling", "voorziening", "levering",
    "indicator", "instroom", "uitstroom", "weging", "respons", "marge", "steekproef",
    "verwijzer", "aanbieder", "wmo", "jeugdhulp",
    "voornemen", "hoofdlijn", "doelenboom", "vroegsignaal", "regelkaart", "referentie",
    "gesprek", "citaat", "duiding", "hypothese", "verzadiging", "overeenstemming", "stem", "thema",
]  # fmt: skip


@pytest.mark.parametrize("woord", DOMEINWOORDEN)
def test_every_domain_noun_is_explained(woord):
    assert woord in BEGRIPPEN


def test_explanations_are_short_and_plain():
    for naam, begrip in BEGRIPPEN.items():
        assert begrip.omschrijving.endswith("."), naam
        assert len(begrip.omschrijving.split()) <= 60, naam


def codes():
    """Every message code with the files that raise it and the first words of what it says."""
    found = {}
    for path in sorted((ROOT / "sdm_lib").rglob("*.py")):
        for code in re.findall(r'"(SDM-\d{3})"', path.read_text(encoding="utf-8")):
            found.setdefault(code, set()).add(path.relative_to(ROOT / "sdm_lib").parts[0])
    return found


def test_a_message_code_belongs_to_one_room():
    shared = {code: rooms for code, rooms in codes().items() if len(rooms) > 1 and not rooms <= {"monitor", "runner"}}
    assert shared == {}


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_room_is_on_the_map():
    rooms = {path.name for path in (ROOT / "sdm_lib").iterdir() if not path.name.startswith("__")}
    assert [room for room in rooms if room not in readme()] == []


def test_every_place_on_the_map_is_there():
    plattegrond = readme().split("## Plattegrond")[1].split("\n\n")[1]
    namen = re.findall(r"`([\w./-]+/)`", plattegrond)
    made_by_use = {"raw/", "demo/", "cache/"}
    where = (ROOT, ROOT / "sdm_lib", ROOT / "params", ROOT / "data", ROOT / "tests", ROOT / "notebooks")
    assert [
        naam for naam in namen if naam not in made_by_use and not any((map_ / naam).exists() for map_ in where)
    ] == []


def test_the_commands_of_the_readme_exist():
    from sdm_lib.cli.commands import sdm

    named = set(re.findall(r"`sdm (\w+)", readme()))
    assert named <= set(sdm.commands)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(re.findall(r"make ([a-z]+)", readme())) - {"en"} <= set(targets)
