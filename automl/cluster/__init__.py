"""Ray: nodes, GPUs, placement, Tune's adapters, and the object store."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.cluster.address import AUTO, split_address
    from automl.cluster.dataset_refs import DatasetRefs
    from automl.cluster.hang_detection import HangDetector
    from automl.cluster.local_cluster import Cluster, Slots, prepare_ray, start_local_cluster
    from automl.cluster.object_store import ObjectHandle
    from automl.cluster.placement import LEAST_OF_A_PACK, TrialPlacer, trials_at_once
    from automl.cluster.progress_metrics import ProgressMetrics
    from automl.cluster.remote_cluster import cluster_pace, joined_cluster
    from automl.cluster.resource_request import ResourceRequest
    from automl.cluster.tune import JOBS, REPORTS, TrialActor, run_search

__all__ = [
    "AUTO",
    "JOBS",
    "LEAST_OF_A_PACK",
    "REPORTS",
    "Cluster",
    "DatasetRefs",
    "HangDetector",
    "ObjectHandle",
    "ProgressMetrics",
    "ResourceRequest",
    "Slots",
    "TrialActor",
    "TrialPlacer",
    "cluster_pace",
    "joined_cluster",
    "prepare_ray",
    "run_search",
    "split_address",
    "start_local_cluster",
    "trials_at_once",
]

__getattr__ = lazy_window(__name__)
