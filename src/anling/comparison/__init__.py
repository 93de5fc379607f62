"""The run: files in, compare, explain, lists out (N-B1, N-A2, N-A3, N-C2). Its file run needs no Django."""
