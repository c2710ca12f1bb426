"""The same child on several panels in a month: shown to whoever leads one of them."""
