"""What a person must settle: to-verify, proposed losses, appeals. People confirm every loss (N-B1)."""
