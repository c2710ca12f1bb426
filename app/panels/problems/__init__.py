"""Problems between services that a case brought to light, followed from meeting to meeting until they are resolved."""
