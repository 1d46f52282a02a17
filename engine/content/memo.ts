// What a map holds under a key, made and kept when it is asked for first. Knows nothing of what that is.

export function memo<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
