"""From protected tables to what people read: charts, cards, sentences, pages, index, CSV and workbook.

Everything here accepts a `Publishable` and nothing else. matplotlib, seaborn, nbconvert and xlsxwriter are imported
when the first thing of their kind is made.
"""

from sdm_lib.report.catalogus import render_catalogue
from sdm_lib.report.downloads import cijfers_csv, cijfers_metadata
from sdm_lib.report.fragment import fragment, preview
from sdm_lib.report.herrekend import Herrekend, herrekend
from sdm_lib.report.overview import Pagina, render_index
from sdm_lib.report.page import Definitie, Link, PageContext, Weglating, render_page, weggelaten
from sdm_lib.report.pdf import find_browser, print_pdf, require_browser
from sdm_lib.report.verwijzing import verwijzingen
from sdm_lib.report.wijzigingen import wijzigingen
from sdm_lib.report.workbook import workbook

__all__ = [
    "Definitie",
    "Herrekend",
    "Link",
    "PageContext",
    "Pagina",
    "Weglating",
    "cijfers_csv",
    "cijfers_metadata",
    "find_browser",
    "fragment",
    "herrekend",
    "preview",
    "print_pdf",
    "render_catalogue",
    "render_index",
    "render_page",
    "require_browser",
    "verwijzingen",
    "weggelaten",
    "wijzigingen",
    "workbook",
]
