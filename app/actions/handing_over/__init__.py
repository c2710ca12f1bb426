"""An action given to a colleague of the agency, or to the cover of its post."""
