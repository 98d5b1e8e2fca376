# shellcheck shell=bash
# Read by the batch scripts: runs one command that exits 75 when it stopped early with everything saved, tells it when
# the job's time is nearly up, and queues the job again.
#
# Slurm sends USR1 to this shell only (--signal=B:USR1@120); mpirun passes it on to every rank. The command runs in the
# background, because bash runs a trap only between commands, or during `wait`.

resumable=75
child='' told='' cancelled='' interrupted=''

tell() {
  told=1 interrupted=1
  if [[ -n $child ]]; then kill -USR1 "$child" 2>/dev/null; fi
}

# scancel, or the end of the grace time: do not come back. To the program USR2 is what TERM is, but mpirun ends with 1
# after TERM, whatever its ranks end with, and kills them a second later; USR2 it passes on, like srun.
cancel() {
  cancelled=1 interrupted=1
  if [[ -n $child ]]; then kill -USR2 "$child" 2>/dev/null; fi
}

trap tell USR1
trap cancel TERM

# run_and_requeue JOB COMMAND...: JOB is what scontrol calls this job, or empty outside of Slurm. Exits.
run_and_requeue() {
  local job=$1 status=$resumable restarts=${SLURM_RESTART_COUNT:-0}
  shift
  if [[ -z $told && -z $cancelled ]]; then # else the time was up before anything began
    "$@" &
    child=$!
    if [[ -n $told ]]; then kill -USR1 "$child" 2>/dev/null; fi
    if [[ -n $cancelled ]]; then kill -USR2 "$child" 2>/dev/null; fi
    while :; do
      interrupted=''
      wait "$child"
      status=$?
      # A trap ends `wait` with a status above 128 while the command goes on: wait again.
      [[ -n $interrupted && $status -gt 128 ]] || break
    done
    child=''
  fi
  # Slurm may have sent TERM to mpirun, too: then 1 is mpirun's own, and the ranks have saved everything. A command that was
  # just starting dies of either signal.
  if [[ -n $cancelled && $status =~ ^(1|140|143)$ ]]; then status=$resumable; fi

  if [[ $status -ne $resumable ]]; then
    exit "$status" # done, or an error that another start would only repeat
  elif [[ -n $cancelled ]]; then
    echo "ohmcarlo: cancelled; everything is saved, submit again to go on" >&2
  elif [[ -z $job ]]; then
    echo "ohmcarlo: stopped with everything saved; not a Slurm job, so start it again yourself" >&2
  elif ((restarts >= OHMCARLO_MAX_RESTARTS)); then
    echo "ohmcarlo: stopped with everything saved, but restarted $restarts times already (OHMCARLO_MAX_RESTARTS)" >&2
  elif scontrol requeue "$job"; then
    echo "ohmcarlo: stopped with everything saved; job $job is queued again (restart $((restarts + 1)))" >&2
  else
    echo "ohmcarlo: stopped with everything saved, but job $job could not be queued again; submit it again" >&2
  fi
  exit "$resumable"
}
