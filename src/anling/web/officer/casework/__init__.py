"""Cases, the findings that wait for a second officer, and appeals."""
