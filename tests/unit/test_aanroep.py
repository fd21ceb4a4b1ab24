"""A wrong call is answered in Dutch; a right one, and a mistake inside the verb, are as they were."""

import inspect
from dataclasses import dataclass

import pytest

from sdm_lib.aanroep import check_keuze, helpful, helpful_verbs, voorbeeld
from sdm_lib.errors import NaamFout, ParameterFout, SleutelFout, nearest


@helpful_verbs({"run.toon": 'run.toon("CE01", titel="Toegang")'}, noun="run")
@dataclass(frozen=True)
class Run:
    """A run with one verb and one property that fails."""

    naam: str

    def toon(self, table: str, *, titel: str, chart: str = "") -> str:
        """Show a table."""
        return table + titel + chart + 0 if table == "stuk" else f"{self.naam} {table} {titel}"

    @property
    def kapot(self) -> str:
        return self.naam.bestaat_niet


@helpful
def alles(*tabellen: str, titel: str, **opties: str) -> int:
    """Takes everything."""
    return len(tabellen) + len(opties)


def test_a_right_call_is_passed_on():
    assert Run("a").toon("CE01", titel="x") == "a CE01 x"
    assert alles("a", "b", titel="x", bron="y") == 3


@pytest.mark.parametrize(
    ("call", "wat"),
    [
        (lambda: Run("a").toon(), "run.toon mist table en titel"),
        (lambda: Run("a").toon("CE01"), "run.toon mist titel"),
        (lambda: Run("a").toon("CE01", titl="x"), r"run.toon kent 'titl' niet\. Bedoelde u 'titel'\?"),
        (lambda: Run("a").toon("CE01", kleur="x"), r"run.toon kent 'kleur' niet\. Bekend zijn: chart, titel\."),
        (lambda: Run("a").toon("CE01", "x"), r"kreeg 2 waarden zonder naam en neemt er 1\. Zet de naam ervoor: titel="),
        (lambda: Run("a").toon("CE01", table="x", titel="y"), "run.toon kreeg 'table' twee keer"),
        (lambda: alles("a", bron="y"), "alles mist titel"),
    ],
)
def test_a_call_that_does_not_fit_says_what_to_add(call, wat):
    with pytest.raises(ParameterFout, match=f"SDM-281 fout: .*{wat}") as fout:
        call()
    assert fout.value.__cause__ is None
    assert "toon" not in str(fout.value) or 'Bijvoorbeeld: run.toon("CE01", titel="Toegang")' in str(fout.value)


def test_a_type_error_from_inside_goes_on_as_it_is():
    with pytest.raises(TypeError, match="can only concatenate str"):
        Run("a").toon("stuk", titel="x")


def test_a_verb_keeps_its_signature_docstring_and_name():
    assert list(inspect.signature(Run.toon).parameters) == ["self", "table", "titel", "chart"]
    assert Run.toon.__name__ == "toon"
    assert inspect.getdoc(Run.toon).startswith("Show a table.")
    assert voorbeeld(Run.toon) == 'run.toon("CE01", titel="Toegang")'
    assert voorbeeld(alles) == ""


def test_a_name_that_does_not_exist_offers_the_nearest():
    with pytest.raises(NaamFout, match=r"SDM-282 fout: run kent 'ton' niet\. Bedoelde u 'toon'\?"):
        Run("a").ton()
    with pytest.raises(NaamFout, match=r"run kent 'grafiek' niet\. Typ run\. en druk op Tab"):
        Run("a").grafiek()


def test_a_missing_name_is_still_an_attribute_error_and_a_property_that_fails_says_why():
    assert not hasattr(Run("a"), "grafiek")
    assert getattr(Run("a"), "_repr_html_", None) is None
    with pytest.raises(AttributeError, match="'str' object has no attribute 'bestaat_niet'"):
        _ = Run("a").kapot


def test_a_choice_is_held_against_the_choices():
    check_keuze("rest", uit=("rest", "vorige"), bij="met")
    with pytest.raises(ParameterFout, match=r"SDM-283.*'rst' bij met=\. Bedoelde u 'rest'\?"):
        check_keuze("rst", uit=("rest", "vorige"), bij="met")


def test_a_key_error_of_the_kit_reads_as_a_sentence():
    from sdm_lib.errors import Melding

    assert str(SleutelFout(Melding("SDM-000", "wat", "herstel"))) == "SDM-000 fout: wat. herstel."
    assert isinstance(SleutelFout(Melding("SDM-000", "wat", "herstel")), KeyError)
    assert nearest("xyz", []) == ""
