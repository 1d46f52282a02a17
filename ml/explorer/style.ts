// How the explorer page looks.
export const style = ""
