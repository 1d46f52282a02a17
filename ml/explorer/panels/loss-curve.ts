// Losses by epoch as a small drawing that grows, with its last numbers beside it; it knows nothing of who trains.
import type { FitPoint } from "../../training/fitting.ts"
import { element } from "./element.ts"

const [WIDTH, HEIGHT] = [520, 190]
const MARGIN = { left: 40, right: 96, top: 10, bottom: 34 }

const LINES = [
  { name: "train", of: ({ trainLoss }: FitPoint) => trainLoss },
  { name: "validation", of: ({ validationLoss }: FitPoint) => validationLoss },
] as const

export interface LossCurve {
  readonly element: HTMLElement
  show(points: ReadonlyArray<FitPoint>): void
}

export function lossCurve(epochs: number): LossCurve {
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "data-testid": "train-curve" })
  const numbers = element("p", { class: "note" })
  const show = (points: ReadonlyArray<FitPoint>): void => {
    drawing.setAttribute("aria-label", description(points))
    drawing.setAttribute("data-epochs", String(points.length))
    drawing.replaceChildren(...drawn(points, epochs))
    numbers.textContent = summary(points)
  }
  show([])
  return { element: element("figure", { class: "train-curve" }, drawing, numbers), show }
}

function summary(points: ReadonlyArray<FitPoint>): string {
  const last = points.at(-1)
  if (last === undefined) return "Mean cross-entropy in nats after each epoch, dropout off."
  return `After epoch ${points.length}: loss ${last.trainLoss.toFixed(3)} on what it is fitted on, ${last.validationLoss.toFixed(3)} on validation; accuracy there ${(100 * (last.validationAccuracy ?? 0)).toFixed(1)} %.`
}

const description = (points: ReadonlyArray<FitPoint>): string =>
  points.length === 0
    ? "Loss by epoch, empty before training"
    : `Loss by epoch, after ${points.length}: ${LINES.map(({ name, of }) => `${name} ${points.map((point) => of(point).toFixed(3)).join(", ")}`).join("; ")}`

function drawn(points: ReadonlyArray<FitPoint>, epochs: number): ReadonlyArray<SVGElement> {
  const losses = points.flatMap((point) => LINES.map(({ of }) => of(point)))
  const most = niceAbove(losses.reduce((most, loss) => Math.max(most, loss), 0.1))
  const [right, bottom] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom]
  const x = (epoch: number): number =>
    epochs === 1 ? right : MARGIN.left + ((epoch - 1) / (epochs - 1)) * (right - MARGIN.left)
  const y = (loss: number): number => bottom - (loss / most) * (bottom - MARGIN.top)
  return [
    ...[0, most / 2, most].flatMap((loss) => [
      svg("line", { class: "rule", x1: MARGIN.left, x2: right, y1: y(loss), y2: y(loss) }),
      text(MARGIN.left - 6, y(loss) + 4, "end", String(loss)),
    ]),
    ...[...new Set([1, epochs])].map((epoch) => text(x(epoch), bottom + 16, "middle", String(epoch))),
    text((MARGIN.left + right) / 2, HEIGHT - 4, "middle", "epoch"),
    ...(points.length === 0 ? [] : LINES.flatMap((line) => lineOf(line, points, x, y))),
  ]
}

function lineOf(
  { name, of }: (typeof LINES)[number],
  points: ReadonlyArray<FitPoint>,
  x: (epoch: number) => number,
  y: (loss: number) => number,
): ReadonlyArray<SVGElement> {
  const places = points.map((point, i) => [x(i + 1), y(of(point))] as const)
  const [atX, atY] = places.at(-1)!
  const ends = LINES.map((line) => y(line.of(points.at(-1)!)))
  // Two labels keep their distance, the upper line's above.
  const middle = (ends[0]! + ends[1]!) / 2
  const isUpper = atY < middle || (atY === middle && name === "validation")
  const apart = Math.abs(ends[0]! - ends[1]!) < 14 ? middle + (isUpper ? -7 : 7) : atY
  return [
    svg("polyline", { class: `line ${name}`, points: places.map((place) => place.join(",")).join(" ") }),
    ...places.map(([cx, cy]) => svg("circle", { class: `dot ${name}`, cx, cy, r: 3 })),
    text(atX + 8, apart + 4, "start", name, name),
  ]
}

/** 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  for (let power = 0.1; ; power *= 10)
    for (const step of [1, 2, 5]) if (step * power >= value) return Number((step * power).toPrecision(1))
}

const text = (x: number, y: number, anchor: string, content: string, name = ""): SVGElement => {
  const made = svg("text", { x, y, "text-anchor": anchor, class: `label ${name}` })
  made.textContent = content
  return made
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value))
  return made
}
