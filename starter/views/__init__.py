"""What an operator may ask Temporal about: read only, no text."""
