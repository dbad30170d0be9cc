"""What the program costs at size, measured on the real server against the stand-ins; results.md keeps the figures."""
