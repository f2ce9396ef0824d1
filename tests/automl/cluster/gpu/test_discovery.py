"""Which GPUs a cluster has, and how much memory."""

from concurrent.futures import Future

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.devices import NodeGpus
from automl.cluster.gpu.discovery import POLL_SECONDS, GpuDiscovery
from automl.cluster.resource_request import ResourceRequest
from tests.clock import Clock

GB = 10**9
ANY = ResourceRequest()


def node(name, gpus, model=None, *, alive=True):
    mark = {f"accelerator_type:{model}": 1.0} if model else {}
    return {"NodeID": name, "Alive": alive, "Resources": {"CPU": 8.0, **({"GPU": gpus} if gpus else {}), **mark}}


class Cluster:
    """Nodes that answer when the test says so."""

    def __init__(self, *nodes):
        self.nodes = list(nodes)
        self.asked = []
        self.answers = {}
        self.clock = Clock()

    def ask(self, name):
        self.asked.append(name)
        return self.answers.setdefault(name, Future())

    def answer(self, name, size):
        self.answers.setdefault(name, Future()).set_result(size)

    def look(self, wanted=ANY):
        return GpuDiscovery(wanted, lambda: self.nodes, self.ask, self.clock)


def test_each_node_is_asked_once_and_each_of_its_gpus_counts():
    cluster = Cluster(node("a", 2.0, "T4"), node("b", 0), node("c", 1.0, "A100"), node("d", 4.0, alive=False))
    cluster.answer("a", NodeGpus(16 * GB))
    cluster.answer("c", NodeGpus(80 * GB))
    look = cluster.look()
    assert look.knows_all()
    t4, a100 = Gpu("a", "T4", 16 * GB), Gpu("c", "A100", 80 * GB)
    assert look.gpus() == (t4, t4, a100)
    cluster.clock.now += POLL_SECONDS
    assert look.gpus() == (t4, t4, a100)
    assert cluster.asked == ["a", "c"]


def test_a_node_that_joins_counts_once_it_has_answered():
    cluster = Cluster(node("a", 1.0))
    cluster.answer("a", NodeGpus(16 * GB))
    look = cluster.look()
    assert look.gpus() == (Gpu("a", None, 16 * GB),)
    cluster.nodes.append(node("b", 1.0))
    cluster.clock.now += POLL_SECONDS
    assert len(look.gpus()) == 1
    cluster.answer("b", NodeGpus(24 * GB))
    cluster.clock.now += POLL_SECONDS
    assert look.gpus()[1] == Gpu("b", None, 24 * GB)


def test_what_cannot_be_told_is_not_guessed():
    cluster = Cluster(node("a", 1.0), node("b", 1.0))
    cluster.answer("a", NodeGpus(16 * GB))
    cluster.answer("b", None)
    assert not cluster.look().knows_all()
    assert not Cluster(node("a", 0)).look().knows_all()
    lost = Cluster(node("a", 1.0))
    lost.answers["a"] = Future()
    lost.answers["a"].set_exception(RuntimeError("the node has died"))
    assert not lost.look().knows_all()


def test_slices_of_gpus_are_told_apart():
    cluster = Cluster(node("a", 2.0, "A100"))
    cluster.answer("a", NodeGpus(10 * GB, are_slices=True))
    assert cluster.look().gpus() == (Gpu("a", "A100", 10 * GB, is_slice=True),) * 2


def test_a_memory_that_is_given_is_not_asked_for_and_other_models_do_not_count():
    cluster = Cluster(node("a", 1.0, "T4"), node("b", 2.0, "A100"))
    look = cluster.look(ResourceRequest(gpu_bytes=40 * GB, gpu_model="A100"))
    assert look.knows_all()
    assert look.gpus() == (Gpu("b", "A100", 40 * GB),) * 2
    assert cluster.asked == []
    assert not cluster.look(ResourceRequest(gpu_bytes=GB, gpu_model="H100")).knows_all()
