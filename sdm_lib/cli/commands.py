"""The commands, in the order of a working day. Each imports what it needs when it is called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sdm_lib.cli.dutch import Group
from sdm_lib.cli.new import new


@click.group(cls=Group)
@click.version_option(package_name="sdm-lib", message="sdm %(version)s", help="Toon de versie.")
def sdm() -> None:
    """Monitor Sociaal Domein: van leveringen naar rapporten voor college en raad."""


@sdm.command()
@click.option("--opnieuw", is_flag=True, help="Maak de leveringen ook als ze er al zijn.")
def demo(opnieuw: bool) -> None:
    """Maak de demogemeente: fictieve leveringen van acht kwartalen en een in 2022 in data/demo/."""
    from sdm_lib.cli.demo import make_demo

    make_demo(opnieuw=opnieuw)


@sdm.command()
@click.argument("kwartaal")
@click.argument("onderwerpen", nargs=-1)
@click.option("--force", is_flag=True, help="Voer alle notebooks opnieuw uit.")
@click.option("-p", "--parameter", "gegeven", multiple=True, metavar="NAAM=WAARDE", help="Zet een notebookparameter.")
@click.option("--deliveries", "leveringen", default="", metavar="MAP", help="Lees de leveringen uit deze map.")
@click.option("--out", "uit", type=click.Path(path_type=Path), metavar="MAP", help="Zet de rapporten in deze map.")
@click.option("--plan", "alleen_plan", is_flag=True, help="Toon wat er zou draaien en waarom, en stop.")
@click.option("--no-warm", "koud", is_flag=True, help="Start elke kernel gewoon, zonder voorverwarmde ouder.")
@click.option("--kernels", type=click.IntRange(1), metavar="AANTAL", help="Aantal notebooks tegelijk.")
@click.option(
    "--scheduler", "planner", default="", metavar="ADRES", help="Reken op werkers van dask: tls://machine:8786."
)
def run(
    kwartaal: str,
    onderwerpen: tuple[str, ...],
    force: bool,
    gegeven: tuple[str, ...],
    leveringen: str,
    uit: Path | None,
    alleen_plan: bool,
    koud: bool,
    kernels: int | None,
    planner: str,
) -> None:
    """Maak de rapporten van een kwartaal, bijvoorbeeld: sdm run 2015K2 clienten."""
    from sdm_lib.cli.run import run_command

    run_command(
        kwartaal,
        onderwerpen,
        force=force,
        gegeven=gegeven,
        leveringen=leveringen,
        uit=uit,
        alleen_plan=alleen_plan,
        kernels=kernels,
        warm=not koud,
        planner=planner,
    )


@sdm.command()
@click.argument("onderwerp")
@click.option("--kwartaal", default="", metavar="KWARTAAL", help="Ander kwartaal dan het laatste.")
@click.option("--gebied", default="stad", metavar="CODE", help="De stad, of de code van een stadsdeel.")
@click.option("--geen-browser", is_flag=True, help="Toon alleen het adres.")
@click.option("--poort", type=click.IntRange(0, 65535), default=0, metavar="NUMMER", help="Vaste poort; 0 kiest zelf.")
def preview(onderwerp: str, kwartaal: str, gebied: str, geen_browser: bool, poort: int) -> None:
    """Toon een rapport in de browser, en opnieuw na elke keer opslaan."""
    from sdm_lib.cli.preview import preview_command

    preview_command(onderwerp, kwartaal=kwartaal, gebied=gebied, browser=not geen_browser, poort=poort)


@sdm.command()
@click.argument("kwartaal")
@click.argument("onderwerpen", nargs=-1)
@click.option("--reports", "rapporten", type=click.Path(path_type=Path), metavar="MAP", help="Rapporten in deze map.")
@click.option("--out", "uit", type=click.Path(path_type=Path), metavar="MAP", help="Zet de PDF's in deze map.")
def pdf(kwartaal: str, onderwerpen: tuple[str, ...], rapporten: Path | None, uit: Path | None) -> None:
    """Druk rapporten af als toegankelijke PDF, met Edge, Chrome of Chromium."""
    from sdm_lib.cli.pdf import pdf_command

    pdf_command(kwartaal, onderwerpen, uit=uit, rapporten=rapporten)


@sdm.command()
@click.argument("notebook", default="")
@click.option("--geen-browser", is_flag=True, help="Toon alleen het adres.")
def lab(notebook: str, geen_browser: bool) -> None:
    """Open JupyterLab op een notebook dat meteen draait op de demogemeente."""
    from sdm_lib.cli.lab import lab_command

    lab_command(notebook, browser=not geen_browser)


@sdm.command()
@click.argument("bestanden", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="BESTAND...")
@click.option(
    "--microdata",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="BESTAND",
    help="Bestand met regels van personen die er niet in mogen staan; mag vaker.",
)
@click.option(
    "--quarter", "kwartaal", default="", metavar="KWARTAAL", help="Houd de leveringen van dit kwartaal ernaast."
)
@click.option("--sign", "kenmerk", default="", metavar="KENMERK", help="Teken een tegengehouden tabel van de kit af.")
@click.option("--by", "door", default="", metavar="NAAM", help="Wie aftekent.")
@click.option("--reason", "reden", default="", metavar="TEKST", help="Waarom de tabel veilig is.")
def guard(
    bestanden: tuple[Path, ...], microdata: tuple[Path, ...], kwartaal: str, kenmerk: str, door: str, reden: str
) -> None:
    """Zoek in bestanden of mappen naar personen; noemt soort, plaats en aantal, nooit de waarde."""
    from sdm_lib.cli.guard import guard_command, sign_command

    if kenmerk:
        sign_command(bestanden, kwartaal=kwartaal, kenmerk=kenmerk, door=door, reden=reden)
    else:
        guard_command(bestanden, microdata=microdata, kwartaal=kwartaal)


@sdm.command()
@click.argument("kwartaal")
@click.option("--deliveries", "leveringen", default="", metavar="MAP", help="Lees de gesprekken uit deze map.")
@click.option("--thema", default="", metavar="WOORD", help="Alleen segmenten bij dit thema.")
@click.option("--alles", is_flag=True, help="Ook segmenten waarin niets is gevonden.")
@click.option(
    "--citaat", "nummer", type=click.IntRange(1), metavar="NUMMER", help="Ontwerp een citaat uit dit segment."
)
@click.option("--besluit", "nummers", type=click.IntRange(1), multiple=True, metavar="NUMMER",
              help="Leg vast wat er met de vondsten in dit segment gebeurt; nooit de woorden zelf.")  # fmt: skip
@click.option("--laat-staan", "staat", multiple=True, metavar="SOORT", help="Deze soort blijft staan (bij --besluit).")
@click.option("--niet-gebruiken", "weg", is_flag=True, help="Het segment wordt niet gebruikt (bij --besluit).")
@click.option("--by", "door", default="", metavar="NAAM", help="Wie besluit.")
@click.option("--date", "dag", type=click.DateTime(["%Y-%m-%d"]), metavar="JJJJ-MM-DD", help="Wanneer dat was.")
@click.option("--html", "pagina", type=click.Path(path_type=Path), metavar="BESTAND",
              help="Schrijf een leespagina, buiten het project en alleen voor u leesbaar.")  # fmt: skip
def redact(
    kwartaal: str, leveringen: str, thema: str, alles: bool, nummer: int | None, pagina: Path | None,
    nummers: tuple[int, ...], staat: tuple[str, ...], weg: bool, door: str, dag: datetime | None,
) -> None:  # fmt: skip
    """Toon waar in gesprekken iemand te herkennen is, ontwerp een citaat en leg besluiten vast; woorden nooit."""
    from sdm_lib.cli.redact import decide_command, redact_command

    if nummers:
        decide_command(kwartaal, leveringen=leveringen, nummers=nummers, staat=staat, weg=weg, door=door, dag=dag)
    else:
        redact_command(kwartaal, leveringen=leveringen, thema=thema, alles=alles, nummer=nummer, pagina=pagina)


@sdm.command()
@click.argument("kwartaal")
@click.option("--by", "door", required=True, metavar="NAAM", help="Wie de editie uitbrengt.")
@click.option("--reason", "reden", default="", metavar="TEKST", help="Waarom er na een eerdere een nieuwe editie komt.")
@click.option("--out", "uit", type=click.Path(path_type=Path), metavar="MAP", help="De rapporten staan in deze map.")
def release(kwartaal: str, door: str, reden: str, uit: Path | None) -> None:
    """Breng de rapporten van een kwartaal uit als editie, die daarna nooit meer verandert."""
    from sdm_lib.cli.release import release_command

    release_command(kwartaal, door=door, reden=reden, uit=uit)


@sdm.command()
@click.argument("kwartaal")
@click.option("--deliveries", "leveringen", default="", metavar="MAP", help="Controleer de leveringen in deze map.")
@click.option("--html", "pagina", type=click.Path(path_type=Path), metavar="BESTAND",
              help="Schrijf de uitkomst ook als pagina.")  # fmt: skip
@click.option("--csv", "tabel", type=click.Path(path_type=Path), metavar="BESTAND",
              help="Schrijf de uitkomst ook als lijst voor de leverancier.")  # fmt: skip
def check(kwartaal: str, leveringen: str, pagina: Path | None, tabel: Path | None) -> None:
    """Controleer parameters, indicatoren en alle leveringen van een kwartaal."""
    from sdm_lib.cli.check import check_command

    check_command(kwartaal, leveringen=leveringen, pagina=pagina, tabel=tabel)


@sdm.command()
@click.option("--verlopen", is_flag=True, help="Alleen wat langer niet is gebruikt dan params/kit.yaml toestaat.")
def clean(verlopen: bool) -> None:
    """Verwijder bewaarde gegevens en uitgevoerde notebooks uit data/cache; een run maakt ze opnieuw."""
    from sdm_lib.cli.clean import clean_command

    clean_command(verlopen=verlopen)


@sdm.command()
def doctor() -> None:
    """Kijk of deze computer alles heeft, en hoe te herstellen wat ontbreekt."""
    from sdm_lib.cli.doctor import doctor_command

    doctor_command()


@sdm.command()
@click.argument("kwartaal")
@click.option("--per", default="stadsdeel", metavar="KOLOM", help="Kolom van de levering bevolking die strata maakt.")
@click.option("--marge", default=5.0, metavar="PUNTEN", help="Gewenste marge van een aandeel, naar elke kant.")
@click.option("--respons", default=40.0, metavar="PROCENT", help="Verwachte respons.")
@click.option("--vanaf", default=18, metavar="JAAR", help="Jongste leeftijd van wie meetelt.")
@click.option("--deff", default=1.0, metavar="GETAL", help="Ontwerpeffect, meer dan 1 bij ongelijke gewichten.")
@click.option("--deliveries", "leveringen", default="", metavar="MAP", help="Lees bevolking uit deze map.")
def sample(kwartaal: str, per: str, marge: float, respons: float, vanaf: int, deff: float, leveringen: str) -> None:
    """Bereken hoeveel mensen per stratum te benaderen voor een gewenste marge."""
    from sdm_lib.cli.planning import sample_command

    sample_command(kwartaal, per=per, marge=marge, respons=respons, vanaf=vanaf, deff=deff, leveringen=leveringen)


@sdm.command()
@click.argument("kwartaal")
@click.argument("wat", nargs=-1, metavar="[ONDERWERP ENQUETE]")
@click.argument("doel", type=click.Path(path_type=Path))
@click.option("--niveau", multiple=True, metavar="NAAM=CODE", help="Code van een gebiedsniveau in Swing.")
@click.option("--rapporten", default="", metavar="MAP", help="Neem de cijfers uit deze map met rapporten.")
def export(kwartaal: str, wat: tuple[str, ...], doel: Path, niveau: tuple[str, ...], rapporten: str) -> None:
    """Schrijf antwoorden met gewicht en labels voor SPSS (.sav), of alle cijfers voor een import in Swing (.csv)."""
    from sdm_lib.cli.planning import export_command

    export_command(kwartaal, wat, doel, niveau=niveau, rapporten=rapporten)


@sdm.command()
@click.argument("levering")
@click.argument("bron", type=click.Path(path_type=Path))
@click.argument("doel", type=click.Path(path_type=Path))
@click.option("--key", "sleutel", type=click.Path(path_type=Path), required=True, metavar="BESTAND",
              help="Het sleutelbestand, buiten het project.")  # fmt: skip
@click.option("--new-key", "nieuw", is_flag=True, help="Maak dat sleutelbestand, een voor elk project.")
def pseudonymise(levering: str, bron: Path, doel: Path, sleutel: Path, nieuw: bool) -> None:
    """Vervang persoonsnummers in een levering door pseudoniemen, met een sleutel buiten het project."""
    from sdm_lib.cli.leveringen import pseudonymise_command

    pseudonymise_command(levering, bron, doel, sleutel=sleutel, nieuw=nieuw)


sdm.add_command(new)


@new.command("levering")
@click.argument("bestand", type=click.Path(path_type=Path))
@click.option("--naam", default="", metavar="NAAM", help="Naam van de levering; anders de naam van het bestand.")
def new_levering(bestand: Path, naam: str) -> None:
    """Ontwerp een leveringsschema uit een bestand."""
    from sdm_lib.cli.leveringen import new_levering_command

    new_levering_command(bestand, naam=naam)


@sdm.group()
def fetch() -> None:
    """Haal referentiecijfers op; alleen deze opdracht gebruikt het netwerk."""


@fetch.command("cbs")
@click.argument("tabel")
@click.option("--filter", "filters", default="", metavar="FILTER", help="OData-filter op de rijen.")
@click.option("--odata", type=click.Choice(["3", "4"]), default="4", help="Oude (3) of nieuwe (4) vorm bij het CBS.")
@click.option("--out", "uit", type=click.Path(path_type=Path), metavar="MAP", help="Map; anders data/reference/cbs.")
@click.option("--base", "adres", default="", metavar="ADRES", help="Een andere server dan die van het CBS.")
def fetch_cbs(tabel: str, filters: str, odata: str, uit: Path | None, adres: str) -> None:
    """Haal een tabel van CBS StatLine op als momentopname, met codes en status."""
    from sdm_lib.cli.leveringen import fetch_cbs_command

    fetch_cbs_command(tabel, filters=filters, odata=int(odata), uit=uit, adres=adres)


@sdm.command()
@click.argument("codes", nargs=-1)
def uitleg(codes: tuple[str, ...]) -> None:
    """Leg een code uit, bijvoorbeeld: sdm uitleg SDM-321. Zonder code: alle codes met hun titel."""
    from sdm_lib.cli.uitleg import uitleg_command

    uitleg_command(codes)


@sdm.command()
@click.argument("woorden", nargs=-1)
@click.option("--format", "vorm", type=click.Choice(["tekst", "csv"]), default="tekst", help="Lijst, of een rij elk.")
def indicators(woorden: tuple[str, ...], vorm: str) -> None:
    """Zoek in de indicatoren, of leg er een uit: sdm indicators eenzaam, sdm indicators NM04."""
    from sdm_lib.cli.indicators import indicators_command

    indicators_command(woorden, vorm=vorm)


@sdm.command()
@click.argument("eerder")
@click.argument("nu")
@click.option("--format", "vorm", type=click.Choice(["tekst", "csv"]), default="tekst", help="Samenvatting, of alles.")
def compare(eerder: str, nu: str, vorm: str) -> None:
    """Leg twee kwartalen of edities naast elkaar: sdm compare 2015K1 2015K2, sdm compare 2015K2/1 2015K2/2."""
    from sdm_lib.cli.vergelijk import compare_command

    compare_command(eerder, nu, vorm=vorm)


@sdm.command()
@click.argument("indicator")
@click.option("--dialect", type=click.Choice(["duckdb", "postgres", "spark", "mssql"]), default="duckdb",
              help="Voor welke databron.")  # fmt: skip
@click.option("--kwartaal", default="2015K2", metavar="KWARTAAL", help="Over welk kwartaal of jaar.")
@click.option("--per", multiple=True, metavar="KOLOM", help="Uitsplitsing, zoals stadsdeel; mag vaker.")
def sql(indicator: str, dialect: str, kwartaal: str, per: tuple[str, ...]) -> None:
    """Toon de SQL achter een cijfer uit het register, om na te rekenen: sdm sql BC01."""
    from sdm_lib.cli.sql import sql_command

    sql_command(indicator, dialect=dialect, kwartaal=kwartaal, per=per)
