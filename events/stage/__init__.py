"""The day in the room: who presents their session next, and the wall on which sessions hang."""
