"""What the grader reads: the format that it pays for, the inputs that change its score, which answer it takes."""
