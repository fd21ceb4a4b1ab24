"""Laney's p' and u' charts against limits that another program prints for published figures.

Figures of p': patients seen within four hours in English emergency departments, twenty weeks of more than 250,000
attendances, from Mohammed, Panesar, Laney and Wilson (2013), BMJ Quality & Safety 22, 362-368. Figures of u':
infections and days at risk in six hospitals, 2015-2016, the data set hospital_infections of R package qicharts2 summed
by month. Limits are those of qicharts2, `chart = "pp"` and `"up"` (method: Laney 2002, Quality Engineering 14,
531-537), to the digits shown.
"""

from __future__ import annotations

import numpy as np
import pytest

from sdm_lib.indicators import series

# fmt: off
OP_TIJD = [266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320,
           267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989]
BEZOEKEN = [280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529,
            279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772]
P_ONDER = [0.940130, 0.940046, 0.940378, 0.940473, 0.940173, 0.940025, 0.940207, 0.940454, 0.940220, 0.940177,
           0.940111, 0.940208, 0.939803, 0.939839, 0.940046, 0.939923, 0.939788, 0.939969, 0.940087, 0.939975]
P_BOVEN = [0.965670, 0.965753, 0.965421, 0.965326, 0.965627, 0.965775, 0.965593, 0.965345, 0.965579, 0.965623,
           0.965689, 0.965591, 0.965996, 0.965961, 0.965753, 0.965877, 0.966012, 0.965830, 0.965713, 0.965824]
INFECTIES = [575, 521, 585, 528, 507, 519, 457, 505, 494, 512, 543, 506,
             509, 521, 549, 531, 509, 528, 419, 512, 495, 513, 454, 490]
DAGEN = [310466.8333, 282346.7917, 309089.7083, 287977.3333, 297743.3750, 286988.2500, 261120.3333, 268720.7500,
         284437.8750, 290449.5000, 288104.4583, 279961.3750, 289803.9583, 275950.5833, 290824.4583, 285495.7500,
         282515.2083, 273927.8750, 253085.6250, 262410.7083, 275529.2500, 282405.0833, 259530.7917, 256235.4583]
U_ONDER = [1.576382, 1.564364, 1.575832, 1.566911, 1.571155, 1.566469, 1.554035, 1.557874, 1.565319, 1.568006, 1.566968,
           1.563262, 1.567721, 1.561378, 1.568170, 1.565798, 1.564442, 1.560411, 1.549789, 1.554698, 1.561177, 1.564391,
           1.553210, 1.551477]
U_BOVEN = [2.070769, 2.082786, 2.071319, 2.080239, 2.075995, 2.080681, 2.093116, 2.089277, 2.081831, 2.079145, 2.080183,
           2.083888, 2.079429, 2.085773, 2.078980, 2.081352, 2.082709, 2.086739, 2.097361, 2.092452, 2.085973, 2.082759,
           2.093940, 2.095673]
# fmt: on


def test_p_prime_gives_the_limits_of_the_published_weeks():
    found = series.p_chart(OP_TIJD, BEZOEKEN)
    assert found.midden == pytest.approx(0.952900, abs=5e-7)
    assert found.onder == pytest.approx(P_ONDER, abs=6e-7)
    assert found.boven == pytest.approx(P_BOVEN, abs=6e-7)
    assert not any("buiten 3 sigma" in punt for punt in found.signalen)


def test_the_plain_chart_that_p_prime_replaces_flags_most_of_those_weeks():
    n, p = np.array(BEZOEKEN), 0.952900
    plain = np.abs(np.array(OP_TIJD) / n - p) > 3 * np.sqrt(p * (1 - p) / n)
    assert plain.sum() > len(plain) / 2


def test_u_prime_gives_the_limits_of_the_infections_per_thousand_days():
    found = series.scaled(series.u_chart(INFECTIES, DAGEN), 1000)
    assert found.midden == pytest.approx(1.823575, abs=5e-7)
    assert found.onder == pytest.approx(U_ONDER, abs=6e-7)
    assert found.boven == pytest.approx(U_BOVEN, abs=6e-7)
    assert found.oordeel == "geen signaal"
