"""Typed HTTP clients for EspoCRM and Advoware. They know the wire, not the sync."""
