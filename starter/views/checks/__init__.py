"""What must hold in Temporal: reached, set up, schedules, workers, keys, open runs. Read only, no client's value."""
