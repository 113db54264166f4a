import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

/** A process of the benchmark that answers one message at a time. */
export interface Child {
  readonly pid: number
  /** The next message; rejects where the process ends first. */
  heard<Message>(): Promise<Message>
  ask<Message>(question: unknown): Promise<Message>
  /** Sends a message and waits for the end. */
  end(question?: unknown): Promise<void>
}

export interface ChildOptions {
  /** Flags of Node. */
  readonly execArgv?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export function startChild(
  script: string,
  args: readonly string[] = [],
  { execArgv = [], env = process.env }: ChildOptions = {}
): Child {
  const child = fork(join(import.meta.dirname, script), args, {
    execArgv: [...execArgv],
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const heard = <Message>() => next<Message>(child, script)
  return {
    pid: child.pid ?? 0,
    heard,
    ask: (question) => {
      const answer = heard<never>()
      child.send(question as object)
      return answer
    },
    end: (question) =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        if (question === undefined) child.disconnect()
        else child.send(question as object)
      })
  }
}

function next<Message>(child: ChildProcess, script: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${script} ended`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as Message)
    })
  })
}
