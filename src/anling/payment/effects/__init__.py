"""What findings, appeals, reversals and earlier stops do to pay."""
