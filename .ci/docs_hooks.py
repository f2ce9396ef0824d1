"""What the documentation site takes from elsewhere: sections of README, pages beside docs/, fields and commands.

A page has `{{ readme: Heading }}` where the section of README of that heading goes, so that no sentence is written
twice. Links are followed from where the text comes from: to pages and files of the site where there are such, and to
nothing where the target is source code.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from typer.main import get_command

from automl.cli.app import app
from automl.config import Experiment

ROOT = Path(__file__).parents[1]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/RESULTS.md")
FILES = ("benchmarks/plots/*.png", "benchmarks/plots/*.svg", "examples/*")
SECTION = re.compile(r"^\{\{ readme: (.+) \}\}$", re.MULTILINE)
FACTS = re.compile(r"^\{\{ (fields|commands) \}\}$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds pages and files that lie beside docs/."""
    found = [ROOT / name for name in PAGES] + [path for pattern in FILES for path in ROOT.glob(pattern)]
    for path in sorted(path for path in found if path.is_file()):
        files.append(File.generated(config, _address(path.relative_to(ROOT).as_posix()), abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts sections of README, fields and commands where they belong, and follows links."""
    known = {file.src_uri for file in files}
    here = page.file.src_uri
    source = here if here in PAGES else join("docs", here)
    text = _with_links(markdown, source, here, known)
    text = SECTION.sub(lambda found: _with_links(_section(found[1], here), "README.md", here, known), text)
    return FACTS.sub(lambda found: "\n".join({"fields": _fields, "commands": _commands}[found[1]]()), text)


def _address(path: str) -> str:
    """The address on the site of a file of the repository."""
    return "index.md" if path == "README.md" else path.removeprefix("docs/")


def _section(heading: str, here: str) -> str:
    """The section of README, without paragraphs that only point to the page where it stands."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if found is None:
        raise PluginError(f"README.md has no section {heading!r}")
    pointer = f"](docs/{here}) has more."
    return "\n\n".join(part for part in found[1].strip().split("\n\n") if not part.strip().endswith(pointer))


def _with_links(text: str, source: str, here: str, known: set[str]) -> str:
    def follow(found: re.Match[str]) -> str:
        mark, shown, target = found.groups()
        path, _, anchor = target.partition("#")
        if "://" in target or not path:
            return found[0]
        repository = normpath(join(dirname(source), path))
        address = _address(repository)
        if address in known:
            return f"{mark}[{shown}]({relpath(address, dirname(here) or '.')}{'#' + anchor if anchor else ''})"
        if (ROOT / repository).exists():
            return f"`{repository}`" if shown.strip("`") == repository else f"{shown} (`{repository}`)"
        return found[0]  # mkdocs warns of it

    parts = FENCE.split(text)
    return "".join(part if part.startswith("```") else LINK.sub(follow, part) for part in parts)


def _fields() -> Iterator[str]:
    yield from _table("", Experiment)
    for name, field in Experiment.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            yield from ["", f"## {name}", "", str(field.description), "", *_table(f"{name}.", field.annotation)]


def _table(prefix: str, section: type) -> Iterator[str]:
    yield from ["| field | default | what it is |", "|---|---|---|"]
    for name, field in section.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            continue
        default = "needed" if field.is_required() else f"`{_shown(field.get_default(call_default_factory=True))}`"
        yield f"| `{prefix}{name}` | {default} | {str(field.description).replace('|', '&#124;')} |"


def _shown(default: object) -> str:
    return {None: "none", (): "[]"}.get(default, str(default)) if not isinstance(default, dict | list) else str(default)


def _commands() -> Iterator[str]:
    yield from _command(get_command(app), "automl", 2)


def _command(command: object, name: str, level: int) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    if commands := getattr(command, "commands", None):
        for each in commands.values():
            yield from _command(each, f"{name} {each.name}", level)
        return
    yield from [
        f"{'#' * level} {name}",
        "",
        command.get_short_help_str(400),
        "",
        "| option | what it does |",
        "|---|---|",
    ]
    for parameter in command.get_params(context):
        if (record := parameter.get_help_record(context)) is not None and parameter.name != "help":
            yield f"| `{_cell(record[0])}` | {_cell(record[1])} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
