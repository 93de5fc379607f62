"""Pages for recipients and their families, without an account: large, plain words, nothing told to strangers."""
