"""The box: the grader runs in a child process with limits, and whatever it does costs nothing else."""
