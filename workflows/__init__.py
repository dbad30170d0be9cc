"""The workflow of one party: its id is the lock, its history the explanation."""
