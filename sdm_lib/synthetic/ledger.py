"""The finance ledger: what the register says was paid, by post, with overhead, beside a budget for the year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.deliveries import billed, due_cents
from sdm_lib.synthetic.details import Register
from sdm_lib.synthetic.files import bedrag_tekst
from sdm_lib.synthetic.spells import number
from sdm_lib.synthetic.streams import Bools, stream


class Post(NamedTuple):
    """A line: law, layer, name, provisions whose cost it books, or the euro a quarter that it costs or brings in."""

    wet: str
    laag: str
    naam: str
    voorzieningen: tuple[str, ...] = ()
    euro: int = 0


POSTEN = (
    Post("wmo", "basis", "Welzijn en algemene voorzieningen", euro=1_900_000),
    Post("wmo", "basis", "Uitvoeringskosten Wmo", euro=850_000),
    Post("wmo", "eerste_lijn", "Wijkteams, deel Wmo", euro=1_100_000),
    Post("wmo", "eerste_lijn", "Cliëntondersteuning", euro=240_000),
    Post("wmo", "maatwerk", "Hulp bij het huishouden", ("hulp_bij_huishouden",)),
    Post("wmo", "maatwerk", "Begeleiding en dagbesteding", ("begeleiding", "dagbesteding", "kortdurend_verblijf")),
    Post("wmo", "maatwerk", "Hulpmiddelen en vervoer", ("hulpmiddelen", "vervoer")),
    Post("wmo", "maatwerk", "Beschermd wonen", ("beschermd_wonen",)),
    Post("wmo", "maatwerk", "Eigen bijdragen Wmo", euro=-800_000),
    Post("jeugd", "basis", "Preventie en jeugdgezondheid", euro=1_150_000),
    Post("jeugd", "basis", "Uitvoeringskosten Jeugdwet", euro=700_000),
    Post("jeugd", "eerste_lijn", "Coördinatie van zorg", euro=310_000),
    Post("jeugd", "eerste_lijn", "Jeugdhulp door het wijkteam", ("wijkteam",)),
    Post("jeugd", "maatwerk", "Jeugdhulp zonder verblijf", ("ambulant", "daghulp", "netwerk")),
    Post("jeugd", "maatwerk", "Jeugdhulp met verblijf", ("pleegzorg", "gezinsgericht", "gesloten", "overig_verblijf")),
    Post("jeugd", "maatwerk", "Jeugdbescherming en jeugdreclassering", ("ots", "voogdij", "jeugdreclassering")),
    Post("participatie", "basis", "Minimaregelingen", euro=1_450_000),
    Post("participatie", "basis", "Uitvoeringskosten Participatiewet", euro=1_300_000),
    Post("participatie", "eerste_lijn", "Schuldhulpverlening", ("schuldhulp",)),
    Post("participatie", "maatwerk", "Bijstandsuitkeringen", ("bijstand",)),
    Post("participatie", "maatwerk", "Re-integratie", ("re_integratie",)),
    Post("participatie", "maatwerk", "Beschut werk", ("beschut_werk",)),
)
_BEGROTING = {"wmo": 1.03, "jeugd": 0.96, "participatie": 1.0}  # budget over the level of the first quarter
_BOEKING = 0.01  # standard deviation of what is booked beside the bills of the register, cut at twice this


def ledger_table(seed: int, register: Register, kwartaal: Kwartaal) -> pd.DataFrame:
    """Budget of the four quarters, and what was spent up to and including this one, amounts as text."""
    rijen = []
    eerste = Kwartaal(kwartaal.jaar, 1)
    niveau = _post_cents(register, eerste, np.ones(len(register.spells), dtype=bool))
    for nummer in range(1, 5):
        rijen += [_row(Kwartaal(kwartaal.jaar, nummer), post, "begroting", _budget(post, c)) for post, c in niveau]
    for nummer in range(1, kwartaal.nummer + 1):
        kw = Kwartaal(kwartaal.jaar, nummer)
        rng = stream(seed, f"boekingen {kw}")
        laatste = billed(stream(seed, f"declaraties {kw}"), register, kw) | (kw < kwartaal)  # by now the rest has come
        for post, cent in _post_cents(register, kw, laatste):
            boeking = 1 + _BOEKING * min(max(rng.standard_normal(), -2.0), 2.0)
            rijen.append(_row(kw, post, "realisatie", round(cent * boeking)))
    kolommen = ["jaar", "kwartaal", "wet", "laag", "post", "soort", "bedrag"]
    return pd.DataFrame(rijen, columns=kolommen)


def _post_cents(register: Register, kwartaal: Kwartaal, gedeclareerd: Bools) -> list[tuple[Post, int]]:
    cent = np.where(gedeclareerd, due_cents(register, kwartaal), 0)
    per_soort = np.bincount(register.spells.voorziening, weights=cent.astype(np.float64))
    return [
        (post, round(sum(per_soort[number(naam)] for naam in post.voorzieningen)) + 100 * post.euro) for post in POSTEN
    ]


def _budget(post: Post, cent: int) -> int:
    return 100_000 * round(cent * _BEGROTING[post.wet] / 100_000)  # on thousands of euro


def _row(kwartaal: Kwartaal, post: Post, soort: str, cent: int) -> tuple[int, int, str, str, str, str, str]:
    return kwartaal.jaar, kwartaal.nummer, post.wet, post.laag, post.naam, soort, bedrag_tekst(cent)
