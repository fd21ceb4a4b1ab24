"""Drafts that are right as they stand: a block for one question, a copy of a block, and a run file with notebook.

`sdm new indicator` and `sdm new onderwerp` write what these functions return. A draft loads, its example comes out and
it can be shown at once; what the researcher still has to say (label, sentence, quality) is in it as a first version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sdm_lib import nl
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators.catalogue import MAP, Catalogue
from sdm_lib.kwartaal import Kwartaal

EENS = ("helemaal_eens", "eens")
NIET_GEKOZEN = ("geen_antwoord", "niet_van_toepassing", "geen_ervaring")


@dataclass(frozen=True, slots=True)
class Vraag:
    """A question of a survey: its delivery, column, subject, and the answers it knows."""

    bron: str
    kolom: str
    onderwerp: str
    antwoorden: tuple[str, ...]

    @property
    def inhoudelijk(self) -> tuple[str, ...]:
        """The answers that say something."""
        return tuple(antwoord for antwoord in self.antwoorden if antwoord not in NIET_GEKOZEN)


def from_question(id: str, vraag: Vraag, *, catalogue: Catalogue, sinds: Kwartaal, telt: Sequence[str] = ()) -> str:
    """A block for the share that gives certain answers.

    telt : the answers that count; agreement, or the first answer, when none is named.
    Raises ParameterFout when the id is taken or impossible, or an answer does not exist.
    """
    check_id(id, catalogue=catalogue)
    gekozen = tuple(telt) or tuple(a for a in vraag.antwoorden if a in EENS) or vraag.inhoudelijk[:1]
    vreemd = [antwoord for antwoord in gekozen if antwoord not in vraag.inhoudelijk]
    if vreemd:
        wat = f"antwoord '{vreemd[0]}' bestaat niet bij '{vraag.kolom}'"
        raise ParameterFout(Melding("SDM-732", wat, bedoelde_u(vreemd[0], vraag.inhoudelijk), bestand=MAP))
    anders = [antwoord for antwoord in vraag.inhoudelijk if antwoord not in gekozen]
    if not anders:
        wat = f"alle antwoorden van '{vraag.kolom}' tellen mee"
        raise ParameterFout(Melding("SDM-706", wat, "Laat er een uit, anders is het altijd 100%.", bestand=MAP))
    buur = next((i for i in catalogue.values() if i.bron == vraag.bron), None)
    return _BLOK.format(
        id=id, label=_quoted(vraag.onderwerp), kolom=vraag.kolom, telt=", ".join(gekozen),
        zin=_quoted(f"Welk deel antwoordt {nl.lijst([a.replace('_', ' ') for a in gekozen], 'of')}"
                    f" op de vraag: {vraag.onderwerp[:1].lower()}{vraag.onderwerp[1:]}?"),
        populatie=_quoted(buur.populatie if buur else vraag.bron), bron=vraag.bron,
        instrument=_quoted(buur.instrument if buur else vraag.bron), sinds=sinds,
        voorbeeld=", ".join((gekozen[0], gekozen[-1], anders[-1], "geen_antwoord")),
    )  # fmt: skip


def copy_of(id: str, ander: str, *, catalogue: Catalogue, tekst: str) -> str:
    """The block of another indicator under a new id, to be changed. tekst : the file in which that block stands.

    Raises ParameterFout when the id is taken or impossible, or the other does not exist.
    """
    check_id(id, catalogue=catalogue)
    catalogue.kies([ander])
    regels = tekst.splitlines()
    begin = regels.index(f"{ander}:")
    einde = next((k for k in range(begin + 1, len(regels)) if regels[k][:1].strip()), len(regels))
    blok = "\n".join(regels[begin + 1 : einde]).rstrip()
    label = catalogue[ander].label
    return f"\n{id}:\n" + re.sub(r"(?m)^  label: .*$", f"  label: {_quoted(f'{label} (kopie)')}", blok, count=1) + "\n"


def check_id(id: str, *, catalogue: Catalogue) -> None:
    """Raises ParameterFout when an id is taken or cannot be one."""
    if id in catalogue:
        bestand, regel = catalogue.plaatsen[id]
        wat = f"indicator '{id}' bestaat al"
        raise ParameterFout(Melding("SDM-704", wat, "Kies een andere code.", bestand=bestand, regels=(regel,)))
    if not re.fullmatch(r"[A-Z]{1,3}\d{2}[A-Z]?", id):
        herstel = "Gebruik hoofdletters en een nummer, zoals NM28."
        raise ParameterFout(Melding("SDM-705", f"'{id}' kan geen code zijn", herstel, bestand=MAP))


def _quoted(tekst: str) -> str:
    return '"' + tekst.replace("\\", "\\\\").replace('"', '\\"') + '"'


_BLOK = """
{id}:
  label: {label}
  zin: {zin}
  soort: aandeel
  teller: {{{kolom}: [{telt}]}}
  noemer: {{{kolom}: beantwoord}}
  eenheid: procent
  gunstig: geen
  relevant_verschil: 0.03
  populatie: {populatie}
  bron: {bron}
  instrument: {instrument}
  aard: subjectief
  niveau: outcome
  uitsplitsingen: [stadsdeel]
  minimum_n: 30
  sinds: {sinds}
  herkomst: eigen onderzoek
  kwaliteit:
    {{helderheid: voldoende, onderbouwing: voldoende, relevantie: voldoende, toewijsbaarheid: voldoende,
     interpretatie: voldoende, validiteit: voldoende, opbouw: voldoende, prikkels: voldoende,
     beschikbaarheid: voldoende}}
  voorbeeld:
    gegeven: {{{kolom}: [{voorbeeld}]}}
    uitkomst: 2/3
"""
