import type { Finding } from '../../domain/finding.ts'
import { ProblemError } from '../client.ts'
import { CommandError, exitCodes } from '../exit.ts'
import { findingLines } from '../findings.ts'
import type { Terminal } from '../terminal.ts'
import { actorOf } from './cast.ts'
import type { Deed } from './deed.ts'
import type { Stage } from './stage.ts'
import { story } from './story.ts'

/** Where the books stand after the story. */
export interface Played {
  readonly events: number
  /** Batch ids by the number that their maker gave. */
  readonly batches: ReadonlyMap<string, string>
}

interface Recorded {
  readonly batches?: readonly { readonly id: string; readonly number?: string }[]
}

/** Records the story event by event, telling it on the terminal. */
export async function play(stage: Stage, terminal: Terminal): Promise<Played> {
  const batches = new Map<string, string>()
  let events = 0
  for (const { title, deeds } of story) {
    terminal.print()
    terminal.print(`  ${terminal.style('bold', title)}`)
    for (const deed of deeds) {
      const recorded = await perform(deed, stage, terminal)
      if (!recorded) continue
      events += 1
      for (const { id, number } of recorded.batches ?? []) if (number) batches.set(number, id)
    }
  }
  return { events, batches }
}

/** Null for the one that the books refuse. */
async function perform(deed: Deed, stage: Stage, terminal: Terminal): Promise<Recorded | null> {
  const { name, country } = actorOf(deed.actor)
  const who = `${terminal.style('cyan', name.padEnd(15))}  ${terminal.style('dim', country)}`
  try {
    const answer = await stage
      .clientOf(deed.actor)
      .postJson('/v1/events', deed.event(stage.setting))
    if (deed.refused) throw unexpected(deed, 'was recorded, but should have been refused')
    terminal.print(`  ${terminal.style('green', '✓')} ${who}  ${deed.says}`)
    return answer as Recorded
  } catch (error) {
    const findings = findingsOf(error)
    if (!deed.refused || !findings) throw error
    terminal.print(`  ${terminal.style('red', '✗')} ${who}  ${deed.says}`)
    showRefusal(findings, terminal)
    return null
  }
}

function findingsOf(error: unknown): readonly Finding[] | undefined {
  if (!(error instanceof ProblemError)) return undefined
  return error.problem['findings'] as readonly Finding[] | undefined
}

function showRefusal(findings: readonly Finding[], terminal: Terminal): void {
  const placed = findings
    .slice(0, 1)
    .map(({ pointer, ...finding }) => ({ ...finding, where: pointer }))
  terminal.print(`      ${terminal.style('red', 'The books refuse it, and nothing was stored:')}`)
  for (const line of findingLines(placed, { ...terminal, columns: terminal.columns - 4 }))
    terminal.print(`    ${line}`)
}

function unexpected(deed: Deed, what: string): CommandError {
  return new CommandError(exitCodes.failed, `The story went wrong: "${deed.says}" ${what}.`)
}
