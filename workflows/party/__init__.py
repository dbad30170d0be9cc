"""The workflow of one party."""
