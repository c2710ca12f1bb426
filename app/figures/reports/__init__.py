"""Reports: what the figures of a period say, with the officer's words, fixed for good once it is handed over."""
