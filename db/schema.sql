-- The store of slimscope, schema version 1: what `slimscope query` and sqlite3 see.
-- Times are milliseconds since 1970 (UTC). Accuracies are fractions 0..1. NULL means unknown.
-- PRAGMA user_version holds the version; the number below is "SLIM".

PRAGMA application_id = 1397508429;

-- A study is the set of runs that a plan expands to.
CREATE TABLE study (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    plan     TEXT,                    -- the plan's text, as it was read
    created  INTEGER NOT NULL
) STRICT;

-- A run is one training: from random weights, a retraining of a pruned network, or an import.
CREATE TABLE run (
    id        INTEGER PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),  -- SHA-256 of `canonical`
    kind      TEXT NOT NULL CHECK (kind IN ('train', 'retrain', 'import')),
    status    TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'interrupted',
                                              'finished', 'diverged', 'failed')),
    canonical TEXT NOT NULL,          -- every value that makes the run what it is
    config    TEXT NOT NULL,          -- JSON: every option, resolved
    network   TEXT NOT NULL,          -- JSON: family, depth, width, classes, gates
    study     INTEGER REFERENCES study (id) ON DELETE SET NULL,
    pruning   INTEGER REFERENCES pruning (id) ON DELETE CASCADE,  -- of a retraining: what it retrains
    scratch   INTEGER NOT NULL DEFAULT 0,  -- of a retraining: 1 = same shape, new weights
    arch      TEXT NOT NULL,          -- 'vgg11'
    width     REAL NOT NULL,
    data      TEXT NOT NULL,          -- 'fashion'; '' for an import without data
    data_spec TEXT,                   -- where it was found
    data_checksum TEXT,               -- SHA-256 of the decoded images and labels
    penalty   TEXT NOT NULL,          -- 'none', 'l1' …
    lambda    REAL,
    a         REAL,
    p         REAL,
    seed      INTEGER,
    epochs    INTEGER NOT NULL,       -- planned
    name      TEXT,
    note      TEXT,
    message   TEXT,                   -- why it failed, diverged or was interrupted
    channels   INTEGER NOT NULL,      -- prunable channels (N)
    parameters INTEGER NOT NULL,
    parameters_published INTEGER NOT NULL,
    macs       INTEGER NOT NULL,
    flops      INTEGER NOT NULL,
    test_accuracy  REAL,              -- of the last epoch's network
    test_loss      REAL,
    weights_sha256 TEXT,              -- parameters, then running statistics, of the last epoch
    created   INTEGER NOT NULL,
    finished  INTEGER
) STRICT;
CREATE INDEX run_study ON run (study);
CREATE INDEX run_pruning ON run (pruning);

CREATE TABLE tag (
    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;

-- A gate is one batch-norm layer, numbered from 0 in network order.
CREATE TABLE layer (
    run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    layer    INTEGER NOT NULL,
    name     TEXT NOT NULL,           -- as in the reference code: 'feature.1'
    channels INTEGER NOT NULL,        -- the length of γ
    PRIMARY KEY (run, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE epoch (
    run            INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    epoch          INTEGER NOT NULL,  -- from 1; 0 is an import, or a retraining's start
    train_loss     REAL,              -- mean cross-entropy without the penalty
    train_accuracy REAL,              -- on augmented images, as they were trained on
    val_loss       REAL,
    val_accuracy   REAL,
    penalty        REAL,              -- Σ ρ(γ)
    learning_rate  REAL,
    seconds        REAL,
    near_zero      REAL NOT NULL,     -- share of channels with |γ| < 0.01
    PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;

-- All γ of every epoch.
CREATE TABLE gamma (
    run   INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    layer INTEGER NOT NULL,
    gamma BLOB NOT NULL CHECK (length(gamma) % 4 = 0),  -- a float32 little-endian a channel
    PRIMARY KEY (run, epoch, layer),
    FOREIGN KEY (run, epoch) REFERENCES epoch (run, epoch) ON DELETE CASCADE
) STRICT;

-- 103 counts of |γ| (int32 little-endian): exact zeros; 0 < |γ| < 1e-9; ten bins a decade from 1e-9
-- to 10; |γ| >= 10.
CREATE TABLE gamma_histogram (
    run    INTEGER NOT NULL,
    epoch  INTEGER NOT NULL,
    layer  INTEGER NOT NULL,
    counts BLOB NOT NULL CHECK (length(counts) = 412),
    PRIMARY KEY (run, epoch, layer),
    FOREIGN KEY (run, epoch) REFERENCES epoch (run, epoch) ON DELETE CASCADE
) STRICT;

-- A pruning belongs to one epoch of a run; the run itself is not touched.
CREATE TABLE pruning (
    id        INTEGER PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),  -- run's hash, epoch, mask, folding
    run       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    epoch     INTEGER NOT NULL,
    amount    TEXT NOT NULL,          -- as it was asked for: 'channels 70%'
    fold_beta INTEGER NOT NULL DEFAULT 0,
    as_published INTEGER NOT NULL DEFAULT 0,
    floor     INTEGER NOT NULL DEFAULT 1,
    round     INTEGER NOT NULL DEFAULT 1,
    threshold REAL,                   -- the largest |γ| removed; NULL when none is
    network   TEXT NOT NULL,          -- JSON: the slim network
    channels  INTEGER NOT NULL,       -- N before
    channels_kept INTEGER NOT NULL,
    parameters_before INTEGER NOT NULL,
    parameters INTEGER NOT NULL,
    parameters_published INTEGER NOT NULL,
    macs_before  INTEGER NOT NULL,
    macs      INTEGER NOT NULL,
    flops_before INTEGER NOT NULL,
    flops     INTEGER NOT NULL,
    bytes_before INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    val_accuracy_before  REAL,
    val_accuracy         REAL,        -- the small network
    test_accuracy_before REAL,
    test_accuracy        REAL,
    masked_val_accuracy  REAL,        -- the full network with γ = 0 in dropped channels, and β = 0
                                      -- unless it was folded
    max_logit_difference REAL,        -- max|difference| / max|logit|, masked against small
    changed_predictions  INTEGER,
    created   INTEGER NOT NULL
) STRICT;
CREATE INDEX pruning_run ON pruning (run, epoch);

CREATE TABLE pruning_layer (
    pruning  INTEGER NOT NULL REFERENCES pruning (id) ON DELETE CASCADE,
    layer    INTEGER NOT NULL,
    name     TEXT NOT NULL,
    channels INTEGER NOT NULL,
    kept     INTEGER NOT NULL,
    held     INTEGER NOT NULL,        -- kept only because of the floor
    mask     BLOB NOT NULL CHECK (length(mask) = channels),  -- a byte a channel, 1 = kept
    PRIMARY KEY (pruning, layer)
) STRICT, WITHOUT ROWID;

-- Measured accuracies of networks under the slider, by the pruning's hash (it need not be a row of
-- `pruning`) and the number of images.
CREATE TABLE evaluation (
    hash     TEXT NOT NULL CHECK (length(hash) = 64),
    run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    epoch    INTEGER NOT NULL,
    split    TEXT NOT NULL CHECK (split IN ('val', 'test', 'train')),
    images   INTEGER NOT NULL,
    correct  INTEGER NOT NULL,
    loss     REAL,
    channels_kept INTEGER,
    created  INTEGER NOT NULL,
    PRIMARY KEY (hash, split, images)
) STRICT, WITHOUT ROWID;
CREATE INDEX evaluation_run ON evaluation (run, epoch);

-- Weights and training states, files in STORE.d/.
CREATE TABLE checkpoint (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    epoch   INTEGER NOT NULL,         -- epochs that are done
    batch   INTEGER NOT NULL,         -- batches of the next one that are done; 0: whole epochs
    kind    TEXT NOT NULL CHECK (kind IN ('state', 'weights')),  -- with or without momentum
    file    TEXT NOT NULL UNIQUE,     -- in STORE.d/
    bytes   INTEGER NOT NULL,
    sha256  TEXT NOT NULL CHECK (length(sha256) = 64),
    pinned  INTEGER NOT NULL DEFAULT 0,  -- a queued retraining needs it
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoint_run ON checkpoint (run, epoch);

-- The queue: every training is a job that its process takes.
CREATE TABLE job (
    id        INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    state     TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed',
                                             'cancelled')),
    claim     INTEGER NOT NULL DEFAULT 0,  -- raised by who takes it; writes need the present one
    request   TEXT CHECK (request IN ('pause', 'cancel')),  -- asked of its worker
    priority  INTEGER NOT NULL DEFAULT 0,  -- higher goes first, then by id
    host      TEXT,
    pid       INTEGER,
    heartbeat INTEGER,
    message   TEXT,
    created   INTEGER NOT NULL,
    started   INTEGER,
    finished  INTEGER
) STRICT;
CREATE INDEX job_run ON job (run);
CREATE INDEX job_state ON job (state, priority);

-- What a running job says of itself, at most twice a second. Nothing depends on it.
CREATE TABLE progress (
    job     INTEGER PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    epoch   INTEGER NOT NULL,
    batch   INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    loss    REAL,
    images_per_second REAL,
    eta     REAL,                     -- seconds
    updated INTEGER NOT NULL
) STRICT;

-- Where and with what each stretch of a training ran.
CREATE TABLE stretch (
    id        INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    started   INTEGER NOT NULL,
    ended     INTEGER,
    epoch     INTEGER NOT NULL,       -- the epoch it started in, from 1
    batch     INTEGER NOT NULL,
    host      TEXT NOT NULL,
    isa       TEXT NOT NULL,
    blas_core TEXT NOT NULL,
    threads   INTEGER NOT NULL,
    version   TEXT NOT NULL
) STRICT;
CREATE INDEX stretch_run ON stretch (run);

-- Runs with their last epoch: one line a run.
CREATE VIEW result AS
SELECT r.id AS run, r.name, r.kind, r.status, r.arch, r.width, r.data, r.penalty, r.lambda, r.a, r.p,
       r.seed, e.epoch, r.epochs, e.train_loss, e.val_accuracy, r.test_accuracy, e.near_zero,
       r.channels, r.parameters, r.macs, r.flops, r.pruning
FROM run r LEFT JOIN epoch e
  ON e.run = r.id AND e.epoch = (SELECT max(epoch) FROM epoch WHERE run = r.id);

-- The best epoch of each run by validation accuracy (ties: the earlier).
CREATE VIEW best AS
SELECT run, min(epoch) AS epoch, val_accuracy
FROM epoch e
WHERE val_accuracy = (SELECT max(val_accuracy) FROM epoch WHERE run = e.run)
GROUP BY run;

-- Finished runs that differ in nothing but the seed.
CREATE VIEW seed_summary AS
SELECT arch, width, data, penalty, lambda, a, p, epochs, count(*) AS seeds,
       avg(val_accuracy) AS val_accuracy, avg(test_accuracy) AS test_accuracy,
       avg(near_zero) AS near_zero
FROM result WHERE kind = 'train' AND status = 'finished'
GROUP BY arch, width, data, penalty, lambda, a, p, epochs;
