"""Work and income in one list: who has social assistance, who comes and goes and why, who is helped towards work.

Every figure is of the whole city: in the smallest areas too few people leave for one reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor.grondslag import REGISTER
from sdm_lib.monitor.runfile import STAD
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.grondslag import Grondslag
    from sdm_lib.registry import Register

WERK = "werk"  # the reason of ending that says somebody found work, as in the statistics on social assistance
HALF_JAAR = 183
LATER = "als deel van wie vertrok; door overlijden of verhuizing vertrokken is niet blijvend zonder"
TELLING = "volledige telling"
GETALLEN = ("value", "numerator", "denominator", "n")
INKOMEN = {
    "bijstand_huishoudens": "Huishoudens met bijstand, laatste dag",
    "bijstand_personen": "Personen met bijstand, laatste dag",
    "bijstand_jonger_dan_27": "Jonger dan 27 met bijstand, laatste dag",
    "bijstand_instroom": "Personen die bijstand kregen",
    "bijstand_uitstroom": "Personen die uit de bijstand gingen",
    "bijstand_naar_werk": "Uit de bijstand door werk",
    "bijstand_werk_blijvend": "Door werk uit de bijstand, na een half jaar nog zonder",
    "bijstand_blijvend": "Uit de bijstand, na een half jaar nog zonder (overleden en verhuisd niet meegeteld)",
    "bijstand_einde": "Uit de bijstand, naar reden",
    "reden_einde=werk": "werk gevonden",
    "reden_einde=voortijdig_client": "voortijdig, door de cliënt",
    "reden_einde=voortijdig_aanbieder": "voortijdig, door de aanbieder",
    "re_integratie": "Personen met re-integratie, laatste dag",
    "beschut_werk": "Personen met beschut werk, laatste dag",
    "schuldhulp": "Personen met schuldhulp, laatste dag",
}


def bijstand(run: Grondslag) -> Results:
    """Households and persons with social assistance, flows, to work, and who is helped by other means.

    To work is niet_gemeten where no reason of ending says so. Who is still without after six months is asked of
    those who left two quarters before: of this quarter nobody knows yet. It is a share of all who left; who left by
    death or a move elsewhere is among them, and not among those still without.
    """
    return _bewaard(run, "bijstand", _lijst)


def einde_bijstand(run: Grondslag) -> Results:
    """Who left social assistance, by reason of ending."""
    return _bewaard(run, "einde bijstand", _redenen)


def _bewaard(run: Grondslag, wat: str, make: Any) -> Results:
    stad = run.whole_city()
    kader, datum = stad.frame_of("register", gebied=STAD), stad.bestand.value.leverdatum
    return stad.kept(wat, kader, datum, bronnen=REGISTER, make=lambda: make(stad.register, stad.kwartaal.slot, kader))


def _lijst(register: Register, kwartaal: Kwartaal, kader: Kader) -> Results:
    from sdm_lib import registry

    nu, toen = str(kwartaal), str(kwartaal - 2)
    [stand] = registry.bijstand(register, periodes=nu, naar_werk=[WERK]).to_dict("records")
    geteld = ("huishoudens", "personen", "jonger_dan_27", "instroom", "uitstroom", "naar_werk")
    aantallen = {f"bijstand_{naam}": float(stand[naam]) for naam in geteld}
    hulp = registry.stand(register, periodes=nu, by=["voorziening"], where={"wet": "participatie"})
    per = hulp.set_index("voorziening")["aantal"]
    aantallen |= {naam: float(per.get(naam, 0)) for naam in ("re_integratie", "beschut_werk", "schuldhulp")}
    vast = {"unit": "aantal", "status": "ok", "method": TELLING}
    rijen = [{"indicator": naam, "value": waarde, "numerator": waarde, "n": waarde} | vast
             for naam, waarde in aantallen.items()]  # fmt: skip
    rijen += [_blijvend(register, toen, naam, redenen) for naam, redenen in
              (("bijstand_werk_blijvend", [WERK]), ("bijstand_blijvend", None))]  # fmt: skip
    frame = pd.DataFrame(rijen)
    if "reden_einde" not in register.kolommen or WERK not in set(register.combinaties(["reden_einde"])["reden_einde"]):
        van_werk = frame["indicator"].isin(["bijstand_naar_werk", "bijstand_werk_blijvend"])
        frame.loc[van_werk, list(GETALLEN)], frame.loc[van_werk, "status"] = np.nan, "niet_gemeten"
    orde = {naam: plaats for plaats, naam in enumerate(INKOMEN)}
    frame = frame.sort_values("indicator", key=lambda namen: namen.map(orde))
    return results.build(frame, kader=kader)


def _blijvend(register: Register, periode: str, naam: str, redenen: list[str] | None) -> dict[str, Any]:
    """Share of all who left in `periode` that did not leave by death or a move and was without for half a year since.

    niet_gemeten when nobody left or no reason of leaving is delivered, and as long as somebody is not back and was not
    followed that long: of those whose half year is not over only the ones who came back would count.
    """
    from sdm_lib import registry

    waar = {"voorziening": "bijstand"}
    tabel = registry.duurzaam(register, periodes=periode, where=waar, redenen=redenen, dagen=HALF_JAAR)
    blijft, weg = float(tabel["duurzaam"].sum()), float(tabel["uitstroom"].sum())
    vast = {"indicator": naam, "unit": "aandeel", "method": f"{TELLING}; {LATER}"}
    if not weg or tabel["nog_onbekend"].sum() or "reden_einde" not in register.kolommen:
        return vast | {"status": "niet_gemeten"}
    return vast | {"value": blijft / weg, "numerator": blijft, "denominator": weg, "n": weg, "status": "ok"}


def _redenen(register: Register, kwartaal: Kwartaal, kader: Kader) -> Results:
    from sdm_lib import registry

    tabel = registry.redenen_einde(register, periodes=str(kwartaal), where={"voorziening": "bijstand"})
    aantal = tabel["aantal"].astype("float64")
    groepen = [results.groep(reden_einde=reden) for reden in tabel["reden_einde"]]
    rijen = pd.DataFrame({"groep": groepen, "value": aantal, "numerator": aantal, "n": aantal})
    return results.build(rijen, kader=kader, indicator="bijstand_einde", unit="aantal", method=TELLING)
