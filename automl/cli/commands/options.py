"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer


def _folder(given: str | Path) -> Path:
    return Path(_something(str(given))).expanduser()  # typer converts the default, too


def _something(given: str) -> str:
    """Reject an empty value: it usually comes from an unset shell variable, and would silently mean the default."""
    if not given.strip():
        raise typer.BadParameter("must not be empty; leave the option out for its default")
    return given


StudyArgument = Annotated[str, typer.Argument(help="Name of the study.", show_default=False)]
WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", parser=_folder, metavar="FOLDER", help="Folder that has the studies, runs and models."
    ),
]
NewWorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        parser=_folder,
        metavar="FOLDER",
        help="Folder for studies, runs and models. Default: runs.",
    ),
]
StorageOption = Annotated[
    str | None,
    typer.Option(
        "--storage",
        parser=_something,
        metavar="URL",
        help="Database of the studies. Default: AUTOML_STORAGE_URL, else SQLite in the workspace.",
    ),
]
TrackingOption = Annotated[
    str | None,
    typer.Option(
        "--tracking-uri",
        parser=_something,
        metavar="URI",
        help="MLflow store. Default: MLFLOW_TRACKING_URI, else SQLite in the workspace.",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        parser=_something,
        metavar="HOST:PORT",
        help="Ray cluster to search on, or auto for this machine's. Default: AUTOML_RAY_ADDRESS, else one is started.",
    ),
]
DashboardOption = Annotated[
    str | None,
    typer.Option(
        parser=_something,
        metavar="URL",
        help="Ray dashboard of the cluster. Default: RAY_API_SERVER_ADDRESS, else http://127.0.0.1:8265.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON summary at the end; everything else goes to stderr.")
]
TimeOption = Annotated[
    str | None, typer.Option("--time-budget", "-t", help="Time limit of the search: 90s, 10m, 1h30m.")
]
TrialsOption = Annotated[
    str | None, typer.Option("--trials", "-n", help="Total number of trials (60), or additional trials (+20).")
]
EncodingOption = Annotated[
    str | None, typer.Option(parser=_something, metavar="NAME", help="Encoding of text files. Default: detected.")
]
DelimiterOption = Annotated[
    str | None, typer.Option(parser=_something, metavar="CHARACTER", help="What separates cells in CSV, or tab.")
]
HeaderOption = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        help="Whether the first row names the columns; without, they are 1, 2, ...",
        show_default=False,
    ),
]
SqlOption = Annotated[
    str | None,
    typer.Option(parser=_something, metavar="QUERY", help="Query for the rows, if the data is the URL of a database."),
]
SheetOption = Annotated[str | None, typer.Option(parser=_something, metavar="NAME", help="Sheet of a workbook.")]
RUNS = Path("runs")
"""The default workspace."""
