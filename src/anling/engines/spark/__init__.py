"""Apache Spark as the engine of many machines: the same named steps, on a cluster or on one machine."""
