from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pytest

from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.schema import load, load_blocks


@dataclass(frozen=True)
class Deel:
    code: str
    aantal: int = 0

    def __post_init__(self):
        if self.aantal < 0:
            raise ValueError("aantal mag niet onder nul zijn")


@dataclass(frozen=True)
class Vorm:
    naam: str
    kwartaal: Kwartaal | None = None
    soort: Literal["stad", "wijk"] = "stad"
    dag: date | None = None
    actief: bool = False
    gewicht: float = 1.0
    delen: tuple[Deel, ...] = ()
    bij: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def yaml(tmp_path):
    def write(tekst):
        path = tmp_path / "vorm.yaml"
        path.write_text(tekst, encoding="utf-8")
        return path

    return write


def messages(path, cls=Vorm):
    with pytest.raises(ParameterFout) as fout:
        load(path, cls)
    return [str(melding) for melding in fout.value.meldingen]


def test_a_file_becomes_a_frozen_value(yaml):
    path = yaml(
        "naam: a\nkwartaal: 2015K2\ndag: 2015-06-30\nactief: ja\ngewicht: 0.5\ndelen:\n- {code: b, aantal: 3}\n"
    )
    vorm = load(path, Vorm).value
    assert vorm == Vorm("a", Kwartaal(2015, 2), "stad", date(2015, 6, 30), True, 0.5, (Deel("b", 3),))


@pytest.mark.parametrize("tekst", ["0034", "no", "12:30", "1e5", "2015-01-01", "yes", "~x"])
def test_text_stays_the_text_that_was_typed(yaml, tekst):
    assert load(yaml(f"naam: {tekst}\n"), Vorm).value.naam == tekst


def test_lines_are_known_per_key(yaml):
    loaded = load(yaml("naam: a\n\nbij:\n  x: y\n"), Vorm)
    assert (loaded.regel("bij"), loaded.regel("bij.x"), loaded.regel("dag")) == ((3,), (4,), ())


def test_an_unknown_key_names_file_line_and_nearest(yaml):
    assert messages(yaml("naam: a\nkwartal: 2015K2\n")) == [
        "SDM-208 fout: vorm.yaml, regel 2: onbekende sleutel 'kwartal'. Bedoelde u 'kwartaal'?"
    ]


def test_a_repeated_key_is_refused(yaml):
    [melding] = messages(yaml("naam: a\nnaam: b\n"))
    assert "regel 2" in melding
    assert "sleutel 'naam' staat er twee keer" in melding


def test_all_problems_are_told_at_once(yaml):
    meldingen = messages(yaml("soort: dorp\nactief: yes\ngewicht: veel\ndag: 2015-6-3\ndelen: x\nkwartaal: 2015-2\n"))
    assert [melding.split()[0] for melding in meldingen] == [
        "SDM-212", "SDM-212", "SDM-212", "SDM-212", "SDM-207", "SDM-212", "SDM-209",
    ]  # fmt: skip
    assert "Hier hoort ja of nee." in meldingen[1]
    assert "Hier hoort een kwartaal als 2015K2." in meldingen[5]
    assert "sleutel 'naam' ontbreekt" in meldingen[6]


@pytest.mark.parametrize("getal", ["007", "1.0", "1e3", "twee"])
def test_a_count_with_other_spelling_is_refused(yaml, getal):
    [melding] = messages(yaml(f"naam: a\ndelen: [{{code: b, aantal: {getal}}}]\n"))
    assert "sleutel delen.0.aantal" in melding
    assert "geheel getal" in melding


def test_a_rule_of_the_class_itself_is_reported_with_its_place(yaml):
    [melding] = messages(yaml("naam: a\ndelen:\n- code: b\n  aantal: -1\n"))
    assert "sleutel delen.0, regel 3: aantal mag niet onder nul zijn" in melding


@pytest.mark.parametrize(
    ("tekst", "code"), [("", "SDM-204"), ("naam: [a\n", "SDM-203"), ("- a\n", "SDM-205"), ("naam: {a: b}\n", "SDM-211")]
)
def test_a_file_that_is_no_form_is_refused(yaml, tekst, code):
    assert messages(yaml(tekst))[0].startswith(code)


def test_a_missing_file_and_another_encoding_are_refused(tmp_path):
    assert "bestaat niet" in messages(tmp_path / "weg.yaml")[0]
    (tmp_path / "oud.yaml").write_bytes("naam: caf\xe9".encode("cp1252"))
    assert "geen UTF-8" in messages(tmp_path / "oud.yaml")[0]


def test_a_broken_block_is_left_out_and_the_others_load(yaml):
    loaded, meldingen = load_blocks(yaml("a: {code: x}\nb: {cod: y}\nc: {code: z, aantal: 2}\n"), Deel)
    assert loaded.value == {"a": Deel("x"), "c": Deel("z", 2)}
    assert [melding.regels for melding in meldingen] == [(2,), (2,)]


@dataclass(frozen=True)
class MetGetal:
    tot: int | None = 5


@pytest.mark.parametrize("tekst", ["tot:\n", "tot: ~\n", "tot: null\n"])
def test_an_empty_value_is_none_where_that_is_allowed(yaml, tekst):
    assert load(yaml(tekst), MetGetal).value == MetGetal(None)
