"""People's own words beside the figures: coded interviews, quotes and profiles, and what others make of it.

Words never prove a share. A theme is counted in respondents, never in mentions; a quote or profile stands on a page
only after consent, redaction and a release by name; an interpretation (``duiding``) is signed and stands apart. Each
subject has a file of its own, from interviews and their themes to the redaction of what was said.

>>> from sdm_lib import stemmen
>>> stemmen.codepad("Toegang > wijkteam onbekend")
('Toegang', 'Wijkteam onbekend')
"""

from sdm_lib.stemmen.citaten import load_citaten
from sdm_lib.stemmen.duiding import Duiding, Verwijzing, load_duiding, vul_in
from sdm_lib.stemmen.gesprekken import Gesprekken, codepad
from sdm_lib.stemmen.herkenning import Vondst, Woordenlijst, herken, load_woordenlijst, redigeer
from sdm_lib.stemmen.overeenstemming import alpha, bootstrap, codeurs
from sdm_lib.stemmen.profielen import load_profielen, telt
from sdm_lib.stemmen.schaal import check_schaal
from sdm_lib.stemmen.segmenten import Segment, zinnen
from sdm_lib.stemmen.woorden import Woorden

__all__ = [
    "Duiding",
    "Gesprekken",
    "Segment",
    "Verwijzing",
    "Vondst",
    "Woorden",
    "Woordenlijst",
    "alpha",
    "bootstrap",
    "check_schaal",
    "codepad",
    "codeurs",
    "herken",
    "load_citaten",
    "load_duiding",
    "load_profielen",
    "load_woordenlijst",
    "redigeer",
    "telt",
    "vul_in",
    "zinnen",
]
