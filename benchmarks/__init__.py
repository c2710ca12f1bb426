"""What has to be fast, measured. Nothing here is part of the service."""
