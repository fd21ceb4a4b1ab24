import pandas as pd
import pytest
from registry_referentie import register

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout

GOED = {"begin": "2015-01-01", "einde": "2015-02-01"}


def geweigerd(frame, **wat):
    with pytest.raises(InvoerFout) as fout:
        registry.open_register(frame, **wat)
    return str(fout.value)


def test_a_clean_register_opens_from_a_frame_and_from_a_file(tmp_path):
    frame = register(GOED, {"persoon": "p2", "begin": "2015-01-05", "einde": None})
    frame.to_parquet(tmp_path / "register.parquet")
    uit_frame, uit_bestand = registry.open_register(frame), registry.open_register(tmp_path / "register.parquet")
    assert uit_frame.uitsplitsingen == uit_bestand.uitsplitsingen
    assert set(uit_frame.uitsplitsingen) == {
        "geslacht", "stadsdeel", "wet", "voorziening", "trede", "leveringsvorm", "aanbieder", "verwijzer",
        "reden_einde", "leeftijd",
    }  # fmt: skip
    een, ander = (registry.unieke(r, periodes="2015K1", by=["wet"]) for r in (uit_frame, uit_bestand))
    pd.testing.assert_frame_equal(een, ander)


def test_an_end_before_the_begin_is_refused_with_its_row():
    tekst = geweigerd(register(GOED, {"begin": "2015-02-01", "einde": "2015-01-31"}))
    assert tekst.startswith("SDM-863 fout: register, kolom einde, regel 2: 1 keer ligt het einde niet na het begin.")


def test_a_spell_of_no_days_is_refused():
    assert "SDM-863" in geweigerd(register({"begin": "2015-02-01", "einde": "2015-02-01"}))


def test_missing_ids_and_begins_are_refused_together():
    frame = register(GOED, GOED | {"persoon": None}, GOED | {"huishouden": None}, {"begin": None, "einde": None})
    tekst = geweigerd(frame)
    assert "SDM-862 fout: register, kolom persoon, regel 2: 1 keer ontbreekt 'persoon'" in tekst
    assert "kolom huishouden, regel 3" in tekst
    assert "kolom begin, regel 4" in tekst


def test_a_missing_year_of_birth_is_refused_and_no_child():
    tekst = geweigerd(register(GOED, GOED | {"persoon": "p2", "geboortejaar": None}))
    assert tekst.startswith("SDM-862 fout: register, kolom geboortejaar, regel 2: 1 keer ontbreekt 'geboortejaar'")


def test_exact_duplicates_are_refused():
    frame = register(GOED, GOED, GOED)
    assert geweigerd(frame).startswith("SDM-864 fout: register: 2 regels zijn een exacte herhaling")


def test_unknown_codes_are_refused_when_the_codes_are_known():
    tekst = geweigerd(register(GOED | {"wet": "wmmo"}), codes={"wet": ["wmo", "jeugd"], "niet_geleverd": ["x"]})
    assert tekst == "SDM-865 fout: register, kolom wet: onbekende code 'wmmo'. Bedoelde u 'wmo'?"


def test_a_missing_column_and_an_empty_register_are_refused():
    tekst = geweigerd(register(GOED).drop(columns=["begin", "wet"]))
    assert tekst.count("SDM-861") == 2
    assert "kolom 'begin' ontbreekt" in tekst
    assert "SDM-866 fout: register: het register heeft geen regels" in geweigerd(register(GOED).iloc[:0])


def test_no_message_shows_an_id():
    frame = register(GOED | {"persoon": "geheim"}, {"persoon": "geheim", "begin": "2015-02-01", "einde": "2015-01-01"})
    assert "geheim" not in geweigerd(frame)


def test_a_client_who_waits_is_no_spell():
    frame = register(GOED, {"persoon": "p2", "begin": None, "einde": None, "datum_aanmelding": "2015-01-10"})
    opened = registry.open_register(frame)
    assert registry.unieke(opened, periodes="2015K1")["aantal"].tolist() == [1]
    assert opened.wachtend.count().to_pyarrow().as_py() == 1


def test_a_client_who_waits_has_no_end_and_one_who_does_not_wait_has_a_begin():
    wacht = {"begin": None, "einde": None, "datum_aanmelding": "2015-01-10"}
    tekst = geweigerd(register(GOED, wacht | {"einde": "2015-02-01"}))
    assert tekst.startswith("SDM-862 fout: register, kolom begin, regel 2: 1 keer ontbreekt 'begin'")
    assert "SDM-862" in geweigerd(register(GOED, wacht | {"datum_aanmelding": None}))


def test_a_missing_text_is_no_unknown_code_and_an_open_spell_has_no_reason_of_ending():
    frame = register(GOED | {"verwijzer": None}, GOED | {"persoon": "p2", "einde": None})
    codes = {"verwijzer": ["wijkteam"], "reden_einde": ["overig"]}
    tabel = registry.unieke(registry.open_register(frame, codes=codes), periodes="2015K1", by=["reden_einde"])
    assert tabel.values.tolist() == [["2015K1", "lopend", 1], ["2015K1", "onbekend", 1]]


def test_missing_texts_are_counted_as_unknown():
    frame = register(GOED, GOED | {"persoon": "p2", "stadsdeel": None})
    tabel = registry.unieke(registry.open_register(frame), periodes="2015K1", by=["stadsdeel"])
    assert tabel["stadsdeel"].tolist() == ["WK003401", "onbekend"]


def test_every_figure_is_listed_by_its_own_name():
    assert all(naam == figuur.__name__ and figuur.__doc__ for naam, figuur in registry.FIGUREN.items())


def test_a_column_that_would_be_left_out_unseen_is_refused():
    frame = register(GOED).assign(tarief_cnt=1, vlag=True, gezien=pd.Timestamp("2015-01-01"), wijkteam="noord")
    tekst = geweigerd(frame.rename(columns={"persoon": "person"}))
    assert tekst.count("SDM-869") == 3
    assert "kolom tarief_cnt: kolom 'tarief_cnt' is geen tekst, en geen datum of getal dat het register kent" in tekst
    assert "Laat haar weg, of lever haar als tekst. Bedoelde u 'tarief_cent'?" in tekst
    assert "SDM-861 fout: register, kolom persoon: kolom 'persoon' ontbreekt" in tekst
    goed = registry.open_register(frame.drop(columns=["tarief_cnt", "vlag", "gezien"]))
    assert "wijkteam" in goed.uitsplitsingen


NODIG = {
    "aanbieders_per_huishouden": "aanbieder", "overgangen": "trede", "wachttijd": "datum_aanmelding",
    "bijstand": "huishouden", "verwijzers": "verwijzer", "uitgaven": "bedrag_betaald_cent",
}  # fmt: skip


@pytest.mark.parametrize(("figuur", "kolom"), NODIG.items())
def test_a_figure_without_its_column_names_it_in_dutch(figuur, kolom):
    opened = registry.open_register(register(GOED).drop(columns=kolom))
    with pytest.raises((InvoerFout, ParameterFout), match=rf"SDM-8(61|70|75).*'{kolom}'"):
        registry.FIGUREN[figuur](opened, periodes="2015K1")


def test_when_everybody_waits_nobody_uses_anything():
    opened = registry.open_register(register({"begin": None, "einde": None, "datum_aanmelding": "2015-01-10"}))
    for figuur in ("stapeling", "combinaties", "aanbieders_per_huishouden", "overgangen", "unieke"):
        assert registry.FIGUREN[figuur](opened, periodes="2015K1")["aantal"].sum() == 0
    assert registry.duur_toets(opened, periodes="2015K1", by=["wet"])[["groepen", "df"]].values.tolist() == [[0, 0]]
    assert registry.stapeling(opened, periodes="2015K1", by=["wet"])["voorzieningen"].tolist() == []


def test_of_one_group_there_is_nothing_to_test():
    [toets] = registry.duur_toets(registry.open_register(register(GOED)), periodes="2015K1", by=["wet"]).to_dict(
        "records"
    )
    assert (toets["groepen"], toets["df"]) == (1, 0)
    assert pd.isna([toets["chi2"], toets["p"]]).all()
