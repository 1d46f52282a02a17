// Random tests draw the same cases each time, so that a failure is met again; REFOLD_TEST_SEED=N draws others.
import fc from "fast-check"

fc.configureGlobal({ seed: Number(process.env.REFOLD_TEST_SEED ?? 1) })
