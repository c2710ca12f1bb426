"""The time that a page about many minutes looks at, read from what somebody typed."""
