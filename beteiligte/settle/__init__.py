"""What both sides agree on once something landed: the new base, the bookkeeping in EspoCRM."""
