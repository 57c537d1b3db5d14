"""From draft to published text and on: review, locks, schedules, comparison, confirmation, waiting lists."""
