"""How each paper lays out its figures. Pure: what is counted comes from the figures."""
