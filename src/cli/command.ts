import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type ExitCode, usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** One command of the command line; each has a file of its own. */
export interface Command {
  /** What `lodestone COMMAND --help` prints. */
  readonly help: string
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>
}

type Options = NonNullable<ParseArgsConfig['options']>

/** Options and words of a command line; what is wrong with it ends the command with exit code 2. */
export function readArgs<const Given extends Options>(
  args: readonly string[],
  options: Given
): ReturnType<
  typeof parseArgs<{ args: string[]; options: Given; allowPositionals: true; strict: true }>
> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw usageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
}
