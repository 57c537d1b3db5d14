"""The office of an event: what its organisers decide, set up, look at and send."""
