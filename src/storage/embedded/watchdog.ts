import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ENVIRONMENT } from './command.ts'

const STOP_IF_UNUSED = fileURLToPath(new URL('./stop-if-unused.ts', import.meta.url))

/** The pipe ends with us, however we end. Until then this is one idle shell of a megabyte. */
const SCRIPT = `
  read -r nothing
  test -e "$1/postmaster.pid" && exec "$2" "$3" "$1" "$4"
`

/**
 * Leaves a process behind that stops the server when this process is gone and no service has come
 * back for it within `graceMs` (stop-if-unused.ts). Answers the function that releases it.
 */
export function watch(data: string, graceMs: number): () => void {
  const end = [data, process.execPath, STOP_IF_UNUSED, String(graceMs)]
  const args = ['-c', SCRIPT, 'lodestone-watchdog', ...end]
  const child = spawn('/bin/sh', args, {
    cwd: '/',
    env: ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore']
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return () => child.stdin.destroy()
}
