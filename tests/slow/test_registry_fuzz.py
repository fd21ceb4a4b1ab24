"""Two hundred random registers against the reference; `make slow`."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "registry"))
import registry_referentie as referentie
from test_tellen import willekeurig

KWARTALEN = [Periode.van(Kwartaal(2014, 2) + i) for i in range(5)]
STROMEN = ["beginstand", "instroom", "overgang_in", "uitstroom", "overgang_uit", "eindstand"]
BREUKEN = [(), ("wet",), ("stadsdeel",), ("voorziening",), ("stadsdeel", "voorziening")]


@pytest.mark.traag
@pytest.mark.parametrize("zaad", range(200))
def test_a_random_register_gives_the_reference(zaad):
    rng = np.random.default_rng(zaad)
    frame = willekeurig(rng, aantal=int(rng.integers(8, 120)))
    by, gat = BREUKEN[zaad % len(BREUKEN)], int(rng.choice([0, 1, 30, 90]))
    binnen = ["alle", "wet", "voorziening"][zaad % 3]
    opened = registry.open_register(frame)
    for eenheid in ("clienten", "voorzieningen"):
        tabel = registry.unieke(opened, periodes=KWARTALEN, by=by, eenheid=eenheid)
        verwacht = referentie.tellingen(frame, KWARTALEN, eenheid=eenheid, by=by)
        assert referentie.als_telling(tabel, ["periode", *by]) == verwacht
    balans = registry.stromen(opened, periodes=KWARTALEN, by=by, binnen=binnen, gat_dagen=gat)
    lang = balans.melt(id_vars=["periode", *by], value_vars=STROMEN, var_name="stroom", value_name="aantal")
    verwacht = referentie.zonder_nul(referentie.stromen(frame, KWARTALEN, by=by, binnen=binnen, gat=gat))
    assert referentie.als_telling(lang, ["periode", *by, "stroom"]) == verwacht
    for kant, figuur in (("eerste", registry.gestart), ("laatste", registry.beeindigd)):
        tabel = figuur(opened, periodes=KWARTALEN, by=by, gat_dagen=gat)
        verwacht = referentie.trajecten(frame, KWARTALEN, by=by, kant=kant, gat=gat)
        assert referentie.als_telling(tabel, ["periode", *by]) == verwacht
