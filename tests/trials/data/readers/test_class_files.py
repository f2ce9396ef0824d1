"""Which files of class folders are read."""

from trials.data.readers.class_files import class_files, has_text_files


def write(folder, *names, text="fine"):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(text)


def read(folder):
    found = class_files(folder)
    return [(path.name, label) for path, label in found.labelled], [str(loss) for loss in found.losses]


def test_suffixes_of_any_case_are_read_and_hidden_files_are_not(tmp_path):
    write(tmp_path / "pos", "1.txt", "._1.txt", ".DS_Store")
    write(tmp_path / "neg", "2.TXT", "3.Text")
    write(tmp_path / ".git", "4.txt")

    assert read(tmp_path) == ([("2.TXT", "neg"), ("3.Text", "neg"), ("1.txt", "pos")], [])


def test_files_in_sub_folders_have_the_class_of_the_top_folder(tmp_path):
    write(tmp_path / "pos", "1.txt")
    write(tmp_path / "neg" / "2019", "2.txt", "3.txt")
    write(tmp_path / "neg" / ".old", "4.txt")

    assert read(tmp_path) == (
        [("2.txt", "neg"), ("3.txt", "neg"), ("1.txt", "pos")],
        ["2 files in sub-folders count for the class of the top folder: neg 2"],
    )


def test_what_is_not_read_is_told(tmp_path):
    write(tmp_path / "pos", "1.txt", "1.json", "2.json", "notes")
    write(tmp_path / "neg", "2.txt")
    write(tmp_path / "neu", "3.html")

    assert read(tmp_path)[1] == [
        "4 files are no .txt or .text files and were not read: .json 2, .html 1, no suffix 1",
        "1 folders without a text file are no classes: neu",
    ]


def test_a_folder_of_unlabelled_texts_is_no_class_beside_two_others(tmp_path):
    write(tmp_path / "pos", "1.txt")
    write(tmp_path / "unsup", "3.txt", "4.txt")
    assert read(tmp_path)[0] == [("1.txt", "pos"), ("3.txt", "unsup"), ("4.txt", "unsup")]

    write(tmp_path / "neg", "2.txt")
    labelled, (said,) = read(tmp_path)
    assert labelled == [("2.txt", "neg"), ("1.txt", "pos")]
    assert said.startswith("2 texts of unsup have no label and were not read; --unlabeled ")
    assert said.endswith("/unsup uses them for pretraining")


def test_text_files_lie_directly_in_a_class_folder(tmp_path):
    write(tmp_path / "neg" / "2019", "2.TXT")

    assert has_text_files(tmp_path / "neg" / "2019")
    assert not has_text_files(tmp_path / "neg")
