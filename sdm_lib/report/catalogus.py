"""The catalogue page of a quarter: every definition, by topic, searchable as the index is, whole without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sdm_lib.report.markdown import Kop
from sdm_lib.report.overview import environment, script
from sdm_lib.report.page import Definitie, PageContext
from sdm_lib.report.stuk import slug
from sdm_lib.report.style import csp, stylesheet


def render_catalogue(definities: Mapping[str, Sequence[Definitie]], page: PageContext) -> str:
    """The page as text, the same bytes for the same input.

    definities : per topic, in the order of the site. page : kwartaal, editie, fictief, inleiding and herkomst are used.
    Raises ValueError when an id occurs twice, or there is no definition at all.
    """
    ids = [definitie.id for lijst in definities.values() for definitie in lijst]
    if not ids or len(set(ids)) < len(ids):
        raise ValueError(f"render_catalogue: {len(ids)} definitions with {len(set(ids))} different ids")
    onderwerpen = [(slug(f"onderwerp-{naam}"), naam, _with_anchor(lijst)) for naam, lijst in definities.items()]
    css, js = stylesheet(figuren=False), script()
    from markupsafe import Markup

    blad = {
        "page": page,
        "onderwerpen": onderwerpen,
        "aantal": len(ids),
        "koppen": [*(Kop(anker, naam) for anker, naam, _ in onderwerpen), Kop("toegankelijkheid", "Toegankelijkheid")],
        "css": Markup(css),  # made by this room
        "csp": Markup(csp(css, script=js)),
        "script": Markup(js),
    }
    return str(environment().get_template("catalogus.html.j2").render(blad=blad))


def _with_anchor(lijst: Sequence[Definitie]) -> list[tuple[str, Definitie]]:
    return [(slug(definitie.id), definitie) for definitie in lijst]
