"""Results files as datasets: open, merge the shards of an experiment, choose values of axes."""
