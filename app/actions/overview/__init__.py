"""Actions as a chair, an agency's lead or an officer oversees them: filtered, sorted, counted, as a file."""
