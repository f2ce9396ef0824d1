"""One trial over several processes: data parallelism and sharded models."""

from trials.distributed.data_parallel import Command, Rank, SingleProcess
from trials.distributed.fsdp_shards import is_sharded, local, shard_of
from trials.distributed.launcher import in_shards_if_needed, join, team_of

__all__ = [
    "Command",
    "Rank",
    "SingleProcess",
    "in_shards_if_needed",
    "is_sharded",
    "join",
    "local",
    "shard_of",
    "team_of",
]
