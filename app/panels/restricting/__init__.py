"""Restricted items: whom they show, and what everybody else sees instead."""
