"""What a register must meet before anything is counted: one query, every kind of problem at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sdm_lib.errors import MAX_VOORBEELDEN, InvoerFout, Melding, bedoelde_u


def controleer(tabel: Any, *, bestand: str, codes: Mapping[str, Collection[str]]) -> None:
    """Refuse a dirty register with InvoerFout; the codes are listed at `open_register`."""
    import ibis

    regels = _regels(tabel)
    tellingen = {naam: ibis.ifelse(regel, 1, 0).cast("int64").sum() for naam, regel in regels.items()}
    uniek = tabel.drop("rij") if "rij" in tabel.columns else tabel
    telling = tabel.aggregate(_n=ibis._.count(), **tellingen).to_pyarrow().to_pylist()[0]
    if telling["_n"] == 0:
        raise InvoerFout(Melding("SDM-866", "het register heeft geen regels", "Lever het opnieuw.", bestand=bestand))
    meldingen = [
        _melding(tabel, regel, naam, bestand=bestand, aantal=int(telling[naam]))
        for naam, regel in regels.items()
        if telling[naam]
    ]
    verschillend = uniek.distinct().count().to_pyarrow().as_py()
    meldingen += _dubbel(int(telling["_n"]) - int(verschillend), bestand)
    for kolom, toegestaan in codes.items():
        meldingen += _codes(tabel, kolom, toegestaan, bestand)
    if meldingen:
        raise InvoerFout(*meldingen)


def _regels(tabel: Any) -> dict[str, Any]:
    wacht = tabel.begin.isnull()
    if "datum_aanmelding" in tabel.columns:
        kapot = wacht & (tabel.datum_aanmelding.isnull() | tabel.einde.notnull())
    else:
        kapot = wacht
    nodig = [kolom for kolom in ("persoon", "huishouden", "geboortejaar") if kolom in tabel.columns]
    return {kolom: tabel[kolom].isnull() for kolom in nodig} | {
        "begin": kapot,
        "einde": (tabel.einde <= tabel.begin).fill_null(False),
    }


def _melding(tabel: Any, regel: Any, kolom: str, *, bestand: str, aantal: int) -> Melding:
    rijen: tuple[int, ...] = ()
    if "rij" in tabel.columns:
        eerste = tabel.filter(regel).order_by("rij").limit(MAX_VOORBEELDEN).rij.to_pyarrow()
        rijen = tuple(eerste.to_pylist())
    if kolom == "einde":
        wat = f"{aantal} keer ligt het einde niet na het begin"
        code, herstel = "SDM-863", "Verbeter begin of einde; einde is de eerste dag zonder voorziening."
    else:
        wat, code = f"{aantal} keer ontbreekt '{kolom}'", "SDM-862"
        herstel = "Vul aan of verwijder de regel; zonder dit gegeven is niet te tellen."
    return Melding(code, wat, herstel, bestand=bestand, kolom=kolom, regels=rijen, aantal=aantal)


def _dubbel(aantal: int, bestand: str) -> list[Melding]:
    if not aantal:
        return []
    wat = f"{aantal} {'regel is' if aantal == 1 else 'regels zijn'} een exacte herhaling van een andere regel"
    return [Melding("SDM-864", wat, "Verwijder de herhalingen en lever opnieuw.", bestand=bestand, aantal=aantal)]


def _codes(tabel: Any, kolom: str, toegestaan: Collection[str], bestand: str) -> list[Melding]:
    if kolom not in tabel.columns:
        return []
    gevonden = set(tabel.select(kolom).distinct().to_pyarrow()[kolom].to_pylist()) - {"onbekend", "lopend"}
    return [
        Melding("SDM-865", f"onbekende code '{code}'", bedoelde_u(code, toegestaan), bestand=bestand, kolom=kolom)
        for code in sorted(gevonden - set(toegestaan))
    ]
