"""Words on a page: quotes and profiles as illustrations, and a signed interpretation apart from the findings."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sdm_lib.report.stuk import Stuk

GEEN_BEWIJS = "Wat iemand zegt laat zien hoe het kan gaan. Het zegt niet hoe vaak dat zo is."
VERZONNEN = "Deze woorden zijn verzonnen: niemand heeft dit gezegd."
GEEN_DUIDING = "Bij dit onderwerp heeft niemand een duiding gegeven."
ELDERS = "Een duiding staat, als zij er is, op de pagina van heel Almere."
APART = "Dit is een uitleg bij de cijfers, geen uitkomst van het onderzoek."


def html_citaten(stuk: Stuk) -> str:
    """Quotes and profiles with who says it and about what; nothing when there are none."""
    namen = [naam.removesuffix(".wie") for naam in stuk.opties if naam.endswith(".wie")]
    if not namen:
        return ""
    items = "".join(f"<li>{_woorden(naam, stuk.opties)}</li>" for naam in namen)
    verzonnen = f" {VERZONNEN}" if stuk.opties.get("fictief") else ""
    return (
        f'<p class="vraag">{escape(stuk.titel)}</p><ul class="citaten">{items}</ul>'
        f'<p class="lezen">{GEEN_BEWIJS}{verzonnen}</p>'
    )


def _woorden(naam: str, opties: Mapping[str, str]) -> str:
    over = f'<p class="bron">Over: {escape(opties[f"{naam}.themas"])}</p>'
    wie = f'<p class="wie">{escape(opties[f"{naam}.wie"])}</p>{over}'
    if f"{naam}.tekst" in opties:
        return f"<blockquote><p>“{escape(opties[f'{naam}.tekst'])}”</p></blockquote>{wie}"
    return f"<p>{escape(opties[f'{naam}.verhaal'])}</p>{wie}"


def html_duiding(stuk: Stuk) -> str:
    """The interpretation with its status first and who signed it last; that there is none is said too."""
    alineas = [tekst for naam, tekst in stuk.opties.items() if naam.startswith("alinea.")]
    if not alineas:
        return f'<p class="leeg">{ELDERS if stuk.opties.get("elders") else GEEN_DUIDING}</p>'
    tekst = "".join(f"<p>{escape(alinea)}</p>" for alinea in alineas)
    opties = {naam: escape(tekst) for naam, tekst in stuk.opties.items()}
    return (
        f'<p class="status">{opties["status"]}</p><p class="boodschap">{opties["titel"]}</p>{tekst}'
        f'<p class="wie">{opties["auteur"]}, {opties["datum"]}</p><p class="bron">{APART}</p>'
    )
