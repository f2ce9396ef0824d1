from trials.data.readers.delimited.scan import Bare, Lines, Quoted, Way, is_quoted, is_wrapped, scan


def lines(text):
    return Lines(lambda: iter(text.splitlines(keepends=True)), lambda part: part in text)


def test_rows_problems_and_empty_rows_are_told_by_their_lines():
    text = 'sep=,\ntext,label\n\n"two\nlines",1\n,\n   \na,b,c\ntext,label\n'

    found = scan(lines(text), Way(",", Quoted, skipped=1), keep=True)

    assert found.kept == [["text", "label"], ["two\nlines", "1"], ["text", "label"]]
    assert (found.first_line, found.empty, found.repeats, found.count) == (2, [6], [9], 3)
    assert found.spanning == [(4, ["two\nlines", "1"])]
    assert found.problems == ["line 8: 3 fields where the first has 2: 'a | b | c'"]


def test_empty_rows_are_kept_on_demand():
    found = scan(lines('\ntext\na\n""\n\nb\n'), Way(",", Quoted), keep=True, keep_empty=True)
    assert found.kept == [["text"], ["a"], [""], [""], ["b"]]


def test_empty_rows_of_another_width_are_empty_rows_and_blank_lines_of_a_table_are_none():
    text = "text,label\n,,\n\na,1\n"

    assert scan(lines(text), Way(",", Quoted), keep=True, keep_empty=True).kept[1:] == [["", ""], ["a", "1"]]
    assert scan(lines(text), Way(",", Quoted), keep=True).empty == [2]


def test_a_quote_that_never_ends_is_told_by_the_line_where_it_begins():
    found = scan(lines('text,label\n"a",1\n\n"b,2\nc,3\n'), Way(",", Quoted), keep=False)
    assert found.problems[0].startswith("line 4: ")


def test_cells_are_watched_for():
    assert scan(lines('a,b\n1, "x"\n2,y\n'), Way(",", Quoted), keep=False, watch=is_wrapped).watched == 1
    assert scan(lines('a,b\n1,"x"\n2,y\n'), Way(",", Bare), keep=False, watch=is_quoted).watched == 1
