"""Strict YAML: every scalar is read as text and converted by the type of the field it goes into.

Plain YAML turns ``0034`` into 28, ``no`` into false, ``12:30`` into 750, and lets a repeated key win silently. Here the
shape of a file is a frozen dataclass; an unknown, missing or repeated key and a value of the wrong kind are all
reported at once, in Dutch, with file and line.

Field types understood: str, int, float, bool (ja/nee), date, Kwartaal, Literal, tuple[T, ...], dict[str, T], T | None,
dataclasses, any class with a ``parse(text)`` classmethod that raises ValueError, and a choice of those.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, cast

import yaml

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.kwartaal import Kwartaal, Verslagperiode

T = TypeVar("T")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast, where it was compiled in

SLEUTEL = "Laat elke sleutel precies een keer voorkomen."


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A converted file: its value, its name as a reader knows it, and the line of every key (``"weging.marges"``)."""

    value: T
    bestand: str
    regels: Mapping[str, int]

    def regel(self, sleutel: str) -> tuple[int, ...]:
        """The line of a key as `Melding.regels` wants it; empty for a key that was left out."""
        return (self.regels[sleutel],) if sleutel in self.regels else ()


def load(path: Path, cls: type[T], *, bestand: str = "") -> Loaded[T]:
    """Read a YAML file into a dataclass. Raises ParameterFout with every problem found."""
    naam = bestand or path.name
    loaded: Loaded[T] = _loaded(_bytes(path, naam), cast(Any, cls), naam)
    return loaded


def parse(inhoud: bytes, cls: type[T], *, bestand: str) -> Loaded[T]:
    """As `load`, for YAML that stands within another file. Raises ParameterFout with every problem found."""
    loaded: Loaded[T] = _loaded(inhoud, cast(Any, cls), bestand)
    return loaded


def load_blocks(path: Path, cls: type[T], *, bestand: str = "") -> tuple[Loaded[dict[str, T]], tuple[Melding, ...]]:
    """Read a file of named blocks. A broken block is left out and reported; the others still load."""
    naam = bestand or path.name
    blocks: tuple[Loaded[dict[str, T]], tuple[Melding, ...]] = _loaded_blocks(_bytes(path, naam), cast(Any, cls), naam)
    return blocks


def block_text(path: Path, naam: str) -> str:
    """A block of a YAML file as one text, whatever its comments and layout; empty when it is not there.

    Raises ParameterFout when the file is missing or no YAML.
    """
    for sleutel, waarde in _compose(_bytes(path, path.name), path.name).value:
        if sleutel.value == naam:
            return str(yaml.serialize(waarde))
    return ""


# Kept by content: a notebook asks for the same areas and schemas a hundred times, and converting costs what reading
# does not. The file itself is read each time, so a change on disk is seen at once.
@lru_cache(maxsize=256)
def _loaded(inhoud: bytes, cls: Any, naam: str) -> Loaded[Any]:
    reader = _Reader(naam)
    value = reader.convert(_compose(inhoud, naam), cls, "")
    if reader.meldingen:
        raise ParameterFout(*reader.meldingen)
    return Loaded(value, naam, reader.regels)


@lru_cache(maxsize=256)
def _loaded_blocks(inhoud: bytes, cls: Any, naam: str) -> tuple[Loaded[dict[str, Any]], tuple[Melding, ...]]:
    reader = _Reader(naam)
    blocks: dict[str, Any] = {}
    for key, child in reader.items(_compose(inhoud, naam), ""):
        aantal = len(reader.meldingen)
        value = reader.convert(child, cls, key)
        if len(reader.meldingen) == aantal:
            blocks[key] = value
    return Loaded(blocks, naam, reader.regels), tuple(reader.meldingen)


def _bytes(path: Path, naam: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ParameterFout(
            Melding("SDM-201", "dit bestand bestaat niet", "Zet het terug of controleer de naam.", bestand=naam)
        ) from None


def _compose(inhoud: bytes, naam: str) -> yaml.Node:
    try:
        tekst = inhoud.decode("utf-8")
    except UnicodeDecodeError:
        raise ParameterFout(
            Melding("SDM-202", "dit bestand is geen UTF-8", "Sla het op als UTF-8.", bestand=naam)
        ) from None
    try:
        node = yaml.compose(tekst, Loader=_Loader)
    except yaml.MarkedYAMLError as fout:
        regel = fout.problem_mark.line + 1 if fout.problem_mark else 1
        raise ParameterFout(
            Melding(
                "SDM-203",
                "dit is geen geldige YAML",
                "Kijk naar inspringing, dubbele punten en aanhalingstekens rond deze regel.",
                bestand=naam,
                regels=(regel,),
            )
        ) from None
    if node is None:
        raise ParameterFout(Melding("SDM-204", "dit bestand is leeg", "Vul het in.", bestand=naam))
    return node


class _Reader:
    """Converts nodes to values; gathers problems instead of stopping at the first."""

    def __init__(self, bestand: str) -> None:
        self.bestand = bestand
        self.meldingen: list[Melding] = []
        self.regels: dict[str, int] = {}

    def fout(self, node: yaml.Node, sleutel: str, code: str, wat: str, herstel: str) -> None:
        regel = (node.start_mark.line + 1,)
        self.meldingen.append(Melding(code, wat, herstel, bestand=self.bestand, sleutel=sleutel, regels=regel))

    def items(self, node: yaml.Node, sleutel: str) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.fout(node, sleutel, "SDM-205", "hier horen sleutels met waarden", "Schrijf sleutel: waarde.")
            return
        gezien: set[str] = set()
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fout(key_node, sleutel, "SDM-205", "een sleutel moet tekst zijn", "Schrijf sleutel: waarde.")
                continue
            key = str(key_node.value)
            pad = f"{sleutel}.{key}" if sleutel else key
            if key in gezien:
                self.fout(key_node, sleutel, "SDM-206", f"sleutel '{key}' staat er twee keer", SLEUTEL)
                continue
            gezien.add(key)
            self.regels[pad] = key_node.start_mark.line + 1
            yield key, child

    def convert(self, node: yaml.Node, kind: Any, sleutel: str) -> Any:
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            leeg = isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")
            if type(None) not in typing.get_args(kind):
                return self._scalar(node, kind, sleutel)
            return None if leeg else self.convert(node, _without_none(kind), sleutel)
        if origin is tuple:
            return self._sequence(node, typing.get_args(kind)[0], sleutel)
        if origin in (dict, Mapping):
            child_kind = typing.get_args(kind)[1]
            return {
                key: self.convert(child, child_kind, f"{sleutel}.{key}" if sleutel else key)
                for key, child in self.items(node, sleutel)
            }
        if dataclasses.is_dataclass(kind) and not hasattr(kind, "parse"):
            return self._dataclass(node, kind, sleutel)
        return self._scalar(node, kind, sleutel)

    def _sequence(self, node: yaml.Node, kind: Any, sleutel: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.fout(node, sleutel, "SDM-207", "hier hoort een lijst", "Schrijf [a, b] of regels met een streepje.")
            return ()
        return tuple(self.convert(child, kind, f"{sleutel}.{i}") for i, child in enumerate(node.value))

    def _dataclass(self, node: yaml.Node, kind: Any, sleutel: str) -> Any:
        hints = _hints(kind)
        fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
        values: dict[str, Any] = {}
        aantal = len(self.meldingen)
        for key, child in self.items(node, sleutel):
            pad = f"{sleutel}.{key}" if sleutel else key
            if key in fields:
                values[key] = self.convert(child, hints[key], pad)
            else:
                self.fout(child, sleutel, "SDM-208", f"onbekende sleutel '{key}'", bedoelde_u(key, fields))
        for name, field in fields.items():
            verplicht = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if verplicht and name not in values and isinstance(node, yaml.MappingNode):
                self.fout(node, sleutel, "SDM-209", f"sleutel '{name}' ontbreekt", f"Voeg '{name}:' toe.")
        if len(self.meldingen) > aantal:
            return None
        try:
            return kind(**values)
        except ValueError as fout:
            self.fout(node, sleutel, "SDM-210", str(fout), "Pas dit blok aan.")
            return None

    def _scalar(self, node: yaml.Node, kind: Any, sleutel: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            self.fout(node, sleutel, "SDM-211", "hier hoort een enkele waarde", "Haal de lijst of inspringing weg.")
            return None
        tekst = str(node.value)
        try:
            return _parse_scalar(tekst, kind)
        except ValueError:
            wat, herstel = _expected(tekst, kind)
            self.fout(node, sleutel, "SDM-212", wat, herstel)
            return None


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The types of a dataclass; resolving them anew for each of a thousand blocks would cost half of the reading."""
    return typing.get_type_hints(kind)


def _without_none(kind: Any) -> Any:
    args = tuple(arg for arg in typing.get_args(kind) if arg is not type(None))
    if len(args) != 1:
        raise TypeError(f"schema: only T | None is supported, got {kind}")
    return args[0]


def _parse_scalar(tekst: str, kind: Any) -> Any:
    if kind is str:
        return tekst
    if kind is bool:
        return {"ja": True, "nee": False}[tekst] if tekst in ("ja", "nee") else _refuse(tekst)
    if kind is int:
        return int(tekst) if str(int(tekst)) == tekst else _refuse(tekst)
    if kind is float:
        return float(tekst) if tekst.lstrip("-")[:1].isdigit() else _refuse(tekst)
    if kind is date:
        return date.fromisoformat(tekst) if len(tekst) == 10 else _refuse(tekst)
    if typing.get_origin(kind) is Literal:
        return tekst if tekst in typing.get_args(kind) else _refuse(tekst)
    if hasattr(kind, "parse"):
        return kind.parse(tekst)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _first_that_fits(tekst, typing.get_args(kind))
    raise TypeError(f"schema: no conversion from text to {kind}")


def _first_that_fits(tekst: str, kinds: tuple[Any, ...]) -> Any:
    """A text that may be one of several kinds, such as a quarter or a year."""
    for kind in kinds:
        try:
            return _parse_scalar(tekst, kind)
        except ValueError:
            continue
    return _refuse(tekst)


def _refuse(tekst: str) -> Any:
    raise ValueError(tekst)


def _expected(tekst: str, kind: Any) -> tuple[str, str]:
    if typing.get_origin(kind) is Literal:
        return f"onbekende waarde '{tekst}'", bedoelde_u(tekst, typing.get_args(kind))
    vorm = {
        bool: "ja of nee",
        int: "een geheel getal zonder voorloopnullen",
        float: "een getal met een decimale punt",
        date: "een datum als 2015-06-30",
        Kwartaal: "een kwartaal als 2015K2",
        Verslagperiode: "een kwartaal als 2015K2 of een jaar als 2015",
    }.get(kind, "een andere vorm")
    return f"'{tekst}' past hier niet", f"Hier hoort {vorm}."
