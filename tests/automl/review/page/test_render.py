import re
from dataclasses import replace

import pytest

from automl.core import WorkspaceError
from automl.export import Explanation, WordWeight
from automl.review.page.content import Mistake
from automl.review.page.render import render, write_page
from tests.automl.review.page.pages import page

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
