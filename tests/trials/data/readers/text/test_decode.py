import pytest

from trials.data.readers.text.decode import read_text
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
