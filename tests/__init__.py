"""Tests of behaviour, in sentences."""
