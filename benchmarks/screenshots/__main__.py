"""Pictures of a real search, for the documentation: `make screenshots` (four minutes).

A short search on Rotten Tomatoes runs on a cluster of two nodes on this machine, in a workspace that is deleted
afterwards. Meanwhile a real Chromium opens Ray's dashboard, and then MLflow's pages. Look at each picture before it is
committed: the pages change with the versions of Ray and MLflow.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.core import Workspace
from benchmarks.screenshots import mlflow_pages, ray_pages

STUDY = "reviews"
SEARCH = ("rotten-tomatoes", "--study", STUDY)


def main() -> None:
    """Search, or use a workspace that has a study called `reviews`, and take the pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screenshots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"), help="folder of the pictures")
    parser.add_argument("--workspace", type=Path, help=f"workspace with a study {STUDY}; without it, one is made")
    parser.add_argument("--time-budget", default="2m", help="time budget of the search")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="automl-screenshots-") as temporary:
        workspace = Workspace(given.workspace or Path(temporary) / "runs")
        if given.workspace is None:
            search = [*SEARCH, "--time-budget", given.time_budget]
            with ray_pages.searching_on_nodes(search, workspace.folder) as dashboard:
                ray_pages.take_pictures(dashboard, given.out)
        mlflow_pages.take_pictures(workspace, STUDY, given.out)


if __name__ == "__main__":
    main()
