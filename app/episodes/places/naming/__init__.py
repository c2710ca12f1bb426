"""A name that episodes use and no place has yet."""
