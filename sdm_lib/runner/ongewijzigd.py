"""Nothing changed: said in the time it takes to hash a few hundred small files, before any library is loaded.

After a run without a problem the hash of everything it could stand on is kept: parameters, notebooks, the kit itself,
reference data, released editions, the deliveries that were read, and the finished files. The same command finds the
same hash, or does the real work.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
MAPPEN = ("params", "notebooks", "data/reference", "data/published", "data/demo/published")
LEDIG = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Vorige:
    """What a run that ended well left behind: where its index is, its pages, and the hash of all it stood on."""

    index: str
    paginas: tuple[str, ...]
    gelezen: tuple[str, ...]  # deliveries, by their place
    toestand: str


def vraag(**gegeven: object) -> str:
    """A name for a command with these words."""
    return hashlib.sha256(json.dumps(gegeven, sort_keys=True, default=str).encode()).hexdigest()[:24]


def find(root: Path, *, vraag: str) -> Vorige | None:
    """What the last run of this command left, when nothing has changed since; None when there is work to do."""
    try:
        inhoud: Mapping[str, object] = json.loads(_path(root, vraag).read_bytes())
        vorige = Vorige(**{k: tuple(v) if isinstance(v, list) else v for k, v in inhoud.items()})  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError):
        return None
    nu = _state(root, gelezen=vorige.gelezen, uit=Path(vorige.index).parent)
    return vorige if nu == vorige.toestand else None


def keep(root: Path, *, vraag: str, index: Path, paginas: Sequence[str], gelezen: Iterable[str]) -> None:
    """Note that a run ended well."""
    bestanden = tuple(sorted(set(gelezen)))
    toestand = _state(root, gelezen=bestanden, uit=index.parent)
    path = _path(root, vraag)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(Vorige(str(index), tuple(paginas), bestanden, toestand))), encoding="utf-8")


def _path(root: Path, vraag: str) -> Path:
    return root / "data" / "cache" / "ongewijzigd" / f"{vraag}.json"


def _state(root: Path, *, gelezen: Iterable[str], uit: Path) -> str:
    som = hashlib.sha256(platform.python_version().encode())
    for path in _files(root, gelezen=gelezen, uit=uit):
        som.update(f"\0{path}\0".encode())
        som.update(path.read_bytes() if path.is_file() else b"")
    return som.hexdigest()


def _files(root: Path, *, gelezen: Iterable[str], uit: Path) -> Iterable[Path]:
    for folder in (*(root / naam for naam in MAPPEN), PACKAGE, uit):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not set(LEDIG) & set(path.parts):
                yield path
    yield root / "requirements.lock"
    yield from (root / naam for naam in gelezen)
