"""What a notebook calls answers a wrong call in Dutch: what to add, or which name was meant.

Python's own words for it are English and name no choice. The verbs stay what they are: their signature, docstring,
completion and types; a call that is right costs nothing but the passing on. Only a call that does not fit its verb is
answered here; a TypeError from inside a verb goes on as it is.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ParamSpec, TypeVar

from sdm_lib.errors import Melding, NaamFout, ParameterFout, bedoelde_u, nearest

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")

VOORBEELD = re.compile(r"In a notebook: ``(.+?)``", re.DOTALL)  # in the docstring of every verb


def helpful(verb: Callable[P, T]) -> Callable[P, T]:
    """The same verb, that tells what a wrong call lacks, or which argument was meant, with an example.

    Raises ParameterFout (SDM-281) where Python raises a TypeError for a call that does not fit.

    >>> @helpful
    ... def start(onderwerp: str, *, kwartaal: str = "") -> str:
    ...     return onderwerp + kwartaal
    >>> start("clienten", kwartal="2015K2")
    Traceback (most recent call last):
    sdm_lib.errors.ParameterFout: SDM-281 fout: aanroep.start kent 'kwartal' niet. Bedoelde u 'kwartaal'?
    """

    @functools.wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return verb(*args, **kwargs)
        except TypeError:
            melding = _misfit(verb, args, kwargs)
            if melding is None:
                raise
        raise ParameterFout(melding)

    return call


def helpful_verbs(voorbeelden: Mapping[str, str], *, noun: str) -> Callable[[type[K]], type[K]]:
    """Make every public verb of a class `helpful`, and offer the nearest name for one that it does not know.

    voorbeelden : per verb, as ``run.estimate``, an example that comes at the end of its docstring. noun : what a
    notebook calls an instance, here ``run``.
    Raises NaamFout (SDM-282), which is an AttributeError too, for a name that the class does not know.
    """

    def dress(kind: type[K]) -> type[K]:
        for naam, verb in list(vars(kind).items()):
            if inspect.isfunction(verb) and not naam.startswith("_"):
                if tekst := voorbeelden.get(f"{noun}.{naam}"):
                    verb.__doc__ = f"{inspect.getdoc(verb)}\n\nIn a notebook: ``{tekst}``"
                setattr(kind, naam, helpful(verb))
        setattr(kind, "__getattr__", _unknown_name)  # noqa: B010  # here, so that a type checker still sees a typo
        return kind

    return dress


def check_keuze(waarde: str, *, uit: Collection[str], bij: str) -> None:
    """Refuse a word that is not one of the choices. bij : the argument that it was given for.

    >>> check_keuze("vorig", uit=["nulmeting", "vorige"], bij="met")
    Traceback (most recent call last):
    sdm_lib.errors.ParameterFout: SDM-283 fout: onbekende waarde 'vorig' bij met=. Bedoelde u 'vorige'?
    """
    if waarde not in uit:
        raise ParameterFout(Melding("SDM-283", f"onbekende waarde '{waarde}' bij {bij}=", bedoelde_u(str(waarde), uit)))


def voorbeeld(verb: object) -> str:
    """The example that the docstring of a verb gives, on one line; empty when it gives none."""
    gevonden = VOORBEELD.search(inspect.getdoc(verb) or "")
    return " ".join(gevonden[1].split()) if gevonden else ""


def _unknown_name(self: object, naam: str) -> object:
    if naam.startswith("_") or hasattr(type(self), naam):
        return object.__getattribute__(self, naam)  # not there, or a property that failed: as Python says it
    wie = type(self).__name__.lower()
    lijkt = nearest(naam, [een for een in dir(self) if not een.startswith("_")])
    herstel = f"Bedoelde u '{lijkt}'?" if lijkt else f"Typ {wie}. en druk op Tab om te zien wat er is."
    raise NaamFout(Melding("SDM-282", f"{wie} kent '{naam}' niet", herstel))


def _misfit(verb: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]) -> Melding | None:
    """Why a call does not fit a verb; None when it does, and something inside the verb went wrong."""
    signature = inspect.signature(verb)
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        pass
    else:
        return None
    parameters = dict(signature.parameters)
    naam = verb.__name__
    if "self" in parameters:
        del parameters["self"]
        naam, args = f"{type(args[0]).__name__.lower()}.{naam}", args[1:]
    elif verb.__module__.startswith("sdm_lib."):
        naam = f"{verb.__module__.split('.')[1]}.{naam}"
    anders = f" Bijvoorbeeld: {tekst}" if (tekst := voorbeeld(verb)) else ""
    wat, herstel = _what(naam, parameters, args, kwargs)
    return Melding("SDM-281", wat, f"{herstel}{anders}")


def _what(
    naam: str, parameters: Mapping[str, inspect.Parameter], args: Sequence[object], kwargs: Mapping[str, object]
) -> tuple[str, str]:
    genoemd = {een: p for een, p in parameters.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    rest = any(p.kind is p.VAR_KEYWORD for p in parameters.values())  # takes every other name too
    zonder_naam = [een for een, p in genoemd.items() if p.kind is not p.KEYWORD_ONLY]
    gegeven = {*zonder_naam[: len(args)], *kwargs}
    if not rest and (vreemd := [een for een in kwargs if een not in genoemd]):
        return f"{naam} kent '{vreemd[0]}' niet", bedoelde_u(vreemd[0], [een for een in genoemd if een not in gegeven])
    if not any(p.kind is p.VAR_POSITIONAL for p in parameters.values()) and len(args) > len(zonder_naam):
        met_naam = [f"{een}=" for een in genoemd if een not in gegeven]
        herstel = f"Zet de naam ervoor: {' of '.join(met_naam)}." if met_naam else "Haal weg wat te veel is."
        return f"{naam} kreeg {len(args)} waarden zonder naam en neemt er {len(zonder_naam)}", herstel
    if dubbel := [een for een in kwargs if een in zonder_naam[: len(args)]]:
        return f"{naam} kreeg '{dubbel[0]}' twee keer", "Haal er een weg."
    nodig = [een for een, p in genoemd.items() if p.default is p.empty and een not in gegeven]
    return f"{naam} mist {' en '.join(nodig)}", "Vul het aan."
