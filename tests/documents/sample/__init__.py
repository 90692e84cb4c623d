"""An app of the tests alone: one report and one job, known to the worker process that a test starts."""
