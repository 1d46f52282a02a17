// in turn: it starts processes.
import t from "tap"
import { trappedProject } from "../support/trapped.ts"

const refused = {
  random: "Math.random()",
  bytes: "crypto.randomBytes(4)",
  uuid: "globalThis.crypto.randomUUID()",
  values: "crypto.getRandomValues(new Uint8Array(4))",
  key: 'crypto.generateKeySync("hmac", { length: 64 })',
  file: 'fs.readFileSync("data.csv")',
  require: 'createRequire(import.meta.url)("/etc/hostname")',
  installed: 'fs.readFileSync("node_modules/starter/package.json")',
  folders: 'fs.readdirSync("node_modules")',
  exists: 'fs.existsSync("data.csv")',
  stat: 'fs.statSync("data.csv")',
  promised: 'fs.promises.readFile("data.csv")',
  stream: 'new Promise((_, fail) => fs.createReadStream("data.csv").on("error", fail))',
  "stream-called": 'fs.ReadStream("data.csv")',
  pattern: '(fs.globSync ?? fs.readdirSync)("*.csv")',
  snapshot: 'process.getBuiltinModule("v8").writeHeapSnapshot("heap")',
  report: "process.report.getReport().header.host",
  binding: 'process.binding("os")',
  encrypt: 'crypto.publicEncrypt("none", Buffer.from("a"))',
  blob: 'URL.createObjectURL(new Blob(["a"]))',
  mask: "process.umask(0o77)",
  priority: "os.setPriority(5)",
  user: "process.setuid(1)",
  later: 'Promise.resolve("data.csv").then(fs.readFileSync)',
  folder: 'fs.readdirSync(".")',
  write: 'fs.writeFileSync("made.txt", "1")',
  make: 'fs.mkdirSync("made")',
  copy: 'fs.copyFileSync("data.csv", os.tmpdir() + "/copy")',
  linked:
    '(fs.symlinkSync(import.meta.url, os.tmpdir() + "/a"), fs.symlinkSync("/etc/hostname", os.tmpdir() + "/b"))',
  exec: 'processes.execSync("true")',
  promisedExec: 'promisify(processes.exec)("true")',
  spawn: 'processes.spawn("true")',
  thread: 'new Worker("1", { eval: true })',
  fetch: 'fetch("http://127.0.0.1:9")',
  http: 'new Promise(() => http.get("http://127.0.0.1:9"))',
  socket: 'net.connect(9, "127.0.0.1")',
  datagram: 'dgram.createSocket("udp4").send("x", 9)',
  dns: 'dns.promises.resolve("localhost")',
  resolver: 'new dns.promises.Resolver().resolve4("localhost")',
  "tool-read": 'tool.read("data.csv")',
  "tool-start": "tool.start()",
  zone: '{ process.env.TZ = "Asia/Tokyo" }',
  chdir: 'process.chdir("/")',
}

const still = {
  clocks:
    "[Date.now(), new Date().getTime(), Date().length, performance.now(), performance.timeOrigin, process.hrtime(), String(process.hrtime.bigint()), process.uptime(), os.uptime(), performance.mark('m').startTime, performance.measure('n').duration, new Intl.DateTimeFormat().format()]",
  machine:
    "[os.hostname(), process.pid, process.ppid, os.cpus().length, os.availableParallelism(), os.totalmem(), os.freemem(), os.loadavg(), os.networkInterfaces(), os.userInfo().username, os.homedir(), process.memoryUsage().rss, process.memoryUsage.rss(), process.cpuUsage().user, process.cwd()]",
  environment:
    "[process.env.HOME ?? null, 'PATH' in process.env, Object.keys(process.env).sort(), { ...process.env }.SECRET ?? null, process.env.LANG, process.env.TZ, (process.env.OWN = '1', process.env.OWN)]",
  locale:
    "[(1234.5).toLocaleString(), new Date(0).toLocaleString().replace(/\\s/g, ' '), ['b', 'a', 'B', 'ä'].sort((a, b) => a.localeCompare(b)), 'i'.toLocaleUpperCase(), new Intl.NumberFormat().resolvedOptions().locale, Intl.DateTimeFormat().resolvedOptions().locale, Intl.DateTimeFormat().resolvedOptions().timeZone, (0.5).toLocaleString('zz'), new Date(0).toLocaleString('default', { month: 'long' })]",
  tool: "[tool.drawn(), tool.now(), tool.look('data.csv'), tool.atLoading, tool.manifest]",
  temporary: "[tool.keep('text'), fs.readdirSync(os.tmpdir()), os.tmpdir() === process.env.TMPDIR]",
  leaving: "(fs.writeFileSync(os.tmpdir() + '/left', '1'), fs.readdirSync(os.tmpdir()))",
  "leaving-too": "fs.readdirSync(os.tmpdir())",
  own: "(process.kill(process.pid, 0), fs.existsSync('/dev/null'))",
  "clocks-too":
    "[new Event('a').timeStamp, new File([], 'a').lastModified, performance.nodeTiming.duration, performance.eventLoopUtilization().idle]",
  command:
    "[process.argv, process.execPath, process.title, process.execArgv, process.getBuiltinModule('v8').getHeapStatistics().used_heap_size]",
  shown: "inspect(process.env).includes('SECRET')",
  memory: "(Buffer.allocUnsafe(64).fill(7), Buffer.allocUnsafe(64).every((byte) => byte === 0))",
  printing: "void console.log('printed')",
}

/** What those give, on every machine. */
const same: Readonly<Record<string, string>> = {
  clocks: '[0,0,62,0,0,[0,0],"0",0,0,0,0,"1/1/1970"]',
  "clocks-too": "[0,0,0,0]",
  command: '[["node","stage"],"node","node",[],0]',
  shown: "false",
  memory: "true",
  printing: "null",
  machine: '["localhost",1,0,1,1,4294967296,2147483648,[0,0,0],{},"user","/",0,0,0,"/"]',
  environment: '[null,false,["LANG","LC_ALL","TMPDIR","TZ"],null,"C.UTF-8","UTC","1"]',
  locale: '["1,234.5","1/1/1970, 12:00:00 AM",["a","ä","b","B"],"I","en-US","en-US","UTC","0.5","January"]',
  tool: '[[0.8295552173892277,"df5b3c34","8480509e-2b1e-4fb1-a4f1-058fba8d2849"],0,[false,null],[0.9139695556216046,"e3d172b2-4a5d-4b62-86dd-667c9c805932",0,1],false]',
  temporary: '["text",[],true]',
  leaving: '["left"]',
  "leaving-too": "[]",
  own: "true",
}

t.test("what a task's key does not cover is refused by name, or the same everywhere", async (t) => {
  const lab = trappedProject(t, { refused, still })
  const found = await lab.outcomes("refused", Object.keys(refused))
  for (const what of Object.keys(refused))
    t.match(
      found[what]?.error,
      /^Undeclared: stage "refused" used /,
      `${what}: ${JSON.stringify(found[what])}`,
    )
  t.match(found.file!.error, /used the file data\.csv: wire it as an input/)
  t.match(found.installed!.error, /package\.json: name its package, as in `packages: \["starter"\]`/)
  t.match(found["tool-read"]!.error, /the file data\.csv, which the package tool asked for/)
  t.match(
    found.exec!.error,
    /a process \(execSync\): what a program reads is in no key.*allow: \["processes"\]/,
  )
  const first = await lab.outcomes("still", Object.keys(still))
  for (const [what, seen] of Object.entries(same))
    t.equal(first[what]?.out, seen, `${what}: ${first[what]?.error}`)
  t.match(
    first.clocks!.log,
    /^stage "still" read the clock \(Date\.now\) at stages\/still\.ts:\d+, which stands still.*allow: \["clock"\].*\n$/,
    "once",
  )
  t.match(first.machine!.log, /looked at the machine \(os\.hostname\) at stages\/still\.ts:/)
  t.match(
    first.environment!.log,
    /read the environment \(HOME\) at stages\/still\.ts:\d+, which is absent within a task/,
  )
  for (const what of ["tool", "temporary", "locale"] as const) t.equal(first[what]!.log, "", what)
  t.equal(first.printing!.log, "printed\n", "Node looks at the environment for itself")
  const env = {
    LANG: "de_DE.UTF-8",
    LC_ALL: "tr_TR.UTF-8",
    LANGUAGE: "de",
    TZ: "Asia/Tokyo",
    SECRET: "1",
    NODE_OPTIONS: "--no-warnings",
  }
  const elsewhere = await lab.outcomes("still", Object.keys(still), env)
  for (const what of ["locale", "tool", "environment"] as const)
    t.equal(elsewhere[what]!.out, first[what]!.out, what)
})

t.test(
  "a package may start what it needs as it is loaded, and what is declared is let through",
  async (t) => {
    const own = { started: "[starter.version]" }
    const allowed = {
      random: "typeof Math.random() + typeof crypto.randomUUID()",
      clock: "Date.now() > 1e12",
      file: 'fs.readFileSync("data.csv", "utf8") + fs.existsSync("none") + process.cwd().endsWith("x".slice(1))',
      process:
        'processes.execFileSync(process.execPath, ["-p", "6 * 7"]).toString().trim() + (process.pid > 1)',
      machine: "os.hostname() !== 'localhost' || os.cpus().length > 0",
    }
    const all = '["randomness", "clock", "files", "processes", "environment"]'
    const lab = trappedProject(t, { own, allowed }, { own: "/* starter */", allowed: `allow: ${all},` })
    t.same((await lab.outcomes("own", ["started"])).started, { out: '["1"]', log: "" })
    const found = await lab.outcomes("allowed", Object.keys(allowed), { SECRET: "7" })
    t.same(Object.fromEntries(Object.entries(found).map(([what, { out }]) => [what, out])), {
      random: '"numberstring"',
      clock: "true",
      file: '"1falsetrue"',
      process: '"42true"',
      machine: "true",
    })
  },
)
