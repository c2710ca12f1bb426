"""Finding words again in minutes, agendas and actions: only what the reader's own pages would show."""
