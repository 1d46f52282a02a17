// The pictures of a page: SVG where there is one, with links to the PNG and the spec. Knows kinds, and no chart.
import { groupedBy } from "../../content/grouped.ts"
import { begun, fitting, type Html, html, link, note, nothing } from "./html.ts"

export interface PictureFile {
  readonly name: string
  readonly task: string
  readonly kind: string
  readonly file: string | undefined
  readonly content: unknown
}

/** Files that show the same thing: outputs of one task whose names differ only after the last dot. */
interface Picture {
  readonly name: string
  readonly files: ReadonlyArray<PictureFile>
}

export const isPicture = (kind: string): boolean => /^(svg|image)\b/.test(kind)
const isSpec = (kind: string): boolean => /^chart\b/.test(kind)

/** Pictures that are shown; names of those to which a page only links. */
const room = { most: 100, bytes: 100_000 }
const linked = { most: 500, bytes: 60_000 }
/** Of a description. */
const mostLetters = 2000

export function pictures(files: ReadonlyArray<PictureFile>): Html {
  const all = grouped(files.filter(({ kind }) => isPicture(kind) || isSpec(kind))).filter(({ files }) =>
    files.some(({ kind }) => isPicture(kind)),
  )
  if (all.length === 0) return nothing
  const [beside, elsewhere] = [true, false].map((is) =>
    all.filter(({ files }) => files.some(({ kind, file }) => isPicture(kind) && file !== undefined) === is),
  )
  const shown = fitting(beside!, room, figure)
  const links = fitting(beside!.slice(shown.length), linked, (picture) => {
    const file = pictureOf(picture).file!
    return html`<a href="${link(file)}">${picture.name}</a>`
  })
  const left = all.length - shown.length - links.length
  return html`<div class="pictures">\n${shown}\n</div>${links.length === 0 ? nothing : note(html`${links.length} more stand beside this page: ${links}`)}${left === 0 ? nothing : note(html`${left} of ${all.length} pictures are not shown${elsewhere!.length === 0 ? nothing : html`, ${elsewhere!.length} of them in the store alone`}: results.json names them.`)}`
}

function grouped(files: ReadonlyArray<PictureFile>): ReadonlyArray<Picture> {
  const nameOf = ({ name }: PictureFile): string =>
    name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : name
  const groups = groupedBy(files, (file) => `${file.task} ${nameOf(file)}`)
  return [...groups.values()].map((files) => ({ name: nameOf(files[0]!), files }))
}

function figure({ name, files }: Picture): Html {
  const shown = pictureOf({ name, files })
  const size = sizeOf(shown.content)
  const spec = files.find(({ kind }) => isSpec(kind))
  const text = begun(textOf(spec?.content) ?? name, mostLetters)
  const isWide = size !== undefined && size.width / size.height > 1.8
  const box = size === undefined ? nothing : html` width="${size.width}" height="${size.height}"`
  return html`<figure${isWide ? html` class="wide"` : nothing}>
<a class="card" href="${link(shown.file!)}"><img src="${link(shown.file!)}" alt="${text}"${box}></a>
<figcaption><span>${name}</span>${files.flatMap(({ kind, file }) => (file === undefined ? [] : [html`<a href="${link(file)}">${formatOf(kind)}</a>`]))}</figcaption>
</figure>`
}

/** Of a picture's files that which is drawn. */
function pictureOf({ files }: Picture): PictureFile {
  const beside = files.filter(({ file }) => file !== undefined)
  return beside.find(({ kind }) => kind.startsWith("svg")) ?? beside.find(({ kind }) => isPicture(kind))!
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
