"""The workflow of a sweep or a nightly comparison."""
