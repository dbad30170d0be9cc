"""What asks for syncs: the webhook service and the command line."""
