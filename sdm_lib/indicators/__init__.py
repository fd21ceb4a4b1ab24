"""The catalogue as data, and the questions put to it: how much, how different, is the target met, is it a trend.

``load`` reads the definitions, ``compute`` gives a level, ``compare`` a tested difference; ``verantwoording`` accounts
for a survey. Definitions are blocks of ``params/indicatoren/<onderwerp>.yaml``; nothing in them is evaluated.
"""

from sdm_lib.indicators.catalogue import Catalogue, load
from sdm_lib.indicators.compare import Meting, can_be_tested, compare, compare_rest
from sdm_lib.indicators.compute import compute
from sdm_lib.indicators.consistency import check_definitions
from sdm_lib.indicators.definition import Indicator
from sdm_lib.indicators.example import check_examples, example
from sdm_lib.indicators.respons import nvt, unweighted, verantwoording

__all__ = [
    "Catalogue",
    "Indicator",
    "Meting",
    "can_be_tested",
    "check_definitions",
    "check_examples",
    "compare",
    "compare_rest",
    "compute",
    "example",
    "load",
    "nvt",
    "unweighted",
    "verantwoording",
]
