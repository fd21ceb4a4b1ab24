"""Write a survey back as a .sav file: words become numbered answers with labels, as SPSS users expect."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sdm_lib.sources.levering import Schema, Vragenlijst, load_schema, load_vragenlijst

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_sav(frame: pd.DataFrame, path: Path, *, naam: str, root: Path | None = None) -> None:
    """Write answers as SPSS: the labels of the schema, and per question its answers as numbered categories.

    frame : columns of the delivery `naam`, answers in words, and any others, such as the weight.
    Answers that mean "no answer" become user-missing values, so that SPSS leaves them out as the kit does.
    The file is written beside its place and renamed, readable for its owner only.
    """
    import pyreadstat

    schema = load_schema(naam, root=root)
    vragenlijst = load_vragenlijst(schema.vragenlijst, root=root) if schema.vragenlijst else None
    codes = {kolom: _codes(kolom, vragenlijst) for kolom in frame if vragenlijst and kolom in vragenlijst.items}
    genummerd = {kolom: woorden for kolom, woorden in codes.items() if woorden}
    data = frame.assign(
        **{k: frame[k].map({w: float(c) for c, w in codes_.items()}) for k, codes_ in genummerd.items()}
    )
    tijdelijk = path.with_name(f".{path.name}.{os.getpid()}")
    pyreadstat.write_sav(
        data,
        str(tijdelijk),
        column_labels=[_label(str(kolom), schema) for kolom in data],
        variable_value_labels={k: _labels(k, genummerd[k], vragenlijst) for k in genummerd},
        missing_ranges={k: missing for k in genummerd if (missing := _missing(genummerd[k], vragenlijst))},
    )
    tijdelijk.chmod(0o600)
    os.replace(tijdelijk, path)


def _codes(kolom: str, vragenlijst: Vragenlijst | None) -> Mapping[int, str]:
    """The number of each answer of a question: as in SPSS deliveries, or in the order of the questionnaire."""
    if vragenlijst is None:
        return {}
    schaal = vragenlijst.schalen[vragenlijst.items[kolom].schaal]
    if schaal.spss:
        return {int(code): woord for code, woord in schaal.spss.items()}
    return dict(enumerate(schaal.antwoorden, start=1))


def _labels(kolom: str, codes: Mapping[int, str], vragenlijst: Vragenlijst | None) -> dict[float, str]:
    if vragenlijst is None:
        return {}
    antwoorden = vragenlijst.schalen[vragenlijst.items[kolom].schaal].antwoorden
    return {float(code): antwoorden.get(woord, woord) for code, woord in codes.items()}


def _missing(codes: Mapping[int, str], vragenlijst: Vragenlijst | None) -> list[Any]:
    if vragenlijst is None:
        return []
    return [float(code) for code, woord in codes.items() if woord in vragenlijst.geen_antwoord]


def _label(kolom: str, schema: Schema) -> str:
    return schema.kolommen[kolom].label if kolom in schema.kolommen else kolom
