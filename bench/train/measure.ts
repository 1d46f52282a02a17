// Contenders that train one network, timed in turn; it knows neither what they are nor how figures are shown.
import { median } from "../engine/table.ts"
import { Contender } from "./contender.ts"

/** Rounds of a prediction, which takes longer than a spell. */
const PREDICTIONS = 3

/** What one contender does, on one core. */
export interface Result {
  /** Images/s by how many processes trained at the same time. */
  readonly rates: ReadonlyMap<number, number>
  /** Seconds to predict 10,000 images. */
  readonly prediction: number
  /** Of the last spell, and of what relus put out. */
  readonly loss: number
  readonly zeros: number
}

/** The loss, in nats, above which a network of ten classes has hardly learned; guessing gives 2.3. */
const GUESSING = 1.8

/** Whether it has learned: if not, relus may have died, and its speed says nothing. */
export const hasLearned = ({ loss }: Result): boolean => loss < GUESSING

export interface Spells {
  readonly batch: number
  readonly rounds: number
  readonly seconds: number
  /** How many processes train at the same time, from few to many. */
  readonly counts: ReadonlyArray<number>
}

/** Starts as many processes of each command as the largest count, and times them in turn; a command that cannot run has no result. */
export async function measure(
  commands: Readonly<Record<string, ReadonlyArray<string>>>,
  { batch, rounds, seconds, counts }: Spells,
): Promise<Readonly<Record<string, Result>>> {
  const most = counts.at(-1)!
  const teams = new Map<string, ReadonlyArray<Contender>>()
  for (const [name, command] of Object.entries(commands)) {
    const started = await Promise.all(Array.from({ length: most }, () => Contender.start(command)))
    const team = started.filter((contender) => contender !== undefined)
    if (team.length === most) teams.set(name, team)
  }
  try {
    for (const team of teams.values()) await Promise.all(team.map((one) => one.warmUp(batch, seconds)))
    const rates = new Map<number, Medians>()
    for (const count of counts)
      rates.set(count, await inTurn(teams, rounds, (team) => trained(team.slice(0, count))))
    const predictions = await inTurn(teams, PREDICTIONS, ([first]) => first!.predict())
    const results: Record<string, Result> = {}
    for (const [name, team] of teams)
      results[name] = {
        rates: new Map(counts.map((count) => [count, rates.get(count)!.get(name)!])),
        prediction: predictions.get(name)!,
        ...(await team[0]!.learned()),
      }
    return results
  } finally {
    for (const contender of [...teams.values()].flat()) contender.end()
  }
}

type Medians = ReadonlyMap<string, number>

async function inTurn(
  teams: ReadonlyMap<string, ReadonlyArray<Contender>>,
  rounds: number,
  time: (team: ReadonlyArray<Contender>) => Promise<number>,
): Promise<Medians> {
  const all = new Map<string, Array<number>>([...teams.keys()].map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, team] of teams) all.get(name)!.push(await time(team))
  return new Map([...all].map(([name, values]) => [name, median(values)]))
}

/** Images/s of all together. */
async function trained(team: ReadonlyArray<Contender>): Promise<number> {
  const rates = await Promise.all(team.map((one) => one.spell()))
  return rates.reduce((a, b) => a + b, 0)
}
