"""From everything a quarter wants to say to what may be seen.

`protect` takes the pieces of all topics and areas at once and is the only maker of `Publishable`; `guard` reads the
finished bytes. The policy is data: `load_beleid` reads it from `params/kit.yaml`.
"""

from sdm_lib.disclosure.beleid import Beleid, Doelbinding, Regels, load_beleid, load_grenzen
from sdm_lib.disclosure.edities import Editie, Vrijgave, bevries
from sdm_lib.disclosure.edities import lees as lees_edities
from sdm_lib.disclosure.guard import Bevinding, guard
from sdm_lib.disclosure.herkenning import Microdata
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.disclosure.protect import protect
from sdm_lib.disclosure.publishable import Publishable, onthouden
from sdm_lib.disclosure.verantwoording import niet_getoond

__all__ = [
    "Beleid",
    "Bevinding",
    "Doelbinding",
    "Editie",
    "Kanaries",
    "Microdata",
    "Publishable",
    "Regels",
    "Vrijgave",
    "bevries",
    "guard",
    "lees_edities",
    "load_beleid",
    "load_grenzen",
    "niet_getoond",
    "onthouden",
    "protect",
]
