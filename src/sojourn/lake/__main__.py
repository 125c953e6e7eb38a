"""`python -m sojourn.lake DESCRIPTOR OPTIONS`: how the API process starts the lake's."""

import sys

import msgspec

from sojourn.lake.link import LakeOptions
from sojourn.lake.process import main

if __name__ == "__main__":
    main(int(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=LakeOptions))
