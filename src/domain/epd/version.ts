/** The numbers of a version, most significant first: what versions are compared and stored by. */
export type VersionKey = readonly [number, number, number]

const VERSION = /^\d{1,9}(?:\.\d{1,9}){0,2}$/

/** `01.00.000`, `1.0` and `1` are one version. Null for what is not one to three numbers. */
export function versionKey(version: string): VersionKey | null {
  if (!VERSION.test(version)) return null
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return [major, minor, patch]
}

/** Negative, zero or positive as `a` is before, the same as or after `b`. */
export function compareVersions(a: VersionKey, b: VersionKey): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** True where two texts name one version: `1.0` and `01.00.000`. What is no version names none. */
export function sameVersion(one: string, other: string): boolean {
  const [a, b] = [versionKey(one), versionKey(other)]
  return a !== null && b !== null && compareVersions(a, b) === 0
}
