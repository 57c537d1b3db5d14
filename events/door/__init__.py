"""The door on the day: who helps there, and who came."""
