"""The documentation as a site has every page of `docs/` in its menu."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_page_beside_the_decisions_is_in_the_menu_of_the_site() -> None:
    menu = re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2])
    docs = ROOT / "docs"
    pages = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md") if "decisions" not in page.parent.parts}
    assert pages <= set(menu)
