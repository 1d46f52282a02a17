// Plans what is wired, as it becomes known: first what an experiment wires, then the bodies of its groups, item by item. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { TaskLabel } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { encodeParams } from "../declare/params.ts"
import {
  type AnyStage,
  type Axes,
  type Branch,
  type ChoiceNode,
  type FileNode,
  type GroupNode,
  nameOfFile,
  type TaskNode,
} from "../declare/task.ts"
import type { Declared } from "../declare/wiring.ts"
import { checkKinds, checkName, checkReturned } from "./check-wiring.ts"
import { groupLabel, type Labelled, labelTasks, type TakenLabels } from "./labels.ts"
import type { PlannedGroup, PlannedStep, PlannedTask } from "./planned.ts"
import { boundsIn, isOutput, type Source, sourceOfList, sourcesOf, sourcesOfChoice } from "./wired-outputs.ts"

const copyAll = <K, V>(from: ReadonlyMap<K, V>, to: Map<K, V>): void => {
  for (const [key, value] of from) to.set(key, value)
}

type Decisive = PlannedTask & { readonly decisive: Set<string> }

/** Where something stands: the axes of the items around it, by the names of their groups. */
export type Scope = Axes

/** What is planned so far. */
export class Planning {
  readonly #tasks = new Map<TaskNode, PlannedTask>()
  readonly #groups = new Map<GroupNode, PlannedGroup>()
  /** One that is wired as several kinds once for each. */
  readonly #files = new Map<string, FileNode>()
  /** What bodies of groups take is among those that were read by then. */
  #areFilesRead = false
  readonly #stages = new Map<string, AnyStage>()
  readonly #taken: TakenLabels = new Map()
  /** Labels of tasks that nothing that is planned is wired to: the body of a group may be. */
  readonly #declared = new Map<TaskNode, Labelled>()
  /** Where groups are declared, whatever is wired to them first. */
  readonly #scopes = new Map<GroupNode, Scope>()

  /** Another one that goes on from here, and leaves this one as it is. */
  copy(): Planning {
    const copy = new Planning()
    copyAll(this.#tasks, copy.#tasks)
    copyAll(this.#groups, copy.#groups)
    copyAll(this.#files, copy.#files)
    copy.#areFilesRead = this.#areFilesRead
    copyAll(this.#stages, copy.#stages)
    copyAll(this.#taken, copy.#taken)
    copyAll(this.#declared, copy.#declared)
    copyAll(this.#scopes, copy.#scopes)
    return copy
  }

  task(node: TaskNode): PlannedTask {
    return this.#tasks.get(node)!
  }

  group(node: GroupNode): PlannedGroup {
    return this.#groups.get(node)!
  }

  get files(): ReadonlyArray<FileNode> {
    return [...this.#files.values()]
  }

  /**
   * What an experiment wires.
   *
   * @param declared all that its wiring declares: where there are groups, their bodies may be wired to any of it
   * @param repeated asked when two tasks would share a label: what the experiment was given twice, if anything
   * @returns steps upstream first; among equals in the order of declaration
   * @throws DeclarationError for the first task that is wired wrongly
   */
  *experiment(
    sources: ReadonlyArray<Source>,
    declared: Declared,
    repeated: () => string | undefined,
  ): Steps<ReadonlyArray<PlannedStep>> {
    const { nodes, choices } = yield* this.#reached(sources)
    const tasks = nodes.filter((node) => node._tag === "Task")
    const others = this.#others(nodes, declared, {})
    const labels = yield* labelTasks([...tasks, ...others], { taken: this.#taken, repeated })
    for (const node of others) this.#declared.set(node, labels.get(node)!)
    // Bodies of groups may take files that nothing else does.
    if (nodes.some(({ _tag }) => _tag === "Group")) for (const file of declared.files) this.#enterFile(file)
    this.#areFilesRead = true
    return yield* this.#planned(nodes, choices, labels)
  }

  /** @throws DeclarationError for one that only the body of a group declares: what a run reads it reads at its start */
  #enterFile(file: FileNode): void {
    const name = nameOfFile(file)
    const wiredAs = `${file.kind} ${name}`
    if (this.#files.has(wiredAs)) return
    if (this.#areFilesRead && this.files.every((other) => nameOfFile(other) !== name))
      throw new DeclarationError(
        `its body takes ${name}, which is declared nowhere else, and the files of a run are read when it starts: declare it beside the group, const given = ${file.isPattern ? "files" : "file"}(${JSON.stringify(file.path)}), and let the body take that`,
      )
    this.#files.set(wiredAs, file)
  }

  /** What is declared here and nothing here is wired to: bodies of groups may be. */
  #others(
    nodes: ReadonlyArray<TaskNode | GroupNode>,
    { tasks, groups }: Declared,
    scope: Scope,
  ): ReadonlyArray<TaskNode> {
    for (const group of groups) this.#scopes.set(group, scope)
    if (!nodes.some(({ _tag }) => _tag === "Group")) return []
    const reached = new Set(nodes)
    return tasks.filter((node) => !reached.has(node))
  }

  /**
   * What the body of a group wires for one item.
   *
   * @param declared what it declares; what else it is wired to stands outside
   * @throws DeclarationError for the first task that is wired wrongly
   */
  *item(sources: ReadonlyArray<Source>, declared: Declared, scope: Scope): Steps<ReadonlyArray<PlannedStep>> {
    const { nodes, choices } = yield* this.#reached(sources)
    const own = new Set(declared.tasks)
    const others = this.#others(nodes, declared, scope)
    const inside: Array<TaskNode> = []
    const labels = new Map<TaskNode, Labelled>()
    for (const node of nodes) {
      if (node._tag === "Group") continue
      const outer = this.#declared.get(node)
      if (outer !== undefined) labels.set(node, outer)
      else if (own.has(node)) inside.push(node)
      else
        throw new DeclarationError(
          `its body is wired to a task of ${node.stage.stageName} that was declared elsewhere: declare it in the experiment's wiring, or in the body`,
        )
    }
    for (const [node, label] of yield* labelTasks([...inside, ...others], { taken: this.#taken, scope }))
      labels.set(node, label)
    for (const node of others) this.#declared.set(node, labels.get(node)!)
    return yield* this.#planned(nodes, choices, labels)
  }

  /**
   * Every task and group that is not planned yet and is wired to, upstream first; among equals in the order of declaration. With the
   * choices that lead to them.
   */
  *#reached(sources: ReadonlyArray<Source>): Steps<{
    readonly nodes: ReadonlyArray<TaskNode | GroupNode>
    readonly choices: ReadonlyArray<ChoiceNode>
  }> {
    const nodes: Array<TaskNode | GroupNode> = []
    const choices: Array<ChoiceNode> = []
    /** From a result to the task at hand, with what of each one's upstream is left: no recursion, as chains of tasks are long. */
    const way: Array<{
      readonly node: TaskNode | GroupNode | ChoiceNode
      readonly upstream: Iterator<Source>
    }> = []
    const seen = new Set<TaskNode | GroupNode | ChoiceNode>()
    const enter = (source: Source): void => {
      if (source._tag === "File") this.#enterFile(source)
      if (source._tag === "Item" && source.from !== undefined) enter(source.from)
      if (source._tag === "File" || source._tag === "Item" || this.#isPlanned(source) || seen.has(source))
        return
      seen.add(source)
      if (source._tag === "Choice") {
        choices.push(source)
        way.push({ node: source, upstream: sourcesOfChoice(source)[Symbol.iterator]() })
        return
      }
      if (source._tag === "Group") {
        way.push({ node: source, upstream: [sourceOfList(source)][Symbol.iterator]() })
        return
      }
      checkReturned(source)
      checkKinds(source)
      checkName(source.stage, this.#stages)
      way.push({ node: source, upstream: sourcesOf(source)[Symbol.iterator]() })
    }
    for (const source of sources) {
      enter(source)
      for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
        yield
        const next = at.upstream.next()
        if (next.done !== true) enter(next.value)
        else if (way.pop() && at.node._tag !== "Choice") nodes.push(at.node)
      }
    }
    return { nodes, choices }
  }

  #isPlanned(source: TaskNode | GroupNode | ChoiceNode): boolean {
    if (source._tag === "Choice") return false
    return source._tag === "Group" ? this.#groups.has(source) : this.#tasks.has(source)
  }

  /** @param nodes upstream first */
  *#planned(
    nodes: ReadonlyArray<TaskNode | GroupNode>,
    choices: ReadonlyArray<ChoiceNode>,
    labels: ReadonlyMap<TaskNode, Labelled>,
  ): Steps<ReadonlyArray<PlannedStep>> {
    const steps: Array<PlannedStep> = []
    for (const node of nodes) {
      yield
      steps.push(node._tag === "Group" ? this.#planGroup(node) : this.#planTask(node, labels))
    }
    for (const { on } of choices) this.#decides(on.output)
    return steps
  }

  #planTask(node: TaskNode, labels: ReadonlyMap<TaskNode, Labelled>): PlannedTask {
    const { label, inside } = labels.get(node)!
    const bounds = boundsIn(node.params)
    for (const { output } of bounds) this.#decides(output)
    const planned: Decisive = {
      label,
      node,
      stage: node.stage.stageName,
      params: bounds.length === 0 ? paramsOf(label, node) : undefined,
      ...this.#taking(sourcesOf(node)),
      ...(inside === undefined ? {} : { inside }),
      decisive: new Set<string>(),
    }
    this.#tasks.set(node, planned)
    return planned
  }

  #planGroup(node: GroupNode): PlannedGroup {
    const axes = this.#scopes.get(node) ?? {}
    const label = groupLabel(node.name, axes, this.#taken)
    const source = sourceOfList(node)
    if (isOutput(node.over)) this.#decides(node.over)
    const planned: PlannedGroup = { _tag: "Group", label, node, ...this.#taking([source]), axes }
    this.#groups.set(node, planned)
    return planned
  }

  /** The coordinator itself reads the output. */
  #decides({ source, name }: Branch["output"]): void {
    if (source._tag === "Task") (this.#tasks.get(source) as Decisive).decisive.add(name)
    if (source._tag === "Choice") for (const { output } of source.branches) this.#decides(output)
  }

  #taking(sources: ReadonlyArray<Source>): Pick<PlannedTask, "upstream" | "sure" | "choices"> {
    const sure = new Set<PlannedStep>()
    const choices = new Set<ChoiceNode>()
    for (const source of sources) {
      const task = source._tag === "Item" ? source.from : source
      if (task?._tag === "Task") sure.add(this.#tasks.get(task)!)
      if (source._tag === "Group") sure.add(this.#groups.get(source)!)
      if (source._tag === "Choice") choices.add(source)
    }
    const taken = [...sure]
    if (choices.size === 0) return { upstream: taken, sure: taken, choices: none }
    const upstream = new Set(taken)
    for (const choice of allChoices(choices))
      for (const source of sourcesOfChoice(choice)) {
        if (source._tag === "Task") upstream.add(this.#tasks.get(source)!)
        if (source._tag === "Group") upstream.add(this.#groups.get(source)!)
      }
    return { upstream: [...upstream], sure: taken, choices: [...choices] }
  }
}

const none: ReadonlyArray<ChoiceNode> = []

/** Choices with those that they are made between, and by. */
function allChoices(choices: Iterable<ChoiceNode>): ReadonlySet<ChoiceNode> {
  const all = new Set(choices)
  for (const choice of all)
    for (const source of sourcesOfChoice(choice)) if (source._tag === "Choice") all.add(source)
  return all
}

/** Before anything runs: what a stage does not take would else be found after all that it waits for. */
function paramsOf(label: TaskLabel, { stage, params }: TaskNode): Json {
  const encoded = encodeParams(label, stage.definition.params, params)
  canonical(encoded, `${label}: params`)
  return encoded
}
