"""Results on disk: cells under their content hash, runs that list cells, and SQL over both."""

from gyges.store.cells import Result as Result
from gyges.store.cells import Store as Store
from gyges.store.queries import load as load
from gyges.store.queries import query as query
from gyges.store.runs import Entry as Entry
from gyges.store.runs import Manifest as Manifest
from gyges.store.runs import Runs as Runs
