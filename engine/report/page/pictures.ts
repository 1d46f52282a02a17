// The pictures of a page: SVG where there is one, with links to the PNG and the spec. Knows kinds, and no chart.
import { groupedBy } from "../../content/grouped.ts"
import { type Html, html, link, nothing } from "./html.ts"

export interface PictureFile {
  readonly name: string
  readonly task: string
  readonly kind: string
  readonly file: string
  readonly content: unknown
}

/** Files that show the same thing: outputs of one task whose names differ only after the last dot. */
interface Picture {
  readonly name: string
  readonly files: ReadonlyArray<PictureFile>
}

export const isPicture = (kind: string): boolean => /^(svg|image)\b/.test(kind)
const isSpec = (kind: string): boolean => /^chart\b/.test(kind)

export function pictures(files: ReadonlyArray<PictureFile>): Html {
  const shown = grouped(files.filter(({ kind }) => isPicture(kind) || isSpec(kind))).filter(({ files }) =>
    files.some(({ kind }) => isPicture(kind)),
  )
  return shown.length === 0 ? nothing : html`<div class="pictures">\n${shown.map(figure)}\n</div>`
}

function grouped(files: ReadonlyArray<PictureFile>): ReadonlyArray<Picture> {
  const nameOf = ({ name }: PictureFile): string =>
    name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : name
  const groups = groupedBy(files, (file) => `${file.task} ${nameOf(file)}`)
  return [...groups.values()].map((files) => ({ name: nameOf(files[0]!), files }))
}

function figure({ name, files }: Picture): Html {
  const shown = files.find(({ kind }) => kind.startsWith("svg")) ?? files.find(({ kind }) => isPicture(kind))!
  const size = sizeOf(shown.content)
  const spec = files.find(({ kind }) => isSpec(kind))
  const text = textOf(spec?.content) ?? name
  const isWide = size !== undefined && size.width / size.height > 1.8
  const box = size === undefined ? nothing : html` width="${size.width}" height="${size.height}"`
  return html`<figure${isWide ? html` class="wide"` : nothing}>
<a class="card" href="${link(shown.file)}"><img src="${link(shown.file)}" alt="${text}"${box}></a>
<figcaption><span>${name}</span>${files.map(({ kind, file }) => html`<a href="${link(file)}">${formatOf(kind)}</a>`)}</figcaption>
</figure>`
}

const formatOf = (kind: string): string => (isSpec(kind) ? "spec" : kind.split(":").at(-1)!.toUpperCase())

/** How a spec describes its picture to those who cannot see it, or what it calls it. */
function textOf(spec: unknown): string | undefined {
  const { description, title } = (spec ?? {}) as { readonly description?: unknown; readonly title?: unknown }
  const heading = typeof title === "object" ? (title as { readonly text?: unknown } | null)?.text : title
  return [description, heading].find((text) => typeof text === "string")
}

interface Size {
  readonly width: number
  readonly height: number
}

/** From an SVG's own attributes, or a PNG's header: so that the page does not jump while it loads. */
function sizeOf(content: unknown): Size | undefined {
  if (typeof content === "string") {
    const [, width, height] = /<svg\b[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"/.exec(content) ?? []
    return width === undefined ? undefined : { width: Number(width), height: Number(height) }
  }
  if (!(content instanceof Uint8Array) || content.length < 24 || content[1] !== 0x50) return undefined
  const view = new DataView(content.buffer, content.byteOffset)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
