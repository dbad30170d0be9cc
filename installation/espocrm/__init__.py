"""What must stand in EspoCRM for a sync, and how it is made there."""
