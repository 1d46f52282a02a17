// Starts a program and listens to it until it has ended. It leads no group of its own: it ends with the worker that started it.
import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { join, resolve } from "node:path"
import { StringDecoder } from "node:string_decoder"
import { type ProgramTask, traceName } from "../../protocol.ts"
import { hiding } from "../telling/masking.ts"

/** A program that did not do what it was started for: how it ended, and what it wrote last. */
export class ProgramFailed extends Error {
  readonly _tag = "ProgramFailed"
}

/** Of what a program wrote, as much as a message quotes. */
const quotedLines = 12
const quotedAtMost = 2000

/** Milliseconds in which what was written before the end is heard, whoever else holds the pipes. */
const heardWithin = 500

/** What a program wrote last, whatever pipe it came through: without secrets, before it is cut, as half of one is none that is masked. */
export class LastWords {
  #text = ""
  /** Tell what was held back of each pipe, as it may have been the start of a secret. */
  readonly #ends: Array<() => void> = []

  /** @returns what is told what comes through one pipe */
  listener(): (text: string) => void {
    const masked = hiding().stream()
    const decoder = new StringDecoder()
    const hear = (bytes: Uint8Array): void => {
      this.#text = (this.#text + decoder.write(Buffer.from(bytes))).slice(-2 * quotedAtMost)
    }
    this.#ends.push(() => hear(masked.end()))
    return (text) => hear(masked.take(Buffer.from(text)))
  }

  /** Behind a message; empty where it wrote nothing. */
  get quoted(): string {
    for (const end of this.#ends) end()
    const lines = this.#text.trimEnd().split(/\r?\n/).slice(-quotedLines)
    const text = lines.join("\n").slice(-quotedAtMost)
    return text.trim() === "" ? ", and wrote nothing" : `; it last wrote:\n${text.replace(/^/gm, "  ")}`
  }
}

/**
 * @param at the folder that it runs in. @param print is given what it writes, as it comes
 * @throws ProgramFailed unless it ends with 0
 */
export async function startProgram(
  program: ProgramTask & { readonly files: { readonly stdin?: string; readonly stdout?: string } },
  at: string,
  print: (text: string) => void,
): Promise<LastWords> {
  const { argv, environment, files } = program
  const words = new LastWords()
  const opened = [
    files.stdin === undefined ? "ignore" : openSync(join(at, files.stdin), "r"),
    files.stdout === undefined ? "pipe" : openSync(join(at, files.stdout), "w"),
  ] as const
  const [shown] = [argv.join(" ")]
  try {
    const [file, args] = traced(program, at)
    const child = spawn(file, args, {
      ...{ cwd: at, env: environment, windowsHide: true, shell: false },
      stdio: [...opened, "pipe"],
    })
    for (const pipe of [child.stdout, child.stderr]) {
      const hear = words.listener()
      pipe?.setEncoding("utf8").on("data", (text: string) => {
        hear(text)
        print(text)
      })
    }
    const { code, signal } = await ended(child)
    if (signal !== null)
      throw new ProgramFailed(`\`${shown}\` was killed by ${signal}${whyKilled(signal)}${words.quoted}`)
    if (code !== 0) throw new ProgramFailed(`\`${shown}\` ended with exit code ${code}${words.quoted}`)
    return words
  } finally {
    for (const each of opened) if (typeof each === "number") closeSync(each)
  }
}

/** What is started: the program, or what watches it. */
function traced(
  { executable, argv, tracer }: ProgramTask,
  at: string,
): readonly [string, ReadonlyArray<string>] {
  const [program, args] = [resolve(at, executable), argv.slice(1)]
  if (tracer === undefined) return [program, args]
  const calls = ["?open", "openat", "?openat2", "?creat", "?getdents", "getdents64", "execve", "?execveat"] // not all processors have all
  const watch = ["-ff", "-ttt", "-qq", "-y", "-e", `trace=${calls.join(",")}`, "-e", "signal=none"]
  return [tracer, [...watch, "-o", join(at, "..", traceName), program, ...args]]
}

const whyKilled = (signal: string): string =>
  signal === "SIGKILL" ? " (if not by a person: the machine ran out of memory)" : ""

/** Once it has ended and been heard. What it leaves running may hold its pipes, and ends with the task. */
function ended(
  child: ReturnType<typeof spawn>,
): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  return new Promise((done, fail) => {
    child.on("error", (failure: NodeJS.ErrnoException) =>
      fail(new ProgramFailed(`the program cannot be started (${failure.message})${remedyOf(failure)}`)),
    )
    child.on("exit", (code, signal) => {
      const end = (): void => {
        clearTimeout(patience)
        for (const pipe of child.stdio) pipe?.destroy()
        done({ code, signal })
      }
      const patience = setTimeout(end, heardWithin)
      child.on("close", end)
    })
  })
}

const remedyOf = ({ code }: NodeJS.ErrnoException): string =>
  code === "ENOEXEC" || code === "EACCES"
    ? ": a script begins with a line that names what runs it, such as #!/bin/sh, and a binary is one of this machine's"
    : ""
