"""The whole program on one machine: what `up` starts, and who else has started it."""
