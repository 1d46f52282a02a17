// Variables of the environment that are the same for every task, on whatever machine.

export const fixedVariables: Readonly<Record<string, string>> = {
  TZ: "UTC",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
}
