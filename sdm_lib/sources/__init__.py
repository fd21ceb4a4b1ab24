"""Deliveries come in here, are read right or are refused with a message that helps; the only room that opens data.

>>> from sdm_lib import sources
>>> sources.uitleg()["SDM-301"].titel
'bestand ontbreekt'
"""

from sdm_lib.project import project_root
from sdm_lib.sources.bewaard import Bekend, known, read_kept
from sdm_lib.sources.cbs import Momentopname, fetch_cbs, snapshot
from sdm_lib.sources.databron import Databron, load_databron
from sdm_lib.sources.gebieden import Gebied, Gebieden, Indeling, gebieden, join
from sdm_lib.sources.grenzen import Vlak, outlines, parse_wkt
from sdm_lib.sources.hashes import answers, files, look, record, recorded, sha256
from sdm_lib.sources.lever_uit import write_sav
from sdm_lib.sources.levering import (
    Item,
    Kolom,
    Regel,
    Schaal,
    Schema,
    Vragenlijst,
    load_schema,
    load_vragenlijst,
    schema_names,
)
from sdm_lib.sources.los import read_loose
from sdm_lib.sources.omtrek import borders, neighbours
from sdm_lib.sources.ontwerp import draft_schema
from sdm_lib.sources.privacy import eleven_test
from sdm_lib.sources.pseudonymise import Pseudoniemen, Sleutel, load_key, new_key, pseudonym, pseudonymise
from sdm_lib.sources.reading import Levering, check, failure, read, read_whole, require
from sdm_lib.sources.reference import reference
from sdm_lib.sources.uitleg import Uitleg, uitleg
from sdm_lib.sources.verslag import as_csv, as_html, as_text, explained
from sdm_lib.sources.voortgang import listen

__all__ = [
    "Bekend",
    "Databron",
    "Gebied",
    "Gebieden",
    "Indeling",
    "Item",
    "Kolom",
    "Levering",
    "Momentopname",
    "Pseudoniemen",
    "Regel",
    "Schaal",
    "Schema",
    "Sleutel",
    "Uitleg",
    "Vlak",
    "Vragenlijst",
    "answers",
    "as_csv",
    "as_html",
    "as_text",
    "borders",
    "check",
    "draft_schema",
    "eleven_test",
    "explained",
    "failure",
    "fetch_cbs",
    "files",
    "gebieden",
    "join",
    "known",
    "listen",
    "load_databron",
    "load_key",
    "load_schema",
    "load_vragenlijst",
    "look",
    "neighbours",
    "new_key",
    "outlines",
    "parse_wkt",
    "project_root",
    "pseudonym",
    "pseudonymise",
    "read",
    "read_kept",
    "read_loose",
    "read_whole",
    "record",
    "recorded",
    "reference",
    "require",
    "schema_names",
    "sha256",
    "snapshot",
    "uitleg",
    "write_sav",
]
