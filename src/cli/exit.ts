/**
 * What a command tells the shell. Scripts may rely on these numbers; `lodestone --help` and
 * docs/cli.md list them.
 */
export const exitCodes = {
  /** Done; warnings do not change that. */
  ok: 0,
  /** The registry read the request and refused it: findings, unknown batch, conflict. */
  refused: 1,
  /** The command line is wrong, or a file cannot be read. */
  usage: 2,
  /** The service cannot be reached, or does not let the client in. */
  unreachable: 3,
  /** The service or this program failed. */
  failed: 4,
  /** The user ended the command; what it had begun goes on. */
  interrupted: 130
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command with a message for people; never shown with a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode
  /** The message as it is shown. Line ends that somebody else put into one of them are not ours. */
  readonly lines: readonly string[]

  constructor(exitCode: ExitCode, message: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof message === 'string' ? [message] : message
    super(lines.join('\n'), options)
    this.exitCode = exitCode
    this.lines = lines
  }
}

/** The command line is wrong. */
export function usageError(message: string | readonly string[]): CommandError {
  return new CommandError(exitCodes.usage, message)
}

const READING: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name the files in it',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it'
}

/** A file of the command line that cannot be read. */
export function unreadable(file: string, error: unknown): CommandError {
  const { code = '', message } = error as { readonly code?: string; readonly message?: string }
  return usageError(`Cannot read ${file}: ${READING[code] ?? message ?? code}.`)
}
