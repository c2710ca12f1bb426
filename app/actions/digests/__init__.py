"""One e-mail for a person and working day with what reminding has to say to them, at the hour they chose."""
