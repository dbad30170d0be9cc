"""The service that takes deliveries of EspoCRM."""
