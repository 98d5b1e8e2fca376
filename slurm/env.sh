# shellcheck shell=bash
# Site settings: the one file to edit for a new cluster. run.sbatch and array.sbatch read it; whatever is already set in
# the environment of sbatch wins.

# module load gcc openmpi hdf5

# The program, and how ranks are started. Never a bare srun: see INSTALL.md.
: "${OHMCARLO:=ohmcarlo}"
# shellcheck disable=SC2034
launch=(mpirun --bind-to none)
# launch=(srun --mpi=pmix)

# One rank a core: no threads below it.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

# Parents of mnist/, fashion-mnist/ ..., separated by colons.
# export OHMCARLO_DATA=/path/of/data

# Trained networks, shared by all jobs. Unset: models/ beside the results.
# export OHMCARLO_MODELS=/path/of/models

# Readers of results on file systems without locks (some Lustre and NFS mounts) need this; the program itself does not.
# export HDF5_USE_FILE_LOCKING=FALSE

# A job that stops at its time limit queues itself again, at most this often.
: "${OHMCARLO_MAX_RESTARTS:=50}"
