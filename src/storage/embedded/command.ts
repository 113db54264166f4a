import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Identity } from './identity.ts'

/** Nothing of our own environment reaches PostgreSQL: `PG*` and locales would change what it does. */
export const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }

export interface Outcome {
  /** Null where the program could not be started at all. */
  readonly status: number | null
  /** What it printed, errors included. */
  readonly output: string
}

/** Runs a program to its end, as another user if one is given. Never rejects. */
export async function run(
  program: string,
  args: readonly string[],
  identity: Identity | null
): Promise<Outcome> {
  try {
    return await outcomeOf(spawn(program, args, { cwd: '/', env: ENVIRONMENT, ...identity }))
  } catch (error) {
    // Some refusals, such as a user that this container may not become, are thrown at once.
    return { status: null, output: String(error) }
  }
}

function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  child.on('error', (error) => resolve({ status: null, output: error.message }))
  child.on('close', (status) => resolve({ status, output: output.trim() }))
  return promise
}
