"""The example authority: an invented council with children, meetings, minutes and actions worth looking at.

Nothing of it is real and nothing of it is random at run time: the same day gives the same records. It enters by
the same door as everybody's records: files through the imports, meetings through the rooms' own changes.
"""
