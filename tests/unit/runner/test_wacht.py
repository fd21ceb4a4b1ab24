"""The guard of a run: what it holds files against, what may be signed off, and that it fails closed."""

import html
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sdm_lib import disclosure, sources
from sdm_lib.disclosure import Kanaries, Microdata
from sdm_lib.disclosure.handtekening import Handtekening
from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner.plan import make_plan
from sdm_lib.runner.wacht import Wacht, kenmerken, keur, lees_aftekeningen, teken_af, wacht_van
from sdm_lib.stemmen import Segment, zinnen
from tests.unit.stemmen import herkenbaar

K = Kwartaal(2015, 2)


def records(aantal=200):
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "persoon": [f"{x:016x}" for x in rng.integers(0, 2**62, aantal)],
            "jaar": rng.integers(1930, 2010, aantal),
            "stadsdeel": rng.choice(["WK1", "WK2", "WK3"], aantal),
            "bedrag": rng.gamma(2, 900, aantal).round(2),
            "soort": rng.choice(["vervoer", "begeleiding"], aantal),
        }
    )


def wacht(**anders):
    return Wacht(microdata=Microdata.van(records()), **anders)


TABEL = records().drop(columns="persoon").head(8).to_html(index=False).encode()
[MERK] = kenmerken(wacht(), TABEL, soort="html")
GETEKEND = {MERK: Handtekening("A. Onderzoeker", "dit zijn de codes van de indeling", bestand="clienten.html")}


def test_a_table_of_records_is_stopped_with_the_way_to_sign_it_off():
    oordeel = keur(wacht(), "clienten.html", TABEL, soort="html", eigen=lambda: {MERK})
    (melding,) = oordeel.fout.meldingen
    assert melding.code == "SDM-482"
    assert f"sdm guard --sign {MERK}" in melding.herstel
    assert not any(str(bedrag) in str(melding) for bedrag in records()["bedrag"])


def test_what_was_signed_off_passes_and_is_told():
    oordeel = keur(wacht(afgetekend=GETEKEND), "clienten.html", TABEL, soort="html", eigen=lambda: {MERK})
    assert oordeel.fout is None
    ((kop, tekst),) = oordeel.herkomst
    assert kop == "Afgetekend"
    assert "nagekeken door A. Onderzoeker: dit zijn de codes van de indeling" in tekst


def test_a_signature_ends_when_the_table_changes():
    anders = records().drop(columns="persoon").iloc[1:9].to_html(index=False).encode()
    nieuw = kenmerken(wacht(), anders, soort="html")
    oordeel = keur(wacht(afgetekend=GETEKEND), "clienten.html", anders, soort="html", eigen=lambda: nieuw)
    (melding,) = oordeel.fout.meldingen
    assert "De tabel is veranderd sinds A. Onderzoeker" in str(melding)


def test_a_table_that_the_kit_did_not_make_cannot_be_signed_off():
    oordeel = keur(wacht(afgetekend=GETEKEND), "clienten.html", TABEL, soort="html")
    assert [melding.code for melding in oordeel.fout.meldingen] == ["SDM-480"]


@pytest.mark.parametrize("tekst", ["999990019", "a.b@voorbeeld.nl", "NL91ABNA0417164300", "06-12345678"])
def test_a_person_in_the_text_cannot_be_signed_off(tekst):
    inhoud = TABEL + f"<p>{tekst}</p>".encode()
    oordeel = keur(wacht(afgetekend=GETEKEND), "clienten.html", inhoud, soort="html", eigen=lambda: {MERK})
    assert [melding.code for melding in oordeel.fout.meldingen] == ["SDM-480"]


def test_an_id_of_a_delivery_is_stopped_anywhere():
    persoon = records()["persoon"][0]
    oordeel = keur(Wacht(kanaries=Kanaries.van([persoon])), "x.html", f"<i data-x='{persoon}'/>".encode(), soort="html")
    assert "bekende waarde" in str(oordeel.fout)
    assert persoon not in str(oordeel.fout)


def test_what_the_guard_cannot_judge_stays_out(monkeypatch):
    def stuk(*args, **kwargs):
        raise RecursionError("met een waarde 999990019 erin")

    monkeypatch.setattr(disclosure, "guard", stuk)
    oordeel = keur(Wacht(), "clienten.html", b"<p>goed</p>", soort="html")
    assert [melding.code for melding in oordeel.fout.meldingen] == ["SDM-481"]
    assert "RecursionError" in str(oordeel.fout)
    assert "999990019" not in str(oordeel.fout)
    assert oordeel.fout.exit_code == 4


def test_signatures_are_kept_with_the_quarter_and_read_back(tmp_path):
    (tmp_path / "params" / "2015K2").mkdir(parents=True)
    een, twee = Handtekening("A", 'met "haken"', bestand="x.html"), Handtekening("B", "reden", bestand="y.html")
    teken_af(tmp_path, kwartaal=K, kenmerken=["abc123def456"], aftekening=een)
    teken_af(tmp_path, kwartaal=K, kenmerken=["000000000001"], aftekening=twee)
    gelezen = lees_aftekeningen(tmp_path, kwartaal=K)
    assert gelezen["abc123def456"] == een
    assert gelezen["000000000001"].door == "B"


def test_a_signature_without_a_name_is_refused(tmp_path):
    folder = tmp_path / "params" / "2015K2"
    folder.mkdir(parents=True)
    (folder / "_afgetekend.yaml").write_text('"abc": {door: " ", reden: x}\n', encoding="utf-8")
    with pytest.raises(ParameterFout, match="een handtekening heeft een naam en een reden"):
        lees_aftekeningen(tmp_path, kwartaal=K)


@pytest.mark.parametrize("tekst", herkenbaar.GEPLANT)
def test_what_was_said_in_an_interview_reaches_no_page_without_a_release(tekst):
    gezegd = zinnen([Segment(1, "Gesprek C01", "Toegang", tekst)])
    gesprekken = Kanaries.van(gezegd)
    pagina = f"<h2>Toegang</h2><p>{html.escape(tekst)}</p>".encode()
    if any(len(zin.split()) >= 4 for zin in gezegd):
        assert keur(Wacht(gesprekken), "clienten.html", pagina, soort="html").fout is not None
    vrij = Wacht(gesprekken, toegestaan=frozenset({tekst}))
    assert keur(vrij, "clienten.html", pagina, soort="html").fout is None


def test_a_sentence_of_a_segment_is_stopped_too():
    gezegd = zinnen([Segment(1, "Gesprek C01", "Toegang", "Dat wist ik niet. Mijn zus wees ons toen de weg.")])
    pagina = b"<p>Een client zei: Mijn zus wees ons toen de weg.</p>"
    oordeel = keur(Wacht(Kanaries.van(gezegd)), "clienten.html", pagina, soort="html")
    assert "bekende waarde" in str(oordeel.fout)
    assert "zus" not in str(oordeel.fout)


def test_the_guard_of_the_demo_quarter_knows_its_interviews_and_its_released_quotes(demo):
    plan = make_plan(sources.project_root(), kwartaal=K, gevraagd=["clienten"], gegeven={"gebied": "stad"})
    plan = replace(
        plan, taken=tuple(taak for taak in plan.taken if taak.onderwerp == "clienten" and taak.gebied == "stad")
    )
    wacht_ = wacht_van(plan)
    gezegd = "Ik lig er wakker van of ik mijn hulp mag houden."
    vrij = "Met deze begeleidster klikt het gewoon, zij ziet mij als mens."
    assert keur(wacht_, "x.html", f"<p>{gezegd}</p>".encode(), soort="html").fout is not None
    assert keur(wacht_, "x.html", f"<p>“{vrij}”</p>".encode(), soort="html").fout is None
