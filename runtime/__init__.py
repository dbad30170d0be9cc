"""What worker and starter share: settings and the connection to Temporal."""
