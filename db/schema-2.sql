-- Schema version 2: which images a network got right, so that two networks can be compared image by
-- image (McNemar's test). Kept of what is recorded: prunings, and each run's last network.
CREATE TABLE verdict (
    hash     TEXT NOT NULL CHECK (length(hash) = 64),  -- the pruning's; the run's: its own network
    run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    epoch    INTEGER NOT NULL,
    split    TEXT NOT NULL CHECK (split IN ('val', 'test')),
    data     TEXT NOT NULL CHECK (length(data) = 64),  -- SHA-256 of which images, in their order
    images   INTEGER NOT NULL,
    correct  INTEGER NOT NULL,
    verdicts BLOB NOT NULL CHECK (length(verdicts) = (images + 7) / 8),  -- a bit an image, 1 = right;
                                      -- image i: bit i % 8 (from the lowest) of byte i / 8
    PRIMARY KEY (hash, epoch, split)
) STRICT;
CREATE INDEX verdict_run ON verdict (run);
