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

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** The command line is wrong. */
export function usageError(message: string): CommandError {
  return new CommandError(exitCodes.usage, message)
}
