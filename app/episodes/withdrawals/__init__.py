"""What was recorded by mistake: withdrawn with the reason, counted nowhere, shown struck through, put back."""
