"""The face toward the Fediverse: anyone there may follow this instance or a body of it."""
