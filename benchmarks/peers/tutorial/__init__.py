"""Temporal as its tutorial shows it: one workflow, four activities, the sandbox on, payloads in the clear."""
