"""What can be wrong with a design, its weights or its targets, said so that a researcher can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdm_lib.errors import InvoerFout, Melding, bedoelde_u

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdm_lib.survey.report import Weighting


class SurveyError(InvoerFout):
    """A design, weighting or estimate that is impossible as asked; names variable and category (exit 3)."""


class NotConverged(SurveyError):
    """An iterative weighting that did not meet its own target; `report` says where it stood."""

    def __init__(self, *meldingen: Melding, report: Weighting) -> None:
        super().__init__(*meldingen)
        self.report = report

    def __reduce__(self) -> tuple[object, ...]:  # type: ignore[override]
        return _not_converged, (self.meldingen, self.report)


def _not_converged(meldingen: tuple[Melding, ...], report: Weighting) -> NotConverged:
    return NotConverged(*meldingen, report=report)


def survey_error(code: str, wat: str, herstel: str, *, kolom: str = "", waarom: str = "") -> SurveyError:
    """One `SurveyError` with one problem in it.

    >>> print(survey_error("SDM-801", "gewicht ontbreekt bij 2 rijen", "Vul het gewicht aan.", kolom="w0"))
    SDM-801 fout: kolom w0: gewicht ontbreekt bij 2 rijen. Vul het gewicht aan.
    """
    return SurveyError(Melding(code, wat, herstel, kolom=kolom, waarom=waarom))


def unknown_column(name: object, columns: Iterable[object]) -> SurveyError:
    """The error for a column that the frame does not have, with the nearest name."""
    known = [str(column) for column in columns]
    return survey_error("SDM-801", f"kolom '{name}' bestaat niet in het bestand", bedoelde_u(str(name), known))


def choose(name: str, value: object, allowed: Iterable[str]) -> None:
    """Raise ValueError when `value` is not one of the named choices of parameter `name`.

    >>> choose("lonely", "error", ["error", "adjust"])
    """
    known = list(allowed)
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}")
