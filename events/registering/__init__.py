"""Taking part: seats, the line, guests, groups, questions and consents."""
