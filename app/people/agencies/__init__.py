"""One agency: its people with the lead above each, its leads, and its posts with who holds and who covers them."""
