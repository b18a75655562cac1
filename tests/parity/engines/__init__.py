"""What scores a bundle beside the command: each module has NAME, refuses(case) and score(case)."""
