#!/bin/bash
# A search on the nodes of a Slurm job: sbatch --nodes=4 docs/slurm.sh bbc-news --time-budget 2h
#
# The folder where sbatch is called must be on a disk that the nodes share, and .venv in it must have `automl`. On Slurm's
# signal before the time is up the search ends in good order; `automl resume STUDY` in a later job goes on.
#SBATCH --job-name=automl
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=02:30:00
#SBATCH --signal=B:TERM@300
set -euo pipefail

source .venv/bin/activate
umask 077
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN RAY_USAGE_STATS_ENABLED=0
RAY_AUTH_TOKEN="$(openssl rand -hex 32)"

nodes="$(scontrol show hostnames "$SLURM_JOB_NODELIST")"
head="$(head -n 1 <<< "$nodes")"
port=$((20000 + SLURM_JOB_ID % 10000))

srun --nodes=1 --ntasks=1 --nodelist="$head" ray start --head --block --port="$port" --num-cpus="$SLURM_CPUS_PER_TASK" &
for node in $(tail -n +2 <<< "$nodes"); do
    srun --nodes=1 --ntasks=1 --nodelist="$node" ray start --block --address="$head:$port" \
        --num-cpus="$SLURM_CPUS_PER_TASK" &
done
until ray health-check --address "$head:$port" > /dev/null 2>&1; do sleep 1; done

automl search "$@" --address "$head:$port" &
search=$!
trap 'kill -TERM "$search"' TERM
wait "$search" || wait "$search"
