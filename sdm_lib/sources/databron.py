"""Where the register of provisions stands when it is no file: a database or cluster that counts for itself.

`params/kit.yaml` names it under `databron`. A password never stands there: `env:NAME` names the environment variable
that holds the whole URL, `keyring:service/name` the entry in the password store of this desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sdm_lib import schema
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.sources.lees_database import SERVERS, ZonderAdres, secret_url

BLOK = "databron"


@dataclass(frozen=True, slots=True)
class Databron:
    """url : ``duckdb:///data/register.duckdb``, ``postgres://user@host:5432/database``, ``spark://host:7077``,
    ``env:NAME`` or ``keyring:service/name``; empty when the register is a delivered file. tabel : the table there, with
    the columns of the delivery; ``{kwartaal}`` stands for the quarter."""

    url: str = ""
    tabel: str = "voorzieningen"

    def __bool__(self) -> bool:
        return bool(self.url)

    def tabel_van(self, periode: Verslagperiode) -> str:
        """The table of a period.

        >>> from sdm_lib.kwartaal import Kwartaal
        >>> Databron(tabel="voorzieningen_{kwartaal}").tabel_van(Kwartaal(2015, 2))
        'voorzieningen_2015K2'
        """
        return self.tabel.replace("{kwartaal}", str(periode))

    def adres(self, root: Path) -> tuple[str, str | None]:
        """The URL without a password, and the password when environment or password store gave one in theirs.

        root : where a DuckDB file of the project is looked for. Raises ParameterFout SDM-256 when nothing is there.
        """
        if not self.url.startswith(SERVERS):
            pad = root / self.url.removeprefix("duckdb:///")
            return (f"duckdb://{pad}" if self.url.startswith("duckdb:///") and pad.exists() else self.url), None
        try:
            url = secret_url(self.url)
        except ZonderAdres as fout:
            herstel = "Zet de URL daar, of noem de databron in params/kit.yaml."
            raise ParameterFout(Melding("SDM-256", str(fout), herstel, sleutel=f"{BLOK}.url")) from None
        delen = urlsplit(url)
        return url.replace(f":{delen.password}@", "@", 1) if delen.password else url, delen.password


def load_databron(path: Path, *, bestand: str = "") -> Databron:
    """Read what `params/kit.yaml` says of the source. Raises ParameterFout when that block is wrong."""
    geladen, meldingen = schema.load_blocks(path, Databron, bestand=bestand)
    eigen = [melding for melding in meldingen if melding.sleutel.split(".")[0] == BLOK]
    if eigen:  # what is said of the other blocks is theirs to judge
        raise ParameterFout(*eigen)
    return geladen.value.get(BLOK, Databron())
