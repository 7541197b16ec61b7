"""What does the runs of a study: this process, or dask workers here, elsewhere, or started by Slurm."""
