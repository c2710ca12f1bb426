"""What the figures say of one case: before and after, recall, and how promptly it was met, minuted and acted on."""
