// Elements of the page, made in one expression; text is text and never markup.

/** Attributes by name; true is an attribute without a value, undefined and false are none. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value))
  made.append(...children)
  return made
}

/** A button that does something, or switches something when it is given `aria-pressed`. */
export function button(attributes: Attributes, content: Node | string, act: () => void): HTMLButtonElement {
  const made = element("button", { class: "button", type: "button", ...attributes }, content)
  made.addEventListener("click", act)
  return made
}

/** A part of the page under a heading, with a sentence or two on what to try and what it shows. */
export function section(
  id: string,
  heading: string,
  words: string,
  ...children: ReadonlyArray<Node>
): HTMLElement {
  return element(
    "section",
    { id, "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, heading),
    element("p", { class: "about" }, words),
    ...children,
  )
}

export interface Slider {
  readonly element: HTMLElement
  value: number
}

/** A range of whole numbers, its name before it and its value after it. */
export function slider(
  { name, id, least, most, value }: { name: string; id: string; least: number; most: number; value: number },
  changed: (value: number) => void,
): Slider {
  const input = element("input", {
    type: "range",
    id,
    min: least,
    max: most,
    step: 1,
    value,
    "data-testid": id,
  })
  const output = element("output", { for: id }, String(value))
  input.addEventListener("input", () => {
    output.textContent = input.value
    changed(Number(input.value))
  })
  return {
    element: element("div", { class: "slider" }, element("label", { for: id }, name), input, output),
    get value() {
      return Number(input.value)
    },
    set value(to: number) {
      input.value = String(to)
      output.textContent = input.value
    },
  }
}
