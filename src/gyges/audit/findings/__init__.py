"""From mistakes to findings: grouped by root cause, made small, explained."""
