"""The administrators' page of messages: what waits, went and failed. The messages themselves are kept by app.outbox."""
