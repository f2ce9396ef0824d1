import pytest

from trials.data.readers.text.decode import decode_together, read_text
from trials.errors import DataError

FRENCH = "Un très bon film, à voir absolument, déjà un classique.\nJe me suis ennuyé du début à la fin\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "latin-1"])
def test_every_usual_encoding_reads_the_same(tmp_path, encoding):
    path = tmp_path / "film.txt"
    path.write_bytes(b"\xff\xfe" + FRENCH.encode("utf-16-le") if "bom" in encoding else FRENCH.encode(encoding))

    assert read_text(path).text == FRENCH


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "It cost £5, or “far too much”"),
        ("cp1252", "Der Film war schön, ich würde ihn wärmstens empfehlen. Große Klasse!"),
        ("cp1250", "Film był świetny, bardzo mi się podobał. Gorąco polecam każdemu!"),
        ("cp1251", "Это был прекрасный фильм, мне очень понравилось."),
        ("cp1254", "Film çok güzeldi, çok beğendim. Herkese şiddetle tavsiye ederim, ışıklar iyiydi"),  # noqa: RUF001
        ("gb18030", "这是一部非常好的电影我很喜欢"),
    ],
)
def test_older_encodings_are_told_by_how_the_text_reads(tmp_path, encoding, text):
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))

    assert read_text(path).text == text


def test_one_pound_sign_in_a_long_english_text_does_not_make_it_japanese(tmp_path):
    path = tmp_path / "news.txt"
    path.write_bytes(b"The fee was \xa315.8m when the club signed him from Parma in the summer.\nThe board agreed.\n")

    assert "£15.8m" in read_text(path).text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "white space only"),
        (b"a,b\n\x00\x01\x00\x08\n", "binary: it has 2 zero bytes .*line 2"),
        (b"\xef\xbb\xbfgood\n\xff bad\n\xff\n", "line 2: this is not utf-8"),
    ],
)
def test_what_is_no_text_is_refused_with_its_name(tmp_path, content, said):
    path = tmp_path / "strange.csv"
    path.write_bytes(content)

    with pytest.raises(DataError, match=said) as error:
        read_text(path)
    assert "strange.csv" in str(error.value)


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path / "gone.csv")


ROWS = [f"{number} à la crème brûlée\n".encode() for number in range(100)]


def test_one_bad_byte_costs_one_character_and_is_told_with_its_line(tmp_path):
    path = tmp_path / "d.txt"
    path.write_bytes(b"".join(ROWS[:33]) + "34 déjà\n".encode("latin-1") + b"".join(ROWS[34:]))

    decoded = read_text(path)

    assert decoded.text.split("\n")[33] == "34 d\ufffdj\ufffd"
    assert decoded.text.count("\ufffd") == 2
    assert (decoded.encoding, decoded.confidence) == ("utf-8", None)
    assert [(loss.count, loss.lines) for loss in decoded.losses] == [(1, (34,))]


def test_a_file_half_in_one_encoding_and_half_in_another_is_refused_with_a_line(tmp_path):
    path = tmp_path / "d.txt"
    path.write_bytes(b"".join(ROWS[:20]) + b"".join(ROWS).decode().encode("latin-1"))

    with pytest.raises(DataError, match="20 lines are UTF-8 and 100 are not, such as line 21"):
        read_text(path)


def test_a_named_encoding_is_used_and_must_fit(tmp_path):
    path = tmp_path / "d.txt"
    path.write_bytes("książka\n".encode("cp1250") * 20)

    assert read_text(path, "cp1250").text == "książka\n" * 20
    with pytest.raises(DataError, match="line 1: this is not utf-8 text"):
        read_text(path, "utf-8")
    with pytest.raises(DataError, match=r"must be an encoding that Python knows.*'klingon'"):
        read_text(path, "klingon")


def test_a_zero_byte_in_a_text_is_left_out_and_told_with_its_line(tmp_path):
    path = tmp_path / "d.txt"
    path.write_bytes(b"a line\n" * 8 + b"one\0 more\n" + b"a line\n" * 8)

    decoded = read_text(path)

    assert decoded.text.split("\n")[8] == "one more"
    assert [(loss.count, loss.lines) for loss in decoded.losses] == [(1, (9,))]


def test_utf_16_without_a_byte_order_mark_is_seen(tmp_path):
    path = tmp_path / "d.txt"
    for encoding in ("utf-16-le", "utf-16-be"):
        path.write_bytes("text,label\nfine,good\n".encode(encoding))
        assert (read_text(path).text, read_text(path).encoding) == ("text,label\nfine,good\n", encoding)


def test_short_files_of_a_folder_share_one_guess(tmp_path):
    texts = ["książka", "płyta", "żółw", "ćma", "gęś"]

    decoded = decode_together(
        [(tmp_path / f"{number}.txt", text.encode("cp1250")) for number, text in enumerate(texts)], None, tmp_path
    )

    assert [found.text for found in decoded] == texts
    assert len({found.confidence for found in decoded}) == 1
