"""The seeded demo municipality: people who do not exist, in the shape in which real deliveries arrive.

One population, its use of provisions and its answers; per quarter the files of `params/leveringen`, as known fifteen
days after the quarter. Levels come from public figures (data/reference) or are round numbers; see each module.

>>> KWARTALEN[0], KWARTALEN[-1]
(Kwartaal(2015, 1), Kwartaal(2016, 4))
"""

from sdm_lib.synthetic.demo import KWARTALEN, SEED, make

__all__ = ["KWARTALEN", "SEED", "make"]
