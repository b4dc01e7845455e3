// Every test traces the same program, some of them in all processes: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
