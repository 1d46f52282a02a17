// The ledger's tables, as numbered migrations: results (cache), runs and attempts (history), inputs and outputs (provenance).
import { fillLastKeys } from "./last-keys.ts"

/** Applied in order; `PRAGMA user_version` is how many have been. Never edit one that was released: add another. */
export const migrations: ReadonlyArray<string> = [
  `
  CREATE TABLE results (
    key TEXT PRIMARY KEY,
    stage TEXT NOT NULL,
    fingerprint TEXT NOT NULL,          -- the whole pre-image of the key
    sources TEXT NOT NULL,              -- path → digest without comments, of the bundle's files
    seconds REAL NOT NULL,
    states TEXT,                        -- of a chained task: the digests of its links' states, as JSON
    sequence INTEGER NOT NULL           -- order of commits
  ) WITHOUT ROWID;
  CREATE TABLE links (
    key TEXT PRIMARY KEY,
    stage TEXT NOT NULL, n INTEGER NOT NULL,
    state TEXT NOT NULL, size INTEGER NOT NULL,
    is_record INTEGER NOT NULL,         -- worth keeping however many links follow
    metrics TEXT NOT NULL, seconds REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX links_by_state ON links (state);
  CREATE INDEX results_by_stage ON results (stage, sequence);
  CREATE TABLE outputs (
    key TEXT NOT NULL REFERENCES results (key) ON DELETE CASCADE,
    name TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (key, name)
  ) WITHOUT ROWID;
  CREATE INDEX outputs_by_digest ON outputs (digest);
  CREATE TABLE inputs (
    key TEXT NOT NULL REFERENCES results (key) ON DELETE CASCADE,
    role TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (key, role, name)
  ) WITHOUT ROWID;
  CREATE TABLE evidence (
    key TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, run TEXT NOT NULL,
    PRIMARY KEY (key, name, digest)
  ) WITHOUT ROWID;
  CREATE TABLE owners (
    id TEXT PRIMARY KEY,                -- a run that goes on
    pid INTEGER NOT NULL, host TEXT NOT NULL, beat REAL NOT NULL, started REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE claims (
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES owners (id) ON DELETE CASCADE
  ) WITHOUT ROWID;
  CREATE INDEX claims_by_owner ON claims (owner);
  CREATE TABLE pins (run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, experiment TEXT NOT NULL, params TEXT NOT NULL,
    started TEXT NOT NULL, finished TEXT, outcome TEXT,
    commit_id TEXT, dirty INTEGER, host TEXT NOT NULL,
    results TEXT,                       -- digest of the named results
    folder TEXT                         -- the run whose folder under runs/ holds copies of them
  );
  CREATE INDEX runs_by_experiment ON runs (experiment, started);
  CREATE TABLE tasks (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    label TEXT NOT NULL, stage TEXT NOT NULL, key TEXT, status TEXT NOT NULL,
    PRIMARY KEY (run, label)
  ) WITHOUT ROWID;
  CREATE INDEX tasks_by_label ON tasks (label, run);
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    label TEXT NOT NULL, stage TEXT NOT NULL, key TEXT NOT NULL,
    started TEXT NOT NULL, seconds REAL NOT NULL, host TEXT NOT NULL,
    outcome TEXT NOT NULL, error_tag TEXT, error_message TEXT, log TEXT NOT NULL
  );
  CREATE INDEX attempts_by_label ON attempts (label);
  CREATE TABLE metrics (
    key TEXT NOT NULL REFERENCES results (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,              -- what progress counts, or -1 for the task's own
    name TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (key, step, name)
  ) WITHOUT ROWID;
  `,
  // Which run did a link: an interrupted task is no result yet, and what its run did must outlast `gc`.
  "ALTER TABLE links ADD COLUMN run TEXT",
  // What is not bit-exact: the name of what computed a run where it was not, and the tasks that it, or what it led to, made.
  `
  ALTER TABLE runs ADD COLUMN numerics TEXT;
  ALTER TABLE tasks ADD COLUMN exact INTEGER NOT NULL DEFAULT 1;
  `,
  // A label's last key is found by way of the experiment's latest runs; the index was half of what each run writes.
  "DROP INDEX tasks_by_label",
  // Where an attempt failed and what stands behind that, as JSON: stack, excerpt, causes. Older attempts have none.
  "ALTER TABLE attempts ADD COLUMN error_trace TEXT",
  // What lay in the store before its ledger did: the ledger that knew it is lost, so no reason to keep it can be told.
  "CREATE TABLE orphans (name TEXT PRIMARY KEY) WITHOUT ROWID",
  // A process is more than a number: another may get it. On which machine (a boot, a container) it means something, and when it started.
  `
  ALTER TABLE owners ADD COLUMN machine TEXT;
  ALTER TABLE owners ADD COLUMN born TEXT;
  `,
  // The order in which runs began here: a clock may be wrong, and what it says must not decide which run is the last.
  `
  ALTER TABLE runs ADD COLUMN sequence INTEGER;
  UPDATE runs SET sequence = rowid;
  DROP INDEX runs_by_experiment;
  CREATE INDEX runs_by_experiment ON runs (experiment, sequence);
  CREATE INDEX runs_by_sequence ON runs (sequence);
  `,
  // Where the log of an attempt lies; the column `log` keeps the text of those that stood in the ledger itself.
  "ALTER TABLE attempts ADD COLUMN log_file TEXT",
  // Of what was taken over from other code and not computed again: from which, and how large the sample was, as JSON. And the
  // pairs of codes whose samples differed, which stay refused; a code is here its digest with what its keys name beside it.
  `
  ALTER TABLE results ADD COLUMN adopted TEXT;
  ALTER TABLE links ADD COLUMN adopted TEXT;
  CREATE TABLE refused_pairs (
    pair TEXT PRIMARY KEY,              -- digest of the stage and of both codes
    stage TEXT NOT NULL,
    earlier TEXT NOT NULL, today TEXT NOT NULL,
    task TEXT NOT NULL, output TEXT NOT NULL,
    refused_at TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  // Every run asks which of its results bear a mark.
  "CREATE INDEX adopted_results ON results (key) WHERE adopted IS NOT NULL",
  // Everything that differed of a refused pair, with what the earlier code was said to give: a lock that was wrong there may be
  // mended. Older refusals do not say that, so they are compared once more.
  `
  DROP TABLE refused_pairs;
  CREATE TABLE refusals (
    pair TEXT NOT NULL,                 -- digest of the stage and of both codes
    task TEXT NOT NULL, output TEXT NOT NULL,
    stage TEXT NOT NULL,
    earlier TEXT NOT NULL, today TEXT NOT NULL,
    locked TEXT NOT NULL,
    refused_at TEXT NOT NULL,
    PRIMARY KEY (pair, task, output)
  ) WITHOUT ROWID;
  `,
  // The next number in the order of commits: found through the order of each stage, it cost as much as there are results.
  // So did the latest seconds of a stage that has few attempts, among all of them.
  `
  CREATE INDEX results_by_sequence ON results (sequence);
  CREATE INDEX attempts_by_stage ON attempts (stage, outcome);
  `,
  // The key under which a label of an experiment last succeeded, and the one before: to find them among the tasks of all runs
  // took longer with each run. And the last result that there was when a run began: what it made anew is compared with that.
  `
  CREATE TABLE last_keys (
    experiment TEXT NOT NULL, label TEXT NOT NULL,
    key TEXT NOT NULL, before TEXT,
    PRIMARY KEY (experiment, label)
  ) WITHOUT ROWID;
  ${fillLastKeys};
  ALTER TABLE runs ADD COLUMN after_result INTEGER;
  `,
  // Whether the end of a result asked for a link's state, which then stays. Of older results nobody knows. By its state it is
  // found whether anything else needs it: the index answers by itself.
  `
  ALTER TABLE links ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
  DROP INDEX links_by_state;
  CREATE INDEX links_by_state ON links (state, chosen, n);
  `,
  // What computed an attempt faster, where something did: no bit depends on it. Of older attempts: nothing.
  "ALTER TABLE attempts ADD COLUMN accelerator TEXT",
  // A folder is a list of files that are artifacts of their own. Those of before were one artifact each, which nothing reads any more:
  // what gave them gives them anew. Which outputs are folders is asked by a small index.
  `
  DELETE FROM results WHERE key IN (SELECT key FROM outputs WHERE kind = 'folder' OR kind GLOB 'folder:*');
  CREATE INDEX folder_outputs ON outputs (digest) WHERE kind = 'folder' OR kind GLOB 'folder:*';
  `,
  // What is observed and not computed has a list of answers under its key. And what requests came to, by the digest of what they
  // are made of: another code of the stage takes the row.
  `
  CREATE TABLE observations (
    key TEXT NOT NULL,
    nth INTEGER NOT NULL,               -- from 1
    at TEXT NOT NULL,                   -- when it was observed
    code TEXT NOT NULL,                 -- digest of what asked
    outputs TEXT NOT NULL,              -- name → kind, digest, size, as JSON
    forgotten INTEGER NOT NULL,         -- set aside
    PRIMARY KEY (key, nth)
  ) WITHOUT ROWID;
  CREATE TABLE requests (
    asked TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    record TEXT NOT NULL                -- what stands in the key, as JSON
  ) WITHOUT ROWID;
  `,
  // Of what a probe says whether it is still good: the digest of what the probe gave before it was observed, and when it last gave that.
  `
  ALTER TABLE observations ADD COLUMN probe TEXT;
  ALTER TABLE observations ADD COLUMN probed TEXT;
  `,
]
