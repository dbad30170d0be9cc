"""A first rollout: planned, written to a file, and what of it waits for people."""
