"""The pages of the organisers: phases, questions, rooms, lists."""
