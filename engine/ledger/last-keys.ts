// The statements of the table `last_keys`: under which key each label of an experiment last succeeded, and under which before.

/** A row is written where the key has changed: a run that changes nothing writes none. */
const changed = `ON CONFLICT (experiment, label) DO UPDATE SET before = key, key = excluded.key WHERE key <> excluded.key`

/** Of one task: experiment, label, key. */
export const noteLastKey = `INSERT INTO last_keys (experiment, label, key) VALUES (?, ?, ?) ${changed}`

/** All of them, from the tasks of all runs: for a ledger that has none. A migration is made of it: another table, another text. */
export const fillLastKeys = `
  INSERT INTO last_keys (experiment, label, key)
  SELECT runs.experiment, tasks.label, tasks.key FROM runs CROSS JOIN tasks ON tasks.run = runs.id
  WHERE tasks.status IN ('ran', 'cached') AND tasks.key IS NOT NULL ORDER BY runs.sequence
  ${changed}`
