"""`python -m bench.inside MODULE ARGUMENT…`: main() of a module that works in the rooms of the installation.

The program is set up before the module is imported: models can only be imported then.
"""

import os
import sys
from importlib import import_module

from anling.site.environment import read_environment
from anling.site.migrating import prepare

if __name__ == "__main__":
    prepare(read_environment(os.environ))
    import_module(sys.argv[1]).main(*sys.argv[2:])
