"""Which parties a sweep asks for, and when it stops and asks people."""
