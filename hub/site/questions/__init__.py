"""Questions to all: whom to ask what no document answers, and how the answer becomes one."""
