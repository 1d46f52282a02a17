/** Wheels of TensorFlow and CUDA through pip, from whatever index pip is set to; it knows no host. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { run } from "./run.ts"

const PYTHON = "python3"
/** Wheels are made for a Python, though nothing of it is used here: one that every version since 2.12 has wheels for. */
const FOR = ["--only-binary=:all:", "--python-version", "3.10"]

export interface Wheel {
  readonly file: string
  readonly sha256: string
  readonly requirement: string
}

/** What pip would install, with the hashes that its index publishes; throws Error if an index publishes none. */
export function wheelsOf(version: string, gpu: boolean): ReadonlyArray<Wheel> {
  const wanted = gpu ? `tensorflow[and-cuda]==${version}` : `tensorflow-cpu==${version}`
  const args = ["-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", ...FOR]
  const target = ["--target", "unused", ...(gpu ? [] : ["--no-deps"]), wanted]
  const report = JSON.parse(run(PYTHON, [...args, ...target], process.cwd())) as Report
  return report.install
    .filter(({ metadata }) => /^(tensorflow(-cpu)?|nvidia-.*)$/.test(metadata.name))
    .map(({ metadata, download_info: { url, archive_info } }) => {
      const sha256 = archive_info.hashes?.sha256
      if (sha256 === undefined) throw new Error(`pip's index publishes no SHA-256 of ${metadata.name}`)
      const file = decodeURIComponent(basename(new URL(url).pathname))
      return { file, sha256, requirement: `${metadata.name}==${metadata.version}` }
    })
}

interface Report {
  readonly install: ReadonlyArray<{
    readonly metadata: { readonly name: string; readonly version: string }
    readonly download_info: {
      readonly url: string
      readonly archive_info: { readonly hashes?: Readonly<Record<string, string>> }
    }
  }>
}

/** The path of a wheel under `dir`, taken from there if it is whole already; pip refuses one of another hash. */
export function fetchWheel({ file, sha256, requirement }: Wheel, dir: string): string {
  const wheels = join(dir, "wheels")
  const path = join(wheels, file)
  if (existsSync(path)) return path
  mkdirSync(join(wheels, "coming"), { recursive: true })
  console.log(`fetching ${file}`)
  const list = join(wheels, "coming", "requirements.txt")
  writeFileSync(list, `${requirement} --hash=sha256:${sha256}\n`)
  const args = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", ...FOR, "-d", "coming"]
  run(PYTHON, [...args, "-r", list], wheels)
  renameSync(join(wheels, "coming", file), path)
  return path
}

/** Unpacks a wheel once; what is half done is done again. */
export function unpack(path: string, dir: string): void {
  const done = `${path}.unpacked`
  if (existsSync(done)) return
  run(PYTHON, ["-m", "zipfile", "-e", path, join(dir, "unpacked")], dir)
  writeFileSync(done, "")
}
