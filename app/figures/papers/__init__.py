"""Figures laid out as council papers print them: ready views made of the figures' own answers."""
