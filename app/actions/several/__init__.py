"""One word on several actions at once, for panel officers."""
