"""What findings, appeals, reversals, earlier stops and other pay statuses in the roster file do to pay."""
