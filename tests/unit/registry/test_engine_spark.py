"""Every figure on Spark, two threads in one process, started here and stopped afterwards."""

import importlib.util
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from registry_motoren import VRAGEN, frame, noemers, ontbreekt, vergelijk

from sdm_lib import registry
from sdm_lib.errors import InvoerFout

if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
    ontbreekt("Spark (java and pyspark)")

# pyspark calls pandas and its own gateway in ways that newer versions deprecate; none of it is ours to mend
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:pyspark"),
    pytest.mark.filterwarnings("ignore:.*infer_string.*"),
]


def schrijf(regels, pad):
    """Parquet as a warehouse holds it: dates, not nanoseconds."""
    tabel = pa.Table.from_pandas(regels, preserve_index=False)
    soorten = [
        pa.field(veld.name, pa.date32() if pa.types.is_timestamp(veld.type) else
                 pa.string() if pa.types.is_large_string(veld.type) else veld.type)
        for veld in tabel.schema
    ]  # fmt: skip
    pq.write_table(tabel.cast(pa.schema(soorten)), pad)
    return str(pad)


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("spark")
    opties = {
        # small data: planning and compiling would cost far more than the rows
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(map_ / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={map_}",
        "spark.log.level": "ERROR",
    }
    con = registry.verbind("spark://local[2]", **opties)
    yield con, map_
    con._session.stop()


@pytest.fixture(scope="module")
def paar(spark):
    _, map_ = spark
    daar = registry.open_bron("spark://local[2]", pad=schrijf(frame(), map_ / "register.parquet"), **noemers())
    return registry.open_register(frame(), **noemers()), daar


@pytest.mark.parametrize("naam", VRAGEN)
def test_the_registry_gives_the_same_figure_on_spark(paar, naam):
    vergelijk(naam, *paar)


def test_the_registry_refuses_a_dirty_table_on_spark(spark):
    con, map_ = spark
    vuil = frame().assign(einde=lambda f: f["begin"])
    with pytest.raises(InvoerFout, match=r"SDM-863 fout: .*kolom einde"):
        registry.open_register(con.read_parquet(schrijf(vuil, map_ / "vuil.parquet")))
