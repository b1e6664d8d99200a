#!/usr/bin/env bash
# A job for Slurm: 4 nodes, 2 processes on each (one for each socket), 16 threads per process. sbatch slurm-job.sh
#SBATCH --job-name=train
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=16
#SBATCH --time=08:00:00
#SBATCH --open-mode=append
# Runs again when a node has failed; the program goes on from its checkpoint.
#SBATCH --requeue
set -euo pipefail

# A folder that every node sees: the program, published once by
#   dotnet publish -c Release --self-contained -r linux-x64 -o /shared/train YourProject
program=/shared/train/YourProject
checkpoint=/shared/train/run.safetensors

# Where the cluster has modules, the MPI that its network needs.
module load openmpi 2>/dev/null || true

resume=()
[ ! -e "$checkpoint" ] || resume=(--resume)
mpirun --map-by "socket:PE=$SLURM_CPUS_PER_TASK" "$program" --threads "$SLURM_CPUS_PER_TASK" --checkpoint "$checkpoint" "${resume[@]}"
