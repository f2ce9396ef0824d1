# One image for every service of ours: Ray's head and workers, the MLflow server, and the command line.
#
#   docker build --tag transformer-automl .
#
# VARIANT=cuda takes torch as the package index has it, with CUDA. VARIANT=cpu wants a CPU build of the same version: put
# its wheel into wheels/, or name PyTorch's CPU index with TORCH_INDEX.

ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ARG VARIANT=cpu
ARG TORCH_INDEX=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/automl
WORKDIR /source
COPY constraints.txt wheel[s] /wheels/
# What changes seldom goes first, so that it is built seldom.
RUN torch="$(grep '^torch==' /wheels/constraints.txt)" && \
    if [ "$VARIANT" = cpu ]; then torch="$torch+cpu"; fi && \
    /opt/automl/bin/pip install --find-links /wheels ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
        --constraint /wheels/constraints.txt "$torch"
COPY pyproject.toml README.md LICENSE ./
COPY search_spaces search_spaces
COPY trials trials
COPY automl automl
RUN /opt/automl/bin/pip install --find-links /wheels --constraint /wheels/constraints.txt \
    '.[corpora,minilm,postgresql,server]'

FROM ${BASE}
RUN useradd --create-home --uid 1000 automl && \
    install --directory --owner automl /workspace /mlflow
COPY --from=build /opt/automl /opt/automl
COPY docker/ /opt/docker/
ENV PATH=/opt/automl/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 RAY_AUTH_MODE=token RAY_USAGE_STATS_ENABLED=0
USER automl
WORKDIR /workspace
ENTRYPOINT ["automl"]
