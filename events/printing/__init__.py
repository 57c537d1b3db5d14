"""Programme, signs, cards, badges and lists on paper, and schedules for apps."""
