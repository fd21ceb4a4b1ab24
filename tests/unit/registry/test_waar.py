"""Every figure of the register uses every condition that it is given, or says that it cannot.

Here everything about a client is the same in all spells. Then a condition asks for the figure of a register without
the other clients, whatever the figure: whether it looks at a spell, at the one that opens a traject or at a last day.
"""

import numpy as np
import pandas as pd
import pytest
from registry_motoren import VRAGEN, frame, noemers

from sdm_lib import registry
from sdm_lib.errors import ParameterFout

KEUZES = {
    "wet": "participatie", "voorziening": "bijstand", "trede": ["licht", "zwaar"], "leveringsvorm": "pgb",
    "aanbieder": "A02", "verwijzer": "huisarts", "reden_einde": "verhuisd", "stadsdeel": ["WK003402", "WK003403"],
    "geslacht": "man", "leeftijd": "30-64",
}  # fmt: skip
VAN_HUISHOUDENS = {"per_1000", "stapeling", "aanbieders_per_huishouden", "gebruikersgroepen", "bijstand"}
OVER_JAREN = {"duur", "duur_toets", "wachttijd", "terugkeer", "duurzaam", "overgangen", "concentratie"}
WEIGERT = {"leeftijd": VAN_HUISHOUDENS | OVER_JAREN, "geslacht": VAN_HUISHOUDENS}


@pytest.fixture(scope="module")
def regels():
    """The random register of every engine, with one value of everything per client."""
    rng = np.random.default_rng(8)
    spells = frame().assign(leveringsvorm=rng.choice(["zin", "pgb"], 500), nummer=range(500))
    eerste = spells.groupby("persoon").transform("first")
    vast = ["wet", "voorziening", "trede", "leveringsvorm", "aanbieder", "verwijzer", "geslacht", "geboortejaar"]
    spells = spells.assign(**{kolom: eerste[kolom] for kolom in vast})
    spells["geboortejaar"] = spells["geboortejaar"] // 10 * 10 + 3  # in one group of ages all the time
    spells["stadsdeel"] = spells.groupby("huishouden")["stadsdeel"].transform("first")
    reden = np.where(eerste["nummer"] % 2 == 0, "verhuisd", "volgens_plan")
    loopt = eerste["nummer"] % 4 == 0
    spells = spells.assign(einde=spells["einde"].mask(loopt), reden_einde=pd.Series(reden, dtype="str").mask(loopt))
    spells = spells[loopt | spells["einde"].notna()]
    return spells.drop(columns="nummer").drop_duplicates(ignore_index=True)


def voldoet(tabel, kolom, keuze):
    """The rows of a table that meet a condition, in plain pandas; all of them when it has no such column."""
    if kolom == "leeftijd" and "geboortejaar" in tabel:
        return tabel[(2015 - tabel["geboortejaar"]).between(30, 64)]
    if kolom not in tabel:
        return tabel
    if kolom == "leeftijd":
        return tabel[tabel[kolom].isin(["30-44", "45-64"])]
    return tabel[tabel[kolom].isin([keuze] if isinstance(keuze, str) else keuze)]


@pytest.fixture(scope="module")
def registers(regels):
    """The register, and per condition the one that was limited beforehand, population and all."""
    tabellen = noemers()
    wie = {naam: tabellen.pop(naam) for naam in ("bevolking", "huishoudens")}
    uit = {"": registry.open_register(regels, **tabellen, **wie)}
    for kolom, keuze in KEUZES.items():
        minder = {naam: voldoet(tabel, kolom, keuze) for naam, tabel in wie.items()}
        uit[kolom] = registry.open_register(voldoet(regels, kolom, keuze), **tabellen, **minder)
    return uit


def gevuld(tabel):
    """What a figure found: rows that are not empty, without the zeros of the grid."""
    telt = tabel.select_dtypes("number").drop(columns=["noemer", "delen"], errors="ignore")
    leeg = (telt.fillna(0) == 0).all(axis=1)
    rij = tabel[~leeg].sort_values(list(tabel.select_dtypes(exclude="number")), ignore_index=True)
    return rij.astype(dict.fromkeys(rij.select_dtypes("number"), "float64"))


@pytest.mark.parametrize("naam", registry.FIGUREN)
def test_a_figure_uses_every_condition(registers, naam):
    figuur, vraag = registry.FIGUREN[naam], {k: v for k, v in VRAGEN[naam].items() if k != "where"}
    alles = gevuld(figuur(registers[""], **vraag))
    for kolom, keuze in KEUZES.items():
        if naam in WEIGERT.get(kolom, ()):
            with pytest.raises(ParameterFout, match=rf"SDM-867 .*niet per {kolom}"):
                figuur(registers[""], **vraag, where={kolom: keuze})
            continue
        gevonden = gevuld(figuur(registers[""], **vraag, where={kolom: keuze}))
        verwacht = gevuld(figuur(registers[kolom], **vraag))
        if (naam, kolom) == ("gestandaardiseerd", "stadsdeel"):  # the whole municipality stays the standard
            verwacht = alles[alles["stadsdeel"].isin(keuze)].reset_index(drop=True)
        pd.testing.assert_frame_equal(gevonden, verwacht, check_dtype=False, obj=f"{naam} with {kolom}")
        if naam != "bijstand" or kolom not in ("wet", "voorziening"):  # it is of these alone
            assert not gevonden.equals(alles), f"{kolom} changes nothing in {naam}: nothing was shown"


def test_a_condition_that_contradicts_the_figure_is_refused(registers):
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per voorziening\. het gaat over de bijstand alleen"):
        registry.bijstand(registers[""], periodes="2015K1", where={"voorziening": "begeleiding"})
