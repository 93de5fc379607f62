"""The clock at work: propose, approve, suspend, resume, arrears, end, recover (N-A2, N-C1)."""
