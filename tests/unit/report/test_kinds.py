from sdm_lib.report.charts import KINDS
from sdm_lib.results import CHARTS


def test_a_notebook_may_name_every_chart_that_can_be_drawn():
    assert set(CHARTS) == set(KINDS)
