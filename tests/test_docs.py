"""The documentation as a site has every page of `docs/` in its menu, and pages name files that exist."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_page_beside_the_decisions_is_in_the_menu_of_the_site() -> None:
    menu = re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2])
    docs = ROOT / "docs"
    pages = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md") if "decisions" not in page.parent.parts}
    assert pages <= set(menu)


def test_what_builds_the_site_comes_with_the_development_packages() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    names = {re.split(r"[\[<>=]", each)[0] for each in packages["dev"]}
    assert {"mkdocs", "mkdocs-material", "mkdocstrings"} <= names
    target = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndocs:")[2].partition("\n\n")[0]
    assert "pip install" not in target and "$(INSTALLED)" in target


def test_every_file_and_folder_of_the_code_that_a_page_names_exists() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
    named = {
        (page.relative_to(ROOT).as_posix(), path)
        for page in pages
        for path in re.findall(r"`((?:tests|automl|trials|search_spaces)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    }
    assert named
    assert [found for found in sorted(named) if not (ROOT / found[1]).exists()] == []
