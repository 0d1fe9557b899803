"""The baseline: the same server and the same framework, doing the least that stores an answer durably."""
