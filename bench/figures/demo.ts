import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { figure, type Row } from '../figure.ts'

/** The demonstration from nothing: a database is made, five companies play, questions are answered. */
export async function demoFigures({ plan, progress }: Context): Promise<Row[]> {
  const seconds: number[] = []
  for (let round = 0; round < (plan.quick ? 1 : 3); round += 1) {
    seconds.push(await playDemo())
    progress(`demonstration ${round + 1}: ${seconds.at(-1)?.toFixed(1)} s`)
  }
  const target = {
    figure: 'Cold demonstration',
    unit: 's',
    floor: 20,
    aim: 8,
    better: 'less'
  } as const
  return [figure(target, seconds)]
}

async function playDemo(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'lodestone-demo-'))
  const port = await freePort()
  const begun = performance.now()
  try {
    await new Promise<void>((resolve, reject) => {
      const root = join(import.meta.dirname, '../..')
      const child = spawn(process.execPath, ['src/cli.ts', 'demo', '--once', '--port', port], {
        cwd: root,
        env: { ...process.env, TMPDIR: directory },
        stdio: ['ignore', 'ignore', 'inherit']
      })
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`the demonstration ended with ${code}`))
      )
    })
    return (performance.now() - begun) / 1000
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}
