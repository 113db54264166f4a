import type { ApiClient } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { findingLines, type PlacedFinding } from '../findings.ts'
import type { Terminal } from '../terminal.ts'
import type { Item, Job, ToldFinding } from './job.ts'

/** So many items that were not recorded are told; the service has the others. */
const SHOWN = 10

/** Tells how an import ended, and what to mend. */
export async function tellEnd(
  client: ApiClient,
  file: string,
  job: Job,
  terminal: Terminal
): Promise<ExitCode> {
  const { accepted, replayed, refused, withheld, itemsPerSecond } = job.progress
  const complete = job.state === 'done' && refused + withheld === 0
  const counts = [
    [accepted, 'recorded'],
    [replayed, 'recorded before'],
    [refused, 'refused'],
    [withheld, 'not recorded']
  ] as const
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const pace = itemsPerSecond === undefined ? '' : ` (${itemsPerSecond} a second)`
  const mark = complete ? terminal.style('green', '✓') : terminal.style('red', '✗')
  const state = job.state === 'done' ? '' : `${job.state}; `
  terminal.print(
    `${mark} ${terminal.style('bold', file)}: ${state}${told.join(', ') || 'nothing recorded'}${pace}`
  )
  if (job.failure) {
    terminal.tell(`  ${job.failure.message} (${job.failure.code})`)
    tell(job.failure.findings ?? [], 'the file', terminal)
  }
  if (refused > 0) await tellRefused(client, job, terminal)
  return complete ? exitCodes.ok : exitCodes.refused
}

async function tellRefused(client: ApiClient, job: Job, terminal: Terminal): Promise<void> {
  const answer = await client.get(`/v1/imports/${job.id}/results?stored=false&limit=1000`)
  const { items } = answer.json() as { readonly items: readonly Item[] }
  const wrong = items.filter(({ status }) => status !== 'withheld')
  for (const item of wrong.slice(0, SHOWN)) tell(item.findings ?? [], placeOf(item), terminal)
  const left = job.progress.refused - Math.min(wrong.length, SHOWN)
  if (left > 0) terminal.print(`  … and ${left} more items.`)
  terminal.print(`  All of them: GET ${client.url}/v1/imports/${job.id}/results?stored=false`)
  terminal.print('  (Accept: text/csv for a table). Mend them and import a file of these alone.')
}

function tell(findings: readonly ToldFinding[], where: string, terminal: Terminal): void {
  const placed = findings.map(
    ({ pointer, place, ...finding }): PlacedFinding => ({
      ...finding,
      where: place ? cellOf(place) : [where, pointer ?? ''].filter((part) => part !== '').join(', ')
    })
  )
  for (const line of findingLines(placed, terminal)) terminal.tell(line)
}

function placeOf({ line, name }: Item): string {
  return name === undefined ? `line ${line}` : `${name} (${line})`
}

function cellOf({ row, column }: NonNullable<ToldFinding['place']>): string {
  return column === undefined ? `row ${row}` : `row ${row}, column ${column}`
}
