from trials.data.columns import RowForm
from trials.data.columns.also_columns import CategoryColumn
from trials.data.quality.cleaning import clean
from trials.data.sources import SourceRows


def rows(*pairs):
    return SourceRows([text for text, _ in pairs], [label for _, label in pairs])


def said(findings):
    return {finding.code: finding.message for finding in findings}


def test_rows_without_label_or_text_are_dropped_and_counted():
    kept, findings = clean({"train": rows(("a", "x"), ("b", ""), ("", "y"), ("c", ""))})

    assert kept["train"] == rows(("a", "x"))
    assert said(findings) == {
        "missing-labels": "2 rows without a label: left out.",
        "empty-texts": "1 row without a text: left out.",
    }


def test_a_row_that_has_cells_beside_its_text_alone_has_no_text():
    form = RowForm(("text",), (CategoryColumn("kind"),))
    given = rows(("kind: lamp\na", "x"), ("kind: sofa", "y"), ("kind: sofa\na", "y"))
    kept, findings = clean({"train": given}, form)
    assert kept["train"].texts == ["kind: lamp\na", "kind: sofa\na"], "another category is another row"
    assert said(findings) == {"empty-texts": "1 row without a text: left out."}


def test_a_repeated_text_is_kept_once_whatever_its_white_space():
    kept, findings = clean({"train": rows(("a b", "x"), ("c", "y"), ("a  \nb", "x"), ("A b", "x"))})

    assert kept["train"] == rows(("a b", "x"), ("c", "y"), ("A b", "x"))
    assert said(findings) == {"duplicates": "1 row repeating an earlier text: left out."}


def test_a_text_under_two_labels_is_dropped_altogether():
    plain = [(f"text {number}", "x") for number in range(100)]
    kept, findings = clean({"train": rows(("same", "x"), *plain, ("same", "y"))})

    assert kept["train"] == rows(*plain)
    assert [(finding.code, finding.blocking) for finding in findings] == [("conflicting-labels", False)]
    assert "2 rows" in findings[0].message
    assert "'same'" in findings[0].message


def test_what_contradictions_would_cost_a_score_is_told():
    plain = [(f"text {number}", "x") for number in range(95)]
    same = [("same", "x"), ("same", "x"), ("same ", "y"), ("other", "x"), ("other", "y")]
    _, (finding,) = clean({"train": rows(*plain, *same)})
    assert "5 rows" in finding.message
    assert finding.message.endswith("no classifier could be right on more than 98.0% of the rows.")
    _, findings = clean({"train": rows(*plain), "test": rows(("a", "x"), ("b", "x"), ("a", "y"), ("c", "y"))})
    assert "more than 75.0% of the test rows" in said(findings)["conflicting-labels"]
    _, findings = clean({"train": rows(*plain, *same), "test": rows(("a", "x"))})
    assert "no classifier" not in said(findings)["conflicting-labels"], "no score is concerned"


def test_many_contradictions_block():
    _, findings = clean({"train": rows(("same", "x"), ("same", "y"), ("other", "x"))})

    assert [(finding.code, finding.blocking) for finding in findings] == [("conflicting-labels", True)]


def test_a_text_in_two_splits_stays_where_it_is_measured():
    given = {
        "train": rows(("a", "x"), ("b", "y"), ("c", "x")),
        "validation": rows(("b", "y"), ("d", "x")),
        "test": rows(("c", "x"), ("d", "x")),
    }
    kept, findings = clean(given)

    assert kept == {"train": rows(("a", "x")), "validation": rows(("b", "y")), "test": given["test"]}
    assert said(findings).keys() == {"split-overlap"}
    assert said(findings)["split-overlap"].startswith("3 rows (train 2, validation 1)")
