"""The page that says how promptly minutes come, for those who answer for it: shares, ages, what is late and where."""
