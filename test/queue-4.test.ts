// One of the processes that take the files which start processes themselves, one after the other.
import t from "tap"

const { takeInTurn } = await import(new URL("queue.mjs", import.meta.url).href)
await takeInTurn(t)
