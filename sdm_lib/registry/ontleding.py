"""Why spend changed: inhabitants, reach, mix, volume and price, exact to the cent; and register against ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding

FACTOREN = ("inwoners", "bereik", "samenstelling", "volume", "prijs")
GRENS_ONVERKLAARD = 0.02  # share of the ledger that may stay unexplained before a cost per client is refused


def ontleding(
    eerder: pd.DataFrame, nu: pd.DataFrame, *, inwoners: tuple[int, int], clienten: tuple[int, int]
) -> pd.DataFrame:
    """Split the change of spend: E = N x r x sum over types of a x v x p, by Shapley value over the five factors.

    eerder, nu : columns soort, clienten (unique clients of the type), eenheden (units: days, hours), bedrag_cent.
    inwoners, clienten : inhabitants and unique clients of all types together, before and now.
    N inhabitants; r clients per inhabitant; a clients of the type per client; v units per client of the type; p cents
    per unit. A type that only one of the two uses stands in a line of its own, and so do bills of a type that nobody
    uses in that period: they come late, for support that ended before.

    Returns factor (inwoners, bereik, samenstelling, volume, prijs, nieuwe soorten, vervallen soorten, late rekeningen),
    bedrag_cent: whole cents that add up to the difference (largest remainder).
    Raises ValueError on a repeated type, a type with clients and spend but no units, or clients without inhabitants.

    Source: Shapley (1953); Sun (1998), Energy Economics 20, 85-100, for the complete decomposition.

    >>> e = pd.DataFrame({"soort": ["x"], "clienten": [10], "eenheden": [100], "bedrag_cent": [1000]})
    >>> n = pd.DataFrame({"soort": ["x"], "clienten": [10], "eenheden": [100], "bedrag_cent": [1100]})
    >>> ontleding(e, n, inwoners=(50, 50), clienten=(10, 10)).set_index("factor")["bedrag_cent"].to_dict()["prijs"]
    100
    """
    oud, nieuw = _gecontroleerd(eerder, "eerder"), _gecontroleerd(nu, "nu")
    samen = sorted(set(oud.index) & set(nieuw.index))
    if samen and min(inwoners) <= 0:
        raise ValueError(f"ontleding: clients need inhabitants, got {inwoners}")
    delen = _shapley(
        _factoren(oud.loc[samen], inwoners[0], clienten[0]), _factoren(nieuw.loc[samen], inwoners[1], clienten[1])
    )
    delen["nieuwe soorten"] = Fraction(int(nieuw.drop(samen)["bedrag_cent"].sum()))
    delen["vervallen soorten"] = Fraction(-int(oud.drop(samen)["bedrag_cent"].sum()))
    delen["late rekeningen"] = Fraction(_laat(nu) - _laat(eerder))
    verschil = int(nu["bedrag_cent"].sum()) - int(eerder["bedrag_cent"].sum())
    return pd.DataFrame({"factor": list(delen), "bedrag_cent": hele_centen(list(delen.values()), totaal=verschil)})


def hele_centen(delen: Sequence[Fraction], *, totaal: int) -> list[int]:
    """Round parts to whole cents that add up to `totaal`: the largest remainders get the cents that are left.

    Raises ValueError when the parts do not add up to it.

    >>> hele_centen([Fraction(1, 3)] * 3, totaal=1)
    [1, 0, 0]
    """
    if sum(delen, Fraction(0)) != totaal:
        raise ValueError(f"the parts add up to {sum(delen, Fraction(0))}, not to {totaal}")
    omlaag = [deel.__floor__() for deel in delen]
    over = totaal - sum(omlaag)
    volgorde = sorted(range(len(delen)), key=lambda i: (omlaag[i] - delen[i], i))
    for i in volgorde[:over]:
        omlaag[i] += 1
    return omlaag


def aansluiting(
    *, register_cent: int, grootboek_cent: int, pgb_cent: int = 0, overhead_cent: int = 0, eigen_bijdrage_cent: int = 0
) -> pd.DataFrame:
    """From register to ledger: what the register knows, what it cannot know, and what stays unexplained.

    pgb_cent : personal budgets that register_cent leaves out; overhead_cent : booked costs without clients;
    eigen_bijdrage_cent : own contributions received, a positive amount that lowers the ledger.

    Returns post, bedrag_cent, aandeel (of the ledger): the lines register, pgb, overhead, eigen bijdrage and
    onverklaard add up to grootboek. Raises ValueError when the ledger is not above zero.
    """
    if grootboek_cent <= 0:
        raise ValueError(f"grootboek_cent must be above 0, got {grootboek_cent}")
    posten = {"register": register_cent, "pgb": pgb_cent, "overhead": overhead_cent,
              "eigen bijdrage": -eigen_bijdrage_cent}  # fmt: skip
    posten |= {"onverklaard": grootboek_cent - sum(posten.values()), "grootboek": grootboek_cent}
    tabel = pd.DataFrame({"post": list(posten), "bedrag_cent": list(posten.values())})
    return tabel.assign(aandeel=tabel["bedrag_cent"] / grootboek_cent)


def kosten_per_client(tabel: pd.DataFrame, *, clienten: int) -> float:
    """Euro per client from an `aansluiting`: the register's amount over unique clients.

    Raises InvoerFout SDM-876 when more than 2 % of the ledger is unexplained, ValueError without clients.
    """
    if clienten <= 0:
        raise ValueError(f"clienten must be above 0, got {clienten}")
    bedragen = dict(zip(tabel["post"], tabel["bedrag_cent"].to_numpy(np.int64), strict=True))
    onverklaard = int(bedragen["onverklaard"]) / int(bedragen["grootboek"])
    if abs(onverklaard) > GRENS_ONVERKLAARD:
        deel = f"{100 * abs(onverklaard):.1f}".replace(".", ",")
        wat = f"{deel} % van het grootboek is niet uit het register te verklaren"
        raise InvoerFout(Melding("SDM-876", wat, "Sluit register en grootboek aan; boven 2 % geen kosten per client."))
    return int(bedragen["register"]) / 100 / clienten


def _gecontroleerd(tabel: pd.DataFrame, naam: str) -> pd.DataFrame:
    if tabel["soort"].duplicated().any():
        raise ValueError(f"ontleding: a type occurs twice in {naam!r}")
    leeg = tabel[(tabel["bedrag_cent"] != 0) & (tabel["clienten"] > 0) & (tabel["eenheden"] <= 0)]
    if len(leeg):
        raise ValueError(f"ontleding: {leeg['soort'].tolist()} in {naam!r} have clients and spend but no units")
    return tabel[tabel["clienten"] > 0].set_index("soort")


def _laat(tabel: pd.DataFrame) -> int:
    """Cents of types that nobody uses."""
    return int(tabel.loc[tabel["clienten"] <= 0, "bedrag_cent"].sum())


Waarden = Mapping[str, list[Fraction]]  # per factor one value for each type


def _factoren(tabel: pd.DataFrame, inwoners: int, clienten: int) -> Waarden:
    aantal = len(tabel)
    per_soort: list[list[int]] = tabel[["clienten", "eenheden", "bedrag_cent"]].to_numpy(np.int64).tolist()
    return {
        "inwoners": [Fraction(inwoners)] * aantal,
        "bereik": [Fraction(clienten, inwoners) for _ in per_soort],
        "samenstelling": [Fraction(c, clienten) for c, _, _ in per_soort],
        "volume": [Fraction(e, c) for c, e, _ in per_soort],
        "prijs": [Fraction(b, e) if e else Fraction(0) for _, e, b in per_soort],
    }


def _shapley(oud: Waarden, nieuw: Waarden) -> dict[str, Fraction]:
    """Mean over all orders of what changing one factor does, the others changed before it or not."""
    n = len(FACTOREN)

    def totaal(veranderd: frozenset[str]) -> Fraction:
        reeksen = [(nieuw if factor in veranderd else oud)[factor] for factor in FACTOREN]
        return sum((prod(waarden, start=Fraction(1)) for waarden in zip(*reeksen, strict=True)), Fraction(0))

    waarde = {frozenset(s): totaal(frozenset(s)) for k in range(n + 1) for s in combinations(FACTOREN, k)}
    delen = {}
    for factor in FACTOREN:
        zonder = [s for s in waarde if factor not in s]
        gewogen = (
            Fraction(factorial(len(s)) * factorial(n - len(s) - 1), factorial(n)) * (waarde[s | {factor}] - waarde[s])
            for s in zonder
        )
        delen[factor] = sum(gewogen, Fraction(0))
    return delen
