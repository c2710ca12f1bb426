"""Agendas as they were issued."""
