"""What Spark's Python workers take is seen, though the kernel counts it for nobody."""

import resource
import subprocess
import sys
import time

import psutil

from bench.disowned import Disowned

DAEMON = """
import os, signal, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
worker = os.fork()
while time.process_time() < (0.6 if worker == 0 else 0.3): pass
if worker == 0: time.sleep(0.5)
else: time.sleep(1.5)
"""
"""As PySpark's: it forks its workers, and does not ask what became of them."""


def test_what_workers_take_is_seen_and_what_their_parent_takes_is_not() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with Disowned(psutil.Process(), every=0.05) as disowned:
        subprocess.run([sys.executable, "-c", DAEMON, "pyspark.daemon"], check=True)
    counted = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert 0.55 < disowned.cpu_s < 0.9
    assert counted < 0.6


def test_other_processes_are_not_taken_for_workers() -> None:
    with Disowned(psutil.Process(), every=0.05) as disowned:
        subprocess.run([sys.executable, "-c", DAEMON, "something else"], check=True)
    assert disowned.cpu_s == 0


def test_a_process_that_is_gone_is_no_error() -> None:
    gone = psutil.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Disowned(gone, every=0.01) as disowned:
        time.sleep(0.1)
    assert disowned.cpu_s == 0
