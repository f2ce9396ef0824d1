import json
import re
from dataclasses import replace

import numpy as np
import pytest

from automl.core import WorkspaceError
from automl.export import Explanation, WordWeight
from automl.page.content import Mistake, NumberContent
from automl.page.render import render, write_page
from automl.report import winner_facts
from automl.selection import Choice
from tests.automl.page.pages import page
from tests.automl.report.records import make_ensemble, make_scores, make_soup, make_winner

SECRET = Mistake(4, "the <b>secret</b> film", "sport", "business", 0.97, 0.03)


def test_the_page_needs_no_other_file(tmp_path):
    write_page(page(SECRET), tmp_path / "deep" / "news.html")

    html = (tmp_path / "deep" / "news.html").read_text()
    outside = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert "http" not in outside
    assert re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", html) == []
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["news.html"]


def test_scores_and_the_verdict_are_those_that_were_handed_over():
    html = render(page())

    assert "best untuned default" in html
    assert "By macro_f1 on the 105 test rows" in html
    assert ">0.920<" in html


def test_texts_are_escaped_and_can_be_left_out():
    assert "the &lt;b&gt;secret&lt;/b&gt; film" in render(page(SECRET))
    hidden = render(page(SECRET), with_texts=False)
    assert "secret" not in hidden
    assert "0.970" in hidden


def test_colours_are_explained_only_where_there_are_words():
    assert "Colours show" in render(page(SECRET))
    assert "Colours show" not in render(page(SECRET), with_texts=False)


def test_errors_of_numbers_are_headed_so_and_shown_on_their_scale():
    true = np.array([10.0, 20.0])
    numbers = NumberContent("stars", true, true + np.array([0.5, -8.0]))
    mistake = Mistake(1, "a film", "20", "12", -8.0, -8.0)
    html = render(replace(page(), model=replace(page().model, numbers=numbers, mistakes=[mistake])))

    assert "Largest errors" in html and "Most confident errors" not in html
    assert '<th>true</th><th>predicted</th><th class="number">error</th>' in html
    assert ">-8.000<" in html and "Predicted against true" in html and "Confusion" not in html


def of_winner(**changes):
    """A page of a winner with `changes`."""
    facts = json.loads(json.dumps(winner_facts(replace(make_winner(), **changes))))
    return render(replace(page(), model=replace(page().model, facts=facts)))


def test_an_ensemble_is_shown_with_its_members_and_apart_from_the_best_single_model():
    html = of_winner(ensemble=make_ensemble())

    assert "Handed over is the mean of the models of the trials 3 (60%) and 1 (40%)." in html
    assert "What follows is about the best trial, 3." in html
    assert "handed over: 2 models together" in html
    assert "best trial</td><td>trial 3" in html
    assert "What follows" not in render(page())


def test_a_mean_of_weights_is_shown_with_its_trials():
    html = of_winner(soup=make_soup())

    assert "Handed over is one model, whose weights are the mean of those of the trials 3, 5 and 1." in html
    assert "handed over: weights of 3 trials" in html


def test_a_trial_in_whose_place_the_default_is_handed_over_has_a_row():
    choice = Choice(best=7, default=3, chosen=3, margin=1.0, evidence=None)

    html = of_winner(choice=choice, passed_over=make_scores(0.99, 0.77))

    assert "best by validation (trial 7)" in html
    assert ">0.770<" in html
    assert "winner of the search" not in html
    assert "best by validation" not in render(page())


def test_a_trial_that_is_handed_over_in_the_place_of_one_with_a_better_score_has_a_row_like_that_one():
    choice = Choice(best=7, default=1, chosen=3, margin=1.0, evidence=None)

    html = of_winner(choice=choice, passed_over=make_scores(0.99, 0.77))

    assert "best by validation (trial 7)" in html and ">0.770<" in html
    assert "winner of the search (trial 3)" in html


def test_the_row_of_the_baseline_says_how_it_reads_two_columns():
    assert "linear baseline (columns apart)" in of_winner(baseline_reading="apart")
    assert "linear baseline (" not in render(page())


def test_words_have_the_colour_of_their_weights():
    words = (WordWeight("dull", 2, 6, 1.5), WordWeight("<i>", 7, 10, -0.5))
    explained = replace(SECRET, explanation=Explanation("a dull <i>", "business", 0.97, words))

    html = render(page(explained))

    assert 'rgba(var(--good), 0.70)" title="+1.500">dull</span>' in html
    assert 'rgba(var(--bad), 0.23)" title="-0.500">&lt;i&gt;</span>' in html


def test_a_study_without_a_model_says_how_to_go_on():
    html = render(replace(page(), model=None))

    assert "has handed over no model yet" in html
    assert "Calibration" not in html


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(WorkspaceError, match=r"name another file with --output"):
        write_page(page(), tmp_path / "file" / "news.html")


def test_tokens_stand_below_the_words_where_they_were_explained():
    words, tokens = ((WordWeight(text, 2, 2 + len(text), weight),) for text, weight in (("dull", 1.5), ("du", -0.7)))
    explained = replace(
        SECRET,
        explanation=Explanation("a dull <i>", "business", 0.97, words),
        tokens=Explanation("a dull <i>", "business", 0.97, tokens),
    )

    html = render(page(explained))

    assert '<div class="tokens">a <span style="background: rgba(var(--bad), 0.70)" title="-0.700">du</span>ll' in html
    assert "integrated gradients" in html
    assert "integrated gradients" not in render(page(replace(explained, tokens=None)))
    assert "du" not in render(page(explained), with_texts=False).partition("Most confident errors")[2][:2000]
