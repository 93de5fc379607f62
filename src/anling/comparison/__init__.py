"""The run: take the files in, compare, explain, write the lists (N-B1, N-A2, N-A3, N-C2). Its file run needs no Django."""
