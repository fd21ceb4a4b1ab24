"""The nbconvert exporter of the kit, so that ``jupyter nbconvert --to sdm-html`` gives the same page as `sdm run`.

From the command line it sees one notebook: it protects that notebook's own pieces, not the quarter's, and the page
says CONCEPT. Within the kit `render_page` hands it pieces that were protected together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import default

from sdm_lib.disclosure import Publishable, load_beleid, protect
from sdm_lib.errors import Melding, RapportFout
from sdm_lib.report.figures import periode_naam
from sdm_lib.report.page import PageContext, compose
from sdm_lib.report.verwijzing import verwijzingen
from sdm_lib.results import MIME, Piece

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"


class SdmExporter(TemplateExporter):
    """Markdown and pieces of an executed notebook as one self-contained Dutch HTML page."""

    export_from_notebook = "Monitor Sociaal Domein"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "sdm"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATE)]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.trim_blocks = True
        return environment

    def from_notebook_node(  # type: ignore[override]  # as every template exporter: text, not a notebook
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render a notebook; without `resources["sdm"]` its own pieces are protected alone."""
        resources = resources or {}
        _not_free_ground(resources)
        publishables, page = resources.get("sdm") or _alone(nb)
        blad = compose(nb, publishables, page)
        veilig = {
            "inhoud": Markup(blad.inhoud),
            "css": Markup(blad.css),
            "csp": Markup(blad.csp),
        }  # made by this room, escaped where it was made
        velden = {naam: getattr(blad, naam) for naam in ("page", "titel", "stand", "koppen", "niet_getoond")}
        html = self.template.render(blad=velden | veilig)
        return html, self._init_resources(resources)  # type: ignore[no-untyped-call]


def export(notebook: NotebookNode, publishables: Mapping[str, Publishable], page: PageContext) -> str:
    """The page of a notebook with pieces that were protected elsewhere."""
    html, _ = _exporter().from_notebook_node(notebook, {"sdm": (publishables, page)})
    return html


@cache
def _exporter() -> SdmExporter:
    return SdmExporter()  # type: ignore[no-untyped-call]


def _not_free_ground(resources: Mapping[str, Any]) -> None:
    """Raise RapportFout (SDM-613) for a notebook in ``notebooks/verkenning``: nothing of it may be published."""
    plek = Path(resources.get("metadata", {}).get("path") or ".").resolve()
    if "verkenning" in plek.parts and plek.parts[plek.parts.index("verkenning") - 1] == "notebooks":
        wat = "van een notebook in verkenning komt nooit een pagina"
        raise RapportFout(Melding("SDM-613", wat, "Maak er een onderwerp van; zie les 4 in notebooks/handleiding."))


def _alone(notebook: NotebookNode) -> tuple[dict[str, Publishable], PageContext]:
    """Protection and page context from the notebook alone, under the house rules of the project."""
    from sdm_lib.sources import project_root

    pieces = [
        Piece.from_json(output.data[MIME])
        for cel in notebook.cells
        if cel.cell_type == "code"
        for output in cel.outputs
        if MIME in output.get("data", {})
    ]
    beschermd = protect(pieces, beleid=load_beleid(project_root() / "params" / "kit.yaml"))
    eerste = next((piece for piece in pieces if len(piece.results)), None)
    if eerste is None:
        return beschermd, PageContext(onderwerp="Monitor", kwartaal="", gebied="")
    rij = eerste.results.frame.iloc[0]
    return beschermd, PageContext(
        onderwerp=re.split("[-/]", eerste.id)[0].capitalize(),
        kwartaal=periode_naam(rij["periode"]),
        gebied=eerste.labels.get(rij["gebied"], rij["gebied"]),
        stand=rij["stand"],
        inleiding="Deze pagina is los gemaakt, zonder de rest van het kwartaal. Gebruik haar alleen als concept.",
        verwijzingen=verwijzingen(beschermd.values(), tuple(beschermd.values())),
    )
