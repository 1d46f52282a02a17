// Debian's archive as a source: apt with lists and caches of its own needs no root, dpkg-deb unpacks without installing.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"

/** @returns the folder that the package was unpacked into; rejects where there is no apt or no archive in reach */
export async function fromDebian(name: string, cache: string, log: (line: string) => void): Promise<string> {
  const base = join(cache, "apt")
  const lists = join(base, "lists")
  const unpacked = join(base, name)
  if (existsSync(join(unpacked, "usr"))) return unpacked
  mkdirSync(join(lists, "partial"), { recursive: true })
  mkdirSync(join(base, "archives", "partial"), { recursive: true })
  const own = [
    "-o",
    `Dir::State::Lists=${lists}`,
    "-o",
    `Dir::Cache=${base}`,
    "-o",
    `Dir::Cache::Archives=${join(base, "archives")}`,
    "-o",
    "Debug::NoLocking=1",
    "-o",
    "APT::Sandbox::User=",
    "-o",
    "Acquire::Retries=1",
    "-o",
    "Acquire::http::Timeout=10",
  ]
  log(`apt-get download ${name}`)
  await command(base, "apt-get", [...own, "update"])
  await command(base, "apt-get", [...own, "download", name])
  const archive = readdirSync(base).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"))
  if (archive === undefined) throw new Error(`apt-get download left no ${name} behind`)
  rmSync(unpacked, { recursive: true, force: true })
  await command(base, "dpkg-deb", ["-x", archive, unpacked])
  rmSync(join(base, archive))
  return unpacked
}

const command = (folder: string, program: string, args: ReadonlyArray<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, timeout: 180_000 }, (failure, _stdout, stderr) => {
      if (failure === null) return resolve()
      const said = stderr.trim().split("\n").at(-1) ?? ""
      const absent = (failure as NodeJS.ErrnoException).code === "ENOENT"
      reject(
        new Error(
          absent
            ? `${program} is not installed`
            : `${program} ${args.at(-2)} failed: ${said || failure.message}`,
        ),
      )
    })
  })
