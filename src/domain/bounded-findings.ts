import type { Finding } from './finding.ts'

/** So many findings of one code, rule, severity and profile are told. */
const MOST = 100
/** Far beyond any sentence; what documents say may be megabytes long. */
const LONGEST = 1000

/**
 * Findings as they are told: the first hundred of a kind and, in place of the rest, how many more there
 * are. A document of half a megabyte can make one mistake eight thousand times, and an answer of fifteen
 * megabytes helps nobody. Whether it can be accepted stays as it was: what stands for the rest is as
 * severe. `more` says that not even all of them were looked for.
 */
export function boundedFindings(
  findings: readonly Finding[],
  { more = false }: { readonly more?: boolean } = {}
): readonly Finding[] {
  const counts = new Map<string, number>()
  const told: Finding[] = []
  for (const finding of findings) {
    const kind = kindOf(finding)
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    if (count <= MOST + 1) told.push(finding)
  }
  const seen = new Map<string, number>()
  return told.map((finding) => {
    const kind = kindOf(finding)
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    return count <= MOST ? shortened(finding) : leftOut(finding, counts.get(kind) ?? count, more)
  })
}

/** True where more was found than is told. */
export function isCutShort(findings: readonly Pick<Finding, 'code'>[]): boolean {
  return findings.some(({ code }) => code === 'FINDINGS_LEFT_OUT')
}

function kindOf({ code, severity, rule, profile }: Finding): string {
  return `${code} ${severity} ${rule} ${profile ?? ''}`
}

function leftOut(
  { code, severity, rule, profile }: Finding,
  count: number,
  more: boolean
): Finding {
  const least = more ? 'at least ' : ''
  return {
    rule,
    code: 'FINDINGS_LEFT_OUT',
    severity,
    ...(profile === undefined ? {} : { profile }),
    pointer: '',
    message: `There are ${least}${count - MOST} more findings of ${code}; they are left out.`,
    expected: `at most ${MOST} findings of a code`,
    actual: `${least}${count}`,
    remedy: 'Mend those that are told and check again: mostly it is one mistake many times.'
  }
}

/**
 * The same object where nothing is too long, as nearly always. Whoever cut a text may have cut a character in
 * two, and half of one no reader of strict JSON takes.
 */
function shortened(finding: Finding): Finding {
  const texts = Object.entries(finding) as [string, string][]
  if (texts.every(([, text]) => text.length <= LONGEST && text.isWellFormed())) return finding
  const short = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`)
  return Object.fromEntries(
    texts.map(([name, text]) => [name, short(text).toWellFormed()])
  ) as unknown as Finding
}
