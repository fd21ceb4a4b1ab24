"""Definitions that name what does not exist are reported, with place and nearest name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sdm_lib.indicators.catalogue import Catalogue
from sdm_lib.indicators.consistency import check_definitions


def changed(catalogus, id, **keys):
    wrong = replace(catalogus[id], **keys)
    object.__setattr__(wrong, "id", id)
    return Catalogue({id: wrong}, plaatsen={id: ("params/indicatoren/proef.yaml", 4)})


def test_the_catalogue_of_the_kit_fits_its_deliveries(catalogus):
    assert check_definitions(catalogus) == ()


@pytest.mark.parametrize(
    ("id", "keys", "melding"),
    [
        ("CE01", {"teller": {"v01": ("eens", "helemaal_ens")}},
         "antwoord 'helemaal_ens' bestaat niet bij 'v01'. Bedoelde u 'helemaal_eens'?"),
        ("CE01", {"teller": {"v011": ("eens",)}, "noemer": {"v011": "beantwoord"}},
         "kolom 'v011' bestaat niet in levering clienten. Bedoelde u 'v01'?"),
        ("NM03", {"noemer": {"mantelzorg": "jaa", "mantelzorg_zwaarte": "beantwoord"}},
         "antwoord 'jaa' bestaat niet bij 'mantelzorg'. Bedoelde u 'ja'?"),
        ("BC01", {"waar": {"wet": ("wmmo",)}}, "antwoord 'wmmo' bestaat niet bij 'wet'. Bedoelde u 'wmo'?"),
        ("BC01", {"uitsplitsingen": ("stadsdel",)}, "Bedoelde u 'stadsdeel'?"),
        ("BC01", {"figuur": "uniek"}, "onbekende figuur 'uniek'. Bedoelde u 'unieke'?"),
        ("BC19", {"argumenten": {"kolom": "leveringsvorm", "waarde": "pbg"}}, "antwoord 'pbg' bestaat niet bij"),
        ("K03", {"noemer_van": "BC99"}, "onbekende indicator 'BC99'"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_reported_with_its_place(catalogus, id, keys, melding):
    [found] = check_definitions(changed(catalogus, id, **keys))
    assert melding in str(found)
    assert str(found).startswith(f"SDM-732 fout: params/indicatoren/proef.yaml, sleutel {id}, regel 4: ")
