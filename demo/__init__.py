"""The story that `make demo` tells, over real HTTP."""
