"""What several commands share: arguments, connections, texts, exit codes."""
